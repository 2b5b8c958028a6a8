// SPDX-License-Identifier: MIT
#include "predict/trees.h"

#include <algorithm>

#include "error/error.h"

namespace orch::predict {
namespace {

bool by_name(const Entry& a, const Entry& b) { return a.name < b.name; }

Delta compare(const Directory& base, const Directory& tip) {
  Delta delta;
  auto a = base.entries().begin(), a_end = base.entries().end();
  auto b = tip.entries().begin(), b_end = tip.entries().end();
  while (a != a_end || b != b_end) {
    int order = a == a_end ? 1 : -1;
    if (a != a_end && b != b_end) order = a->name.compare(b->name);
    if (order < 0)
      delta.changes.push_back({a->name, a->leaf, {}, nullptr});
    else if (order > 0)
      delta.changes.push_back({b->name, {}, b->leaf, nullptr});
    else if (a->leaf != b->leaf)
      delta.changes.push_back({a->name, a->leaf, b->leaf, nullptr});
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  return delta;
}

}  // namespace

Directory::Directory(std::string bytes) : bytes_(std::move(bytes)) {
  for (objects::TreeReader reader(bytes_); !reader.done(); reader.next())
    entries_.push_back(reader.entry());
  // In a tree, "a" comes behind "a.c" when it is a directory.
  if (!std::is_sorted(entries_.begin(), entries_.end(), by_name))
    std::sort(entries_.begin(), entries_.end(), by_name);
  for (std::size_t i = 1; i < entries_.size(); ++i)
    if (entries_[i - 1].name == entries_[i].name)
      throw Error(ErrorCode::Corrupt, "a tree has the same name twice");
}

Leaf Directory::find(std::string_view name) const {
  const auto it = std::lower_bound(entries_.begin(), entries_.end(),
                                   Entry{name, {}}, by_name);
  return it != entries_.end() && it->name == name ? it->leaf : Leaf();
}

const Directory& Trees::directory(const Leaf& leaf) {
  if (!leaf.is_tree()) return empty_;
  auto& slot = directories_[leaf.id];
  if (!slot)
    slot = std::make_unique<Directory>(
        database_.require(leaf.id, objects::Kind::Tree));
  return *slot;
}

const Delta& Trees::delta(const Leaf& base, const Leaf& tip) {
  auto& slot =
      deltas_[{base.is_tree() ? base.id : Id(), tip.is_tree() ? tip.id : Id()}];
  if (!slot)
    slot = std::make_unique<Delta>(compare(directory(base), directory(tip)));
  return *slot;
}

const Delta& Trees::below(const Change& change) {
  if (!change.below) change.below = &delta(change.base, change.tip);
  return *change.below;
}

Leaf Trees::find(const Leaf& root, std::string_view path) {
  Leaf leaf = root;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    leaf = directory(leaf).find(name);
  }
  return leaf;
}

}  // namespace orch::predict
