// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "config/program.h"
#include "launch/draft.h"

namespace orch::launch {

// An agent CLI that is asked for advice: it gets a prompt on its standard
// input, runs headless in an empty directory of its own, which goes with this
// object, and prints its answer.
class Adviser {
 public:
  // `command` empty: orch.adviseCommand. Throws Error{Usage} without one, and
  // Error{Usage, MissingTool} for one that cannot be run.
  Adviser(const Repository& repository, const std::string& command);
  ~Adviser();
  Adviser(const Adviser&) = delete;
  Adviser& operator=(const Adviser&) = delete;

  // At most orch.adviseTimeout long. Throws Error{Timeout, Io}.
  std::string ask(const std::string& prompt, const Tell& tell) const;
  const std::string& directory() const { return directory_; }

 private:
  config::Program program_;
  std::string directory_;
};

}  // namespace orch::launch
