// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch::text {

// A command as an argument vector: blanks part words, '…', "…" and \ quote as
// in a shell. Nothing is expanded, so what a shell would act upon (| & ; < > (
// ) $ ` * ? [ ~ and # outside quotes) is refused rather than passed on as it
// is. Throws Error{Usage}.
std::vector<std::string> split_words(std::string_view line);

// `word` as one word of a POSIX shell, whatever is in it.
std::string shell_word(std::string_view word);
// The same for a command that people read: a plain word as it is.
std::string readable_word(std::string_view word);

}  // namespace orch::text
