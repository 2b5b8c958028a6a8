// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repository/repository.h"

// Workflows for the CI of a forge.
namespace orch::setup {

using repository::Repository;

enum class Forge { GitHub, GitLab };
std::optional<Forge> parse_forge(std::string_view name);  // "github", "gitlab"

// What the jobs run where no variable says otherwise, by the job's name
// ("unit", "lint", "build", "integration", "e2e", "quality", "audit"). `files`:
// the paths at the top that git tracks; `makefile`: what is in the Makefile
// there; `test`: the command of the roles, which goes before what is guessed. A
// job that nothing speaks for is not in the answer. Pure.
using Commands = std::map<std::string, std::string>;
Commands guess_commands(const std::vector<std::string>& files,
                        const std::string& makefile, const std::string& test);

struct Workflows {
  std::vector<std::string> written;  // paths, in a fixed order
  std::vector<std::string> kept;     // that were there already, as they are
  Commands commands;
};
// Writes them into this worktree, all or none; they are a person's to commit.
// Throws Error{Exists} for a file that is there and is another, and
// Error{Usage} outside a working tree.
Workflows write_workflows(const Repository& repository, Forge forge);

}  // namespace orch::setup
