// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::text {

// `text` with A to Z made small; every other byte, of UTF-8 too, stays.
inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace orch::text
