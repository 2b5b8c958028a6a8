// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orch::cli {

// The widths of columns that stand in `room` cells with two between them. The
// widest one alone gives what is missing, where eight cells of it are left;
// else the widest ones together, each down to its least width and eight cells.
// What has no room even then stays too wide. `least` has a width for each.
std::vector<std::size_t> fit_columns(std::vector<std::size_t> widths,
                                     const std::vector<std::size_t>& least,
                                     std::size_t room);

// `cell` in at most `width` cells, with "…" for what was cut: from its end, but
// of a path or an address from its beginning, as their ends tell them apart.
std::string clip_cell(std::string_view cell, std::size_t width);

}  // namespace orch::cli
