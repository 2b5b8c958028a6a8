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
  if (side.base.empty() && side.integration.empty()) return true;
  if (own(side).contains(path)) return true;
  return !changed(side.commit, {other.commit}).contains(path);
}

const OwnWork::Paths& OwnWork::own(const Side& side) {
  std::vector<std::string> others;
  if (!side.base.empty()) others.push_back(side.base);
  if (!side.integration.empty() && side.integration != side.commit)
    others.push_back(side.integration);
  return changed(side.commit, others);
}

const OwnWork::Paths& OwnWork::changed(const std::string& tip,
                                       const std::vector<std::string>& others) {
  const std::string key = tip + " " + text::join(others, " ");
  const auto known = cache_.find(key);
  if (known != cache_.end()) return known->second;
  Paths paths;
  if (!others.empty())
    for (std::string& path : git::changed_since(repository_, tip, others))
      paths.insert(std::move(path));
  return cache_.emplace(key, std::move(paths)).first->second;
}

std::optional<git::Merge> SameGround::merge(const Side& a, const Side& b) {
  const std::string &from_a = left_at(a), &from_b = left_at(b);
  if (from_a.empty() || from_b.empty() || from_a == from_b) return std::nullopt;
  if (const auto moved = moved_to(from_a, b, from_b))
    return merge_one(a.commit, *moved);
  if (const auto moved = moved_to(from_b, a, from_a))
    return merge_one(*moved, b.commit);
  return std::nullopt;
}

const std::string& SameGround::left_at(const Side& side) {
  std::vector<std::string> args = {"merge-base", side.commit};
  for (const std::string& other : {side.base, side.integration})
    if (!other.empty() && other != side.commit) args.push_back(other);
  const std::string key = text::join(args, " ");
  const auto known = left_.find(key);
  if (known != left_.end()) return known->second;
  return left_.emplace(key, args.size() > 2 ? asked(args) : "").first->second;
}

// `side`, which left at `from`, as if it had left at `to`.
std::optional<std::string> SameGround::moved_to(const std::string& to,
                                                const Side& side,
                                                const std::string& from) {
  const std::string ground = commit(to + "^{tree}", from);
  if (ground.empty()) return std::nullopt;
  const git::Merge moved = merge_one(ground, side.commit);
  if (moved.verdict != git::Verdict::Clean) return std::nullopt;
  const std::string made = commit(moved.tree, to);
  return made.empty() ? std::nullopt : std::optional(made);
}

std::string SameGround::asked(std::vector<std::string> args) const {
  const process::Outcome out = git::run(
      repository_,
      {.args = std::move(args), .environment = quarantine_.environment()});
  return out.ok() ? std::string(text::trim(out.output)) : "";
}

std::string SameGround::commit(const std::string& tree,
                               const std::string& parent) const {
  return asked({"-c", "user.name=git orch", "-c", "user.email=orch@localhost",
                "commit-tree", tree, "-p", parent, "-m", "own work"});
}

git::Merge SameGround::merge_one(const std::string& a,
                                 const std::string& b) const {
  return git::merge_all(repository_, quarantine_, {{a, b}}).front();
}

}  // namespace orch::conflict
