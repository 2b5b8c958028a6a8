// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "conflict/sides.h"

namespace orch::conflict {

// Who changed a file last on one side.
struct Change {
  std::string commit;
  std::string author;  // name, without the address
};

// By path, for the files of `compared`, since the merge base; `side` says which
// side of them is `tip`'s. A file that was renamed is followed by its content.
// What is not found is left out.
std::map<std::string, Change> changes_of(const Repository& repository,
                                         const Comparison& compared,
                                         const std::string& tip,
                                         Blob ThreeSides::*side);

}  // namespace orch::conflict
