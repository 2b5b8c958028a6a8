// SPDX-License-Identifier: MIT
#include "cli/columns.h"

#include <algorithm>
#include <numeric>

#include "text/text.h"

namespace orch::cli {

std::vector<std::size_t> fit_columns(std::vector<std::size_t> widths,
                                     const std::vector<std::size_t>& least,
                                     std::size_t room) {
  constexpr std::size_t kGap = 2, kNarrow = 8;
  const std::size_t total =
      std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
      (widths.empty() ? 0 : kGap * (widths.size() - 1));
  if (total <= room) return widths;
  std::size_t missing = total - room;
  const auto widest = std::max_element(widths.begin(), widths.end());
  if (*widest > missing + kNarrow) {
    *widest -= missing;
    return widths;
  }
  for (; missing > 0; --missing) {
    std::size_t* next = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (widths[i] > std::max(least[i], kNarrow) &&
          (!next || widths[i] > *next))
        next = &widths[i];
    if (!next) break;
    --*next;
  }
  return widths;
}

std::string clip_cell(std::string_view cell, std::size_t width) {
  if (cell.find('/') == std::string_view::npos ||
      cell.find(' ') != std::string_view::npos ||
      text::display_width(cell) <= width)
    return text::clip(cell, width);
  const auto is_inside_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  };
  while (!cell.empty() && text::display_width(cell) + 1 > width) do {
      cell.remove_prefix(1);
    } while (!cell.empty() && is_inside_character(cell.front()));
  return width == 0 ? "" : "…" + std::string(cell);
}

}  // namespace orch::cli
