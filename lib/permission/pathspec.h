// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

// A pathspec (gitglossary(7)) of a role or of the policy, read without git.
// Private to `permission`.
namespace orch::permission {

struct Pathspec {
  std::string pattern;  // from the top of the worktree; empty: everything
  bool literal = false, icase = false, glob = false;

  // Whether anything in `pattern` stands for something else.
  bool has_wildcard() const;
  // `path` from the top: what the pattern names, or what lies below it.
  bool matches(std::string_view path) const;
};

Pathspec parse_pathspec(std::string_view text);

}  // namespace orch::permission
