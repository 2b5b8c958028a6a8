// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace orch::cli {

// The widths of columns that stand in `room` cells with two between them. The
// widest one alone gives what is missing, where eight cells of it are left;
// else the widest ones together, each down to its least width and eight cells.
// What has no room even then stays too wide. `least` has a width for each.
std::vector<std::size_t> fit_columns(std::vector<std::size_t> widths,
                                     const std::vector<std::size_t>& least,
                                     std::size_t room);

}  // namespace orch::cli
