// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "linediff/merge.h"

namespace orch::conflict {

// A text by lines, without their ends.
std::vector<std::string> lines_of(const std::string& text);

// Where the texts of a conflict stand against each other. A null pointer is a
// side without the file: of a file that one side removed, the places that the
// other changed; of one that both added, those at which the two differ. Where
// line by line nothing meets, all that is not the same in all of them; empty
// only when they are the same.
linediff::Clashes places_of(const std::string* base, const std::string* ours,
                            const std::string* theirs);

}  // namespace orch::conflict
