// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// What the name of a tracked file says about it. Paths are from the top.
namespace orch::plan {

bool is_vendored(std::string_view path);  // copied in or generated
bool is_code(std::string_view path);
bool is_test(std::string_view path);
bool is_ci(std::string_view path);
bool is_container(std::string_view path);

// The part behind the last slash.
std::string_view last_part(std::string_view path);

// Whether `glob` matches all of `text`: '?' is one byte and '*' any number of
// them, neither a slash; "**" is any number of any bytes.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace orch::plan
