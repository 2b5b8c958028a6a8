// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"
#include "tasklist/formats.h"

// JSON as files of tasks have it.
namespace orch::tasklist {

// The document. Throws Error{Usage} naming file:line:column for more than 64
// levels and for an object of more than 256 members (either could cost the JSON
// library its stack or the square of the size); naming the file alone for what
// is no JSON, since the library does not say where.
json::Value parse_page(std::string_view bytes, const std::string& file);

// "<file>: entry <number>: ", from 1: begins a message.
std::string entry_place(const std::string& file, std::size_t number);

// The text `key` of an entry; "" when absent or null. Bytes that are not UTF-8
// are taken from its sibling "<key>_b64" (see json/value.h), unless the text
// has been edited since. Throws Error{Usage} for another type.
std::string text_in(const json::Value& entry, const std::string& key,
                    const std::string& where);

}  // namespace orch::tasklist
