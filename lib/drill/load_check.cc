// SPDX-License-Identifier: MIT
#include "drill/load_check.h"

#include <set>

#include "drill/records.h"
#include "drill/said.h"
#include "history/history.h"
#include "store/health.h"
#include "text/text.h"

namespace orch::drill {
namespace {

void check_commits(const Arena& arena, const history::Records& now,
                   std::vector<Finding>& out) {
  std::set<std::string> told;
  for (const history::Event& e : now.events) told.insert(e.commit);
  const process::Outcome all =
      arena.git({"rev-list", "--no-merges", "--branches=feature/*", "^main"});
  if (!all.ok()) out.push_back({"commits", said_by(all)});
  for (const std::string& commit : text::split_list(all.output, '\n'))
    if (!told.contains(commit))
      out.push_back({"commits", "commit " + commit + " has no event"});
}

}  // namespace

std::vector<Finding> check_load(const Arena& arena,
                                const history::Records& before) {
  std::vector<Finding> out;
  const process::Outcome fsck = arena.git({"fsck", "--no-dangling"});
  if (!fsck.ok()) out.push_back({"fsck", said_by(fsck)});
  const auto health = store::examine(arena.handle().orch_dir());
  if (health.health != store::Health::Sound)
    out.push_back({"store", "it is not sound: " +
                                text::printable(health.lines.empty()
                                                    ? ""
                                                    : health.lines.front())});
  const auto now = find_records(arena);
  if (!now) {
    out.push_back({"store", "it is gone"});
    return out;
  }
  check_commits(arena, *now, out);
  for (const auto& violations :
       {history::check_growth(before, *now), history::check_moment(*now)})
    for (const history::Violation& v : violations)
      out.push_back({"history/" + v.rule, text::printable(v.what)});
  return out;
}

}  // namespace orch::drill
