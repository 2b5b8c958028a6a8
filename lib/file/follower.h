// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "file/file.h"

namespace orch::file {

// Reads what is added to a file, also when the file is moved away and another
// takes its place.
class Follower {
 public:
  // From the end of what is there now.
  explicit Follower(std::string path);
  // What came since the last call.
  std::string read();

 private:
  bool is_replaced() const;

  std::string path_;
  Descriptor fd_;
};

}  // namespace orch::file
