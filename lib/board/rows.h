// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "board/board.h"
#include "json/value.h"

// Reading a status' data; private to `board`. What is absent or of another kind
// is empty, 0, or no rows.
namespace orch::board {

std::string text_of(const json::Value& value);
std::int64_t number_of(const json::Value& value);
const json::Array& rows_of(const json::Value& value);

// How long ago that was: "5m", "never"; with " ago" where that fits.
std::string age_of(const json::Value& time, const Look& look);
std::string ago(const json::Value& time, const Look& look);
std::string counted(const json::Value& n, const char* what);

// What stands before an item while one is marked: as wide for all, so that
// nothing moves when it is another one.
std::string mark_of(const std::string& item, const Look& look);

// Whether the line of an agent holds the filter.
bool passes(const json::Value& agent, const std::string& filter);

// The parts of a page below its features: who waits for a person, what
// collides, who is limited, what has landed, who asks.
std::string needs_text(const json::Value& data, const Look& look);
std::string below_text(const json::Value& data, const Look& look);

}  // namespace orch::board
