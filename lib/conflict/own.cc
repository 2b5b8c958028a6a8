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
  if (from.empty() || commits_.changed(from, side.commit).contains(path))
    return true;
  const std::string& apart = commits_.merge_base(side.commit, {other.commit});
  return !commits_.changed(apart, side.commit).contains(path);
}

std::string OwnWork::left_at(const Side& side) {
  std::vector<std::string> others;
  for (const std::string& other : {side.base, side.integration})
    if (!other.empty() && other != side.commit) others.push_back(other);
  return others.empty() ? "" : commits_.merge_base(side.commit, others);
}

std::optional<git::Pair> OwnWork::own_pair(const Side& a, const Side& b) {
  const std::string from_a = left_at(a), from_b = left_at(b);
  if (from_a.empty() || from_b.empty() || from_a == from_b) return std::nullopt;
  if (const auto& moved = moved_to(from_a, b, from_b); !moved.empty())
    return git::Pair(a.commit, moved);
  if (const auto& moved = moved_to(from_b, a, from_a); !moved.empty())
    return git::Pair(moved, b.commit);
  return std::nullopt;
}

const std::string& OwnWork::moved_to(const std::string& to, const Side& side,
                                     const std::string& from) {
  const std::string key = to + " " + side.commit + " " + from;
  const auto known = moved_.find(key);
  if (known != moved_.end()) return known->second;
  return moved_.emplace(key, move(to, side, from)).first->second;
}

// `side`, which left at `from`, as if it had left at `to`.
std::string OwnWork::move(const std::string& to, const Side& side,
                          const std::string& from) const {
  const std::string ground = commit(to + "^{tree}", from);
  if (ground.empty()) return "";
  const git::Merge moved =
      git::merge_all(repository_, quarantine_, {{ground, side.commit}}).front();
  if (moved.verdict != git::Verdict::Clean) return "";
  return commit(moved.tree, to);
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

}  // namespace orch::conflict
