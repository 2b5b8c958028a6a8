// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conflict/sides.h"

namespace orch::conflict {

// Who changed a file last on one side.
struct Change {
  std::string commit;
  std::string author;  // name, without the address
};

// Asks git, once about the same commits and files.
class Changes {
 public:
  explicit Changes(const Repository& repository) : repository_(repository) {}

  // By path, for the files of `compared`, since the merge base; `side` says
  // which side of them is `tip`'s. A file that was renamed is followed by its
  // content. What is not found is left out.
  std::map<std::string, Change> of(const Comparison& compared,
                                   const std::string& tip,
                                   Blob ThreeSides::*side);

 private:
  const std::string& log(const std::vector<std::string>& args);

  const Repository& repository_;
  std::map<std::vector<std::string>, std::string> logs_;  // by arguments
};

}  // namespace orch::conflict
