// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch::plan {

// The words of a text in lower case: letters, digits and what is not ASCII.
std::vector<std::string> words_in(std::string_view text);

// Whether `word` is `stem` or a form of it: "tests", "tested", "testing".
bool is_form_of(std::string_view word, std::string_view stem);

}  // namespace orch::plan
