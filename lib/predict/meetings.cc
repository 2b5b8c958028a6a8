// SPDX-License-Identifier: MIT
#include "predict/meetings.h"

#include <algorithm>

#include "error/error.h"

namespace orch::predict {
namespace {

constexpr int kDeepest = 1000;

void check_depth(int depth) {
  if (depth > kDeepest)
    throw Error(ErrorCode::Corrupt, "directories are nested too deeply");
}

bool is_added_file(const Change& c) {
  return !c.tip.is_tree() && !c.tip.is_absent() &&
         (c.base.is_absent() || c.base.is_tree());
}

bool adds_files(const Delta& delta) {
  return std::any_of(delta.changes.begin(), delta.changes.end(), is_added_file);
}

void append(Trees& trees, const Delta& delta, const std::string& prefix,
            int depth, std::vector<NamedFile>* out) {
  check_depth(depth);
  for (const Change& c : delta.changes) {
    std::string path = prefix + std::string(c.name);
    if (c.tip.is_tree())
      append(trees, trees.below(c), path + "/", depth + 1, out);
    else if (is_added_file(c))
      out->push_back({std::move(path), c.tip});
  }
}

class Search {
 public:
  Search(Trees& trees, Driver driver, Meetings* out)
      : trees_(trees), driver_(driver), out_(out) {}

  void directories(const Delta& driving, const Leaf& other);

 private:
  // A change of the driving side, and what the other side has in its place.
  void meet(const Change& change, const Leaf& other);
  void meet_directories(const Change& change, const Leaf& other);
  void add_file(const Change& change, const Leaf& other);
  void add_emptied(const Change& change, const Leaf& other);

  Trees& trees_;
  Driver driver_;
  Meetings* out_;
  std::string prefix_;
  int depth_ = 0;
};

void Search::directories(const Delta& driving, const Leaf& other) {
  const Directory& directory = trees_.directory(other);
  for (const Change& change : driving.changes) {
    const Leaf leaf = directory.find(change.name);
    if (leaf != change.base) meet(change, leaf);
    if (!out_->obstacle.empty()) return;
  }
}

void Search::meet(const Change& change, const Leaf& other) {
  bool some_tree = false, some_file = false;
  for (const Leaf* leaf : {&change.base, &change.tip, &other}) {
    some_tree = some_tree || leaf->is_tree();
    some_file = some_file || !(leaf->is_tree() || leaf->is_absent());
  }
  if (some_tree && some_file)
    out_->obstacle = "file/directory";
  else if (some_tree)
    meet_directories(change, other);
  else if (change.tip != other || other.is_absent())
    add_file(change, other);
}

void Search::meet_directories(const Change& change, const Leaf& other) {
  if (change.tip.is_absent() && other.is_absent())
    return add_file(change, other);
  add_emptied(change, other);
  const std::size_t length = prefix_.size();
  prefix_.append(change.name) += '/';
  check_depth(++depth_);
  directories(trees_.below(change), other);
  --depth_;
  prefix_.resize(length);
}

void Search::add_file(const Change& change, const Leaf& other) {
  Meeting m{prefix_ + std::string(change.name), change.base, change.tip, other};
  if (driver_ == Driver::Theirs) std::swap(m.ours, m.theirs);
  out_->files.push_back(std::move(m));
}

void Search::add_emptied(const Change& change, const Leaf& other) {
  const bool ours_drives = driver_ == Driver::Ours;
  if (change.base.is_absent()) return;
  const std::string path = prefix_ + std::string(change.name);
  if (change.tip.is_absent() && adds_files(trees_.delta(change.base, other)))
    out_->directories.push_back({path, change.base, ours_drives});
  if (other.is_absent() && adds_files(trees_.below(change)))
    out_->directories.push_back({path, change.base, !ours_drives});
}

bool finds_kind(Trees& trees, const Delta& delta, int depth) {
  check_depth(depth);
  if (!delta.changes_kind)
    delta.changes_kind = std::any_of(
        delta.changes.begin(), delta.changes.end(), [&](const Change& c) {
          if (!c.base.is_tree() && !c.tip.is_tree()) return false;
          const bool both_there = !c.base.is_absent() && !c.tip.is_absent();
          if (both_there && c.base.is_tree() != c.tip.is_tree()) return true;
          return finds_kind(trees, trees.below(c), depth + 1);
        });
  return *delta.changes_kind;
}

}  // namespace

bool needs_text(const Meeting& m) {
  if (!m.ours.is_file() || !m.theirs.is_file()) return false;
  return m.ours.id != m.theirs.id && m.ours.id != m.base.id &&
         m.theirs.id != m.base.id;
}

Meetings meetings_of(Trees& trees, const Leaf& base, const Leaf& ours,
                     const Leaf& theirs, Driver driver) {
  Meetings out;
  const bool ours_drives = driver == Driver::Ours;
  Search(trees, driver, &out)
      .directories(trees.delta(base, ours_drives ? ours : theirs),
                   ours_drives ? theirs : ours);
  return out;
}

bool changes_kind(Trees& trees, const Delta& delta) {
  return finds_kind(trees, delta, 0);
}

void append_added(Trees& trees, const Delta& delta,
                  std::vector<NamedFile>* out) {
  append(trees, delta, "", 0, out);
}

}  // namespace orch::predict
