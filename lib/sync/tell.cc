// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "git/merge.h"
#include "installation/data.h"
#include "sync/notice.h"
#include "sync/sync.h"
#include "sync/upstream.h"
#include "text/text.h"

namespace orch::sync {
namespace {

// One that may have to be told.
struct Side {
  store::Agent agent;
  std::string upstream, tip, upstream_tip;
  std::optional<std::int64_t> threshold;
  store::Sync row;
  int behind = 0, news = 0;  // of these, not told of yet
};

std::vector<Side> sides_of(const Repository& repository, store::Store& store) {
  const policy::Sync rules =
      installation::policy_or_built_in(repository.orch_dir()).sync;
  std::vector<Side> out;
  std::vector<std::string> names;
  for (const store::Feature& f : store::list_features(store, "in-progress"))
    for (store::Agent& a : store::list_agents(store, f.id)) {
      if (a.branch.empty() || a.status == "completed") continue;
      const bool leads = a.branch == f.integration_branch;
      Side s{.upstream = upstream_of(f, a),
             .threshold = leads ? rules.tell_base : rules.tell,
             .row = store::find_sync(store, a.id)};
      if (!s.threshold || !s.upstream.starts_with("refs/")) continue;
      names.insert(names.end(),
                   {std::string(git::kHeads) + a.branch, s.upstream});
      s.agent = std::move(a);
      out.push_back(std::move(s));
    }
  if (out.empty()) return out;
  auto tips = tips_of(repository, names);
  for (Side& s : out) {
    s.tip = tips[std::string(git::kHeads) + s.agent.branch];
    s.upstream_tip = tips[s.upstream];
  }
  std::erase_if(out, [](const Side& s) {
    return s.tip.empty() || s.upstream_tip.empty() ||
           s.row.told == s.upstream_tip;
  });
  return out;
}

int count(const Repository& repository, const Side& s,
          const std::optional<std::string>& but) {
  std::vector<std::string> args = {"rev-list", "--count", s.upstream_tip,
                                   "--not", s.tip};
  if (but) args.push_back(*but);
  const auto answer = git::run(repository, {.args = args});
  // A commit that it was told of may be gone by now.
  if (!answer.ok()) return but ? count(repository, s, std::nullopt) : 0;
  return std::atoi(answer.output.c_str());
}

// Paths that both have changed since they parted.
std::vector<std::string> touched_by_both(const Repository& repository,
                                         const Side& s) {
  const std::string base =
      git::find_merge_base(repository, s.tip, {s.upstream_tip});
  if (base.empty()) return {};
  const auto theirs = git::changed_paths(repository, base, s.upstream_tip);
  const auto own = git::changed_paths(repository, base, s.tip);
  const std::set<std::string> mine(own.begin(), own.end());
  std::vector<std::string> out;
  std::copy_if(theirs.begin(), theirs.end(), std::back_inserter(out),
               [&](const auto& path) { return mine.contains(path); });
  return out;
}

std::string tree_of(const Repository& repository, const std::string& commit) {
  return std::string(text::trim(
      git::run(repository, {.args = {"rev-parse", commit + "^{tree}"}})
          .output));
}

std::string text_for(const Repository& repository, const Side& s,
                     const git::Merge& merge) {
  const auto both = touched_by_both(repository, s);
  std::string out =
      text::printable(git::short_branch(s.upstream)) + " has " +
      text::count_of(static_cast<std::size_t>(s.behind), "commit") +
      " that your branch lacks\n";
  out += both.empty() ? "none of the files that you changed is touched\n"
                      : listed(both, " that you changed, too");
  if (merge.verdict == git::Verdict::Clean)
    out += "it merges cleanly\ntake it in with: git orch sync run";
  else if (merge.verdict == git::Verdict::Conflict)
    out += "it would conflict in " + listed(merge.paths, "") +
           "look with: git orch check-conflicts";
  else
    out +=
        "git cannot tell whether it merges: " + text::printable(merge.reason);
  return out;
}

}  // namespace

int tell_behind(const Repository& repository, store::Store& store) {
  auto sides = sides_of(repository, store);
  for (Side& s : sides) {
    s.behind = count(repository, s, std::nullopt);
    s.news = s.behind == 0 || !s.row.told ? s.behind
                                          : count(repository, s, s.row.told);
  }
  // Few enough to wait for more.
  std::erase_if(sides, [](const Side& s) {
    return s.behind > 0 && s.news < *s.threshold;
  });
  if (sides.empty()) return 0;
  std::vector<git::Pair> pairs;
  for (const Side& s : sides) pairs.emplace_back(s.tip, s.upstream_tip);
  const git::Quarantine quarantine(repository);
  const auto merges = git::merge_all(repository, quarantine, pairs);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    // What brings nothing, as the merge of its own work, is no news.
    const bool same = merges[i].verdict == git::Verdict::Clean &&
                      merges[i].tree == tree_of(repository, sides[i].tip);
    texts.push_back(sides[i].behind == 0 || same
                        ? ""
                        : text_for(repository, sides[i], merges[i]));
  }
  int told = 0;
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  for (std::size_t i = 0; i < sides.size(); ++i) {
    store::Sync row = store::find_sync(store, sides[i].agent.id);
    // Another tick was quicker.
    if (row.told != sides[i].row.told) continue;
    row.told = sides[i].upstream_tip;
    if (texts[i].empty()) {
      take_back(store, "nothing is missing any more", row);
    } else {
      tell(store, sides[i].agent, texts[i], now, row);
      ++told;
    }
    store::put_sync(store, row);
  }
  transaction.commit();
  return told;
}

}  // namespace orch::sync
