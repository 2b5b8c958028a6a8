// SPDX-License-Identifier: MIT
#include "plan/words.h"

#include <array>
#include <cctype>

namespace orch::plan {

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      if (!open) words.emplace_back();
      open = true;
      words.back() += static_cast<char>(byte < 0x80 ? std::tolower(byte) : c);
    } else {
      open = false;
    }
  }
  return words;
}

bool is_form_of(std::string_view word, std::string_view stem) {
  static constexpr std::array<std::string_view, 6> kEnds = {"",   "s",   "es",
                                                            "ed", "ing", "er"};
  if (stem.empty()) return false;
  for (const std::string_view end : kEnds)
    if (word.size() == stem.size() + end.size() && word.starts_with(stem) &&
        word.ends_with(end))
      return true;
  // "coding" of "code".
  return stem.ends_with('e') && word.size() == stem.size() + 2 &&
         word.starts_with(stem.substr(0, stem.size() - 1)) &&
         word.ends_with("ing");
}

}  // namespace orch::plan
