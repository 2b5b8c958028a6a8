// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

// The set-up journal: written and synced before the first ref, removed after
// the rows. What it names is ours; a rerun completes it.
namespace orch::feature {

struct Journal {
  std::string spec_id;
  std::string base;
  std::string base_commit;
  std::vector<std::pair<std::string, std::string>> parts;  // branch, worktree

  bool names_branch(const std::string& branch) const;
  bool names_path(const std::string& path) const;

  static std::optional<Journal> find(const std::string& orch_dir,
                                     const std::string& spec_id);
  void write(const std::string& orch_dir) const;
  void remove(const std::string& orch_dir) const;
};

}  // namespace orch::feature
