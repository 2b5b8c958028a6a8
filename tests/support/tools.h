// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "support/sandbox.h"

// Other tools that install git hooks, the real ones, beside ours.
namespace orch::test {

// Whether this kind of machine has a build of lefthook.
bool lefthook_is_built_for_here();

// A repository in which another tool's hooks live beside ours. The test fails
// when the tool is not there.
class BesideTool : public ::testing::Test {
 protected:
  explicit BesideTool(const std::string& tool);

  // A feature with one agent's worktree.
  void start_feature();
  const std::string& api() const { return api_; }

  // Commits nothing in `directory`; what git printed.
  Result commit(const std::string& directory, const std::string& message) const;

  // What hooks have written to ~/log since the last call.
  std::string log() const;
  // Names, modes and checksums of what lies in .git/hooks, but for the samples.
  std::string hooks() const;
  // The names alone.
  std::string names() const;
  // Hooks of ours that would not run.
  std::string broken() const;
  // How often a commit with this message has made an event.
  int events_of(const std::string& message) const;
  // Waits until nothing runs behind the last hook.
  void settle() const;

  Sandbox box;

 private:
  std::string api_;
};

}  // namespace orch::test
