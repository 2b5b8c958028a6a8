// SPDX-License-Identifier: MIT
#include "predict/commits.h"

#include "error/error.h"
#include "predict/bases.h"
#include "predict/settings.h"
#include "predict/trees.h"
#include "text/text.h"

namespace orch::predict {
namespace {

constexpr int kDeepest = 1000;

void append_paths(Trees& trees, const Delta& delta, const std::string& prefix,
                  int depth, Commits::Paths* out) {
  if (depth > kDeepest)
    throw Error(ErrorCode::Corrupt, "directories are nested too deeply");
  for (const Change& c : delta.changes) {
    std::string path = prefix + std::string(c.name);
    const auto is_file = [](const Leaf& leaf) {
      return !leaf.is_tree() && !leaf.is_absent();
    };
    if (c.base.is_tree() || c.tip.is_tree())
      append_paths(trees, trees.below(c), path + "/", depth + 1, out);
    if (is_file(c.base) || is_file(c.tip)) out->insert(std::move(path));
  }
}

}  // namespace

struct Commits::Objects {
  explicit Objects(const Repository& repository,
                   const git::Quarantine& quarantine)
      : database({quarantine.directory() + "/objects",
                  repository.common_dir + "/objects"}),
        history(database),
        trees(database) {}

  objects::Database database;
  History history;
  Trees trees;
};

Commits::Commits(const Repository& repository,
                 const git::Quarantine& quarantine)
    : repository_(repository), quarantine_(quarantine) {}

Commits::~Commits() = default;

Commits::Objects* Commits::objects() {
  if (!is_looked_at_ && !obstacle(repository_))
    objects_ = std::make_unique<Objects>(repository_, quarantine_);
  is_looked_at_ = true;
  return objects_.get();
}

// Among the bases with each of the others, the one that the rest lead to.
std::optional<std::string> Commits::find_base(
    const std::string& tip, const std::vector<std::string>& others) {
  Objects* const all = objects();
  const auto end = objects::parse_id(tip);
  if (!all || !end) return std::nullopt;
  std::optional<Id> best;
  const auto base_with = [&](const Id& a, const Id& b) {
    if (a == b) return Base{1, a};
    return merge_bases(all->history, {a, b}, {{0, 1}}).front();
  };
  for (const std::string& other : others) {
    const auto id = objects::parse_id(other);
    if (!id) return std::nullopt;
    const Base base = base_with(*end, *id);
    if (base.count > 1) return std::nullopt;
    if (base.count == 0) continue;
    if (!best) {
      best = base.commit;
      continue;
    }
    const Base older = base_with(*best, base.commit);
    if (older.count != 1 ||
        (older.commit != *best && older.commit != base.commit))
      return std::nullopt;
    if (older.commit == *best) best = base.commit;
  }
  return best ? objects::hex(*best) : std::string();
}

const std::string& Commits::merge_base(const std::string& tip,
                                       const std::vector<std::string>& others) {
  const std::string key = tip + " " + text::join(others, " ");
  const auto known = bases_.find(key);
  if (known != bases_.end()) return known->second;
  std::optional<std::string> base;
  try {
    base = find_base(tip, others);
  } catch (const Error&) {
    // git says what is wrong, or knows a way around it.
  }
  if (!base)
    base = git::find_merge_base(repository_, tip, others,
                                quarantine_.environment());
  return bases_.emplace(key, *std::move(base)).first->second;
}

std::optional<Commits::Paths> Commits::find_changed(const std::string& from,
                                                    const std::string& to) {
  Objects* const all = objects();
  const auto a = objects::parse_id(from), b = objects::parse_id(to);
  if (!all || !a || !b) return std::nullopt;
  Paths paths;
  append_paths(all->trees,
               all->trees.delta({Leaf::kTree, all->history.commit(*a).tree},
                                {Leaf::kTree, all->history.commit(*b).tree}),
               "", 0, &paths);
  return paths;
}

const Commits::Paths& Commits::changed(const std::string& from,
                                       const std::string& to) {
  const auto known = changed_.find({from, to});
  if (known != changed_.end()) return known->second;
  std::optional<Paths> paths;
  if (from.empty() || to.empty()) paths.emplace();
  try {
    if (!paths) paths = find_changed(from, to);
  } catch (const Error&) {
    // As above.
  }
  if (!paths) {
    const auto list =
        git::changed_paths(repository_, from, to, quarantine_.environment());
    paths.emplace(list.begin(), list.end());
  }
  return changed_.emplace(git::Pair(from, to), *std::move(paths)).first->second;
}

}  // namespace orch::predict
