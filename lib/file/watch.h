// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "file/file.h"

namespace orch::file {

// Tells that something below directories has changed: a file in them was
// written, made, moved or removed (inotify(7)). What is below them is not
// looked at. A directory that is not there is left out; where the kernel gives
// no watch, nothing is ever told.
class Watch {
 public:
  explicit Watch(const std::vector<std::string>& directories);

  // Readable when something has changed; -1 without a watch.
  int descriptor() const { return fd_.get(); }
  // Whether something has changed since the last call.
  bool take() const;

 private:
  Descriptor fd_;
};

}  // namespace orch::file
