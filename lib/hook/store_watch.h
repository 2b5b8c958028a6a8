// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>

#include "file/file.h"
#include "repository/repository.h"

namespace orch::hook {

// Tells, through the kernel, of what is written to repositories' stores, spools
// and agents' logs. Where it cannot (too many watches), it says nothing, and
// who looks now and then sees it later.
class StoreWatch {
 public:
  StoreWatch();
  // Under `id`; what has come into being since is watched, too, when this is
  // called again.
  void add(const std::string& id, const repository::Repository& repository);
  int descriptor() const { return fd_.get(); }
  // The ids where something was written since; reads all that waits.
  std::set<std::string> take();

 private:
  void add_directory(const std::string& id, const std::string& path);

  file::Descriptor fd_;
  std::map<int, std::string> ids_;  // by watch
};

}  // namespace orch::hook
