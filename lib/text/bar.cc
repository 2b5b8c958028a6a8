// SPDX-License-Identifier: MIT
#include "text/bar.h"

#include <algorithm>

namespace orch::text {

std::string bar(std::int64_t value, std::int64_t most, int width, bool utf8) {
  constexpr const char* kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (value <= 0 || most <= 0 || width <= 0) return "";
  const double share =
      std::min(1.0, static_cast<double>(value) / static_cast<double>(most));
  const int steps = utf8 ? 8 : 1;
  const int n = std::max(1, static_cast<int>(share * width * steps));
  std::string out;
  for (int i = 0; i < n / steps; ++i) out += utf8 ? "█" : "#";
  return utf8 ? out + kParts[n % 8] : out;
}

}  // namespace orch::text
