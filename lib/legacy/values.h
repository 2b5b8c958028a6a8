// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/legacy.h"

// What a value in an old row means. Pure.
namespace orch::legacy {

using Names = std::vector<std::string_view>;

// The first of these columns that holds something; absent when none does.
std::optional<std::string> value_of(const store::LegacyRow& row,
                                    const Names& names);

// "YYYY-MM-DD HH:MM:SS", ISO 8601 with fractions and offsets, a date alone, or
// a number of seconds, milliseconds or microseconds since 1970, told apart by
// their size. Milliseconds; absent when it is none of these or beyond the year
// 9999.
std::optional<std::int64_t> parse_time(std::string_view text);

// A whole number of at least 0.
std::optional<std::int64_t> parse_count(std::string_view text);

// "In_Progress " -> "in-progress".
std::string word_of(std::string_view text);

// Whether a status word means yes: 1, true, yes, resolved.
bool is_yes(std::string_view text);

// A JSON array of paths, or paths parted by commas or newlines.
std::vector<std::string> parse_paths(const std::string& text);

// Metadata as one JSON value: what is none is wrapped as {"text": ...}.
std::string json_of(const std::optional<std::string>& text);

// The words that ours have; absent for an unknown one.
std::optional<std::string> feature_status(std::string_view text);
std::optional<std::string> agent_status(std::string_view text);
std::optional<std::string> pull_request_status(std::string_view text);
std::optional<std::string> test_status(std::string_view text);
// `text` as one of `known`, or absent.
std::optional<std::string> one_of(std::string_view text, const Names& known);

}  // namespace orch::legacy
