// SPDX-License-Identifier: MIT
#include "predict/merged_tree.h"

#include <algorithm>
#include <map>
#include <span>

namespace orch::predict {
namespace {

// By name; absent leaves are left out at the end.
using Content = std::map<std::string, Leaf, std::less<>>;

class Writer {
 public:
  Writer(objects::Database& database, Trees& trees)
      : database_(database), trees_(trees) {}

  Leaf merge(const Leaf& base, const Leaf& ours, const Leaf& theirs);
  // `placed` in the order of their paths, `from` bytes of which lead here.
  Leaf place(const Leaf& directory, std::span<const Placed> placed,
             std::size_t from);

 private:
  Leaf write(const Content& content);

  objects::Database& database_;
  Trees& trees_;
};

Leaf Writer::write(const Content& content) {
  std::vector<Entry> entries;
  for (const auto& [name, leaf] : content)
    if (!leaf.is_absent()) entries.push_back({name, leaf});
  if (entries.empty()) return {};
  return {Leaf::kTree, database_.add(objects::Kind::Tree,
                                     objects::tree_bytes(std::move(entries)))};
}

Leaf Writer::merge(const Leaf& base, const Leaf& ours, const Leaf& theirs) {
  if (ours == base || ours == theirs) return theirs;
  if (theirs == base) return ours;
  if (!base.is_tree() && !ours.is_tree() && !theirs.is_tree()) return {};
  const Directory &o = trees_.directory(base), &a = trees_.directory(ours),
                  &b = trees_.directory(theirs);
  Content content;
  for (const Directory* directory : {&o, &a, &b})
    for (const Entry& entry : directory->entries())
      content.emplace(entry.name, Leaf());
  for (auto& [name, leaf] : content)
    leaf = merge(o.find(name), a.find(name), b.find(name));
  return write(content);
}

Leaf Writer::place(const Leaf& directory, std::span<const Placed> placed,
                   std::size_t from) {
  Content content;
  for (const Entry& entry : trees_.directory(directory).entries())
    content.emplace(entry.name, entry.leaf);
  while (!placed.empty()) {
    const std::string_view rest = std::string_view(placed[0].path).substr(from);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      content[std::string(rest)] = placed[0].leaf;
      placed = placed.subspan(1);
      continue;
    }
    const std::string below = placed[0].path.substr(0, from + slash + 1);
    std::size_t count = 1;
    while (count < placed.size() && placed[count].path.starts_with(below))
      ++count;
    Leaf& leaf = content[std::string(rest.substr(0, slash))];
    leaf = place(leaf, placed.first(count), below.size());
    placed = placed.subspan(count);
  }
  return write(content);
}

}  // namespace

Leaf merged_tree(objects::Database& database, Trees& trees, const Leaf& base,
                 const Leaf& ours, const Leaf& theirs,
                 std::vector<Placed> placed) {
  Writer writer(database, trees);
  Leaf merged = writer.merge(base, ours, theirs);
  if (!placed.empty()) {
    std::sort(placed.begin(), placed.end(),
              [](const Placed& a, const Placed& b) { return a.path < b.path; });
    merged = writer.place(merged, placed, 0);
  }
  if (!merged.is_absent()) return merged;
  return {Leaf::kTree, database.add(objects::Kind::Tree, "")};
}

}  // namespace orch::predict
