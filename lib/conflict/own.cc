// SPDX-License-Identifier: MIT
#include "conflict/own.h"

#include "git/git.h"
#include "text/text.h"

namespace orch::conflict {

bool OwnWork::is_collision(const Side& a, const Side& b,
                           const std::string& path) {
  return owns(a, b, path) && owns(b, a, path);
}

// False only when the path certainly came from elsewhere. A path in neither set
// (the target of a rename) counts.
bool OwnWork::owns(const Side& side, const Side& other,
                   const std::string& path) {
  const std::string from = left_at(side);
  if (from.empty() || changed(from, side.commit).contains(path)) return true;
  const std::string& apart = base_of(side.commit, {other.commit});
  return !changed(apart, side.commit).contains(path);
}

std::string OwnWork::left_at(const Side& side) {
  std::vector<std::string> others;
  for (const std::string& other : {side.base, side.integration})
    if (!other.empty() && other != side.commit) others.push_back(other);
  return others.empty() ? "" : base_of(side.commit, others);
}

const std::string& OwnWork::base_of(const std::string& tip,
                                    const std::vector<std::string>& others) {
  const std::string key = tip + " " + text::join(others, " ");
  const auto known = bases_.find(key);
  if (known != bases_.end()) return known->second;
  return bases_
      .emplace(key, git::find_merge_base(repository_, tip, others,
                                         quarantine_.environment()))
      .first->second;
}

const OwnWork::Paths& OwnWork::changed(const std::string& from,
                                       const std::string& tip) {
  const auto known = changed_.find({from, tip});
  if (known != changed_.end()) return known->second;
  Paths paths;
  if (!from.empty())
    for (std::string& path :
         git::changed_paths(repository_, from, tip, quarantine_.environment()))
      paths.insert(std::move(path));
  return changed_.emplace(std::pair(from, tip), std::move(paths)).first->second;
}

std::optional<git::Merge> OwnWork::merge_own(const Side& a, const Side& b) {
  const std::string from_a = left_at(a), from_b = left_at(b);
  if (from_a.empty() || from_b.empty() || from_a == from_b) return std::nullopt;
  if (const auto moved = moved_to(from_a, b, from_b))
    return merge_one(a.commit, *moved);
  if (const auto moved = moved_to(from_b, a, from_a))
    return merge_one(*moved, b.commit);
  return std::nullopt;
}

// `side`, which left at `from`, as if it had left at `to`.
std::optional<std::string> OwnWork::moved_to(const std::string& to,
                                             const Side& side,
                                             const std::string& from) const {
  const std::string ground = commit(to + "^{tree}", from);
  if (ground.empty()) return std::nullopt;
  const git::Merge moved = merge_one(ground, side.commit);
  if (moved.verdict != git::Verdict::Clean) return std::nullopt;
  const std::string made = commit(moved.tree, to);
  return made.empty() ? std::nullopt : std::optional(made);
}

std::string OwnWork::commit(const std::string& tree,
                            const std::string& parent) const {
  const process::Outcome out = git::run(
      repository_,
      {.args = {"-c", "user.name=git orch", "-c", "user.email=orch@localhost",
                "commit-tree", tree, "-p", parent, "-m", "own work"},
       .environment = quarantine_.environment()});
  return out.ok() ? std::string(text::trim(out.output)) : "";
}

git::Merge OwnWork::merge_one(const std::string& a,
                              const std::string& b) const {
  return git::merge_all(repository_, quarantine_, {{a, b}}).front();
}

}  // namespace orch::conflict
