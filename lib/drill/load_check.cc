// SPDX-License-Identifier: MIT
#include "drill/load_check.h"

#include <set>

#include "history/history.h"
#include "store/health.h"
#include "store/history.h"
#include "text/text.h"

namespace orch::drill {
namespace {

std::string first_line(const std::string& text) {
  const auto lines = text::split_list(text, '\n');
  return lines.empty() ? "" : text::cut(text::printable(lines.front()), 300);
}

void check_commits(const Arena& arena, const history::Records& now,
                   std::vector<Finding>& out) {
  std::set<std::string> told;
  for (const history::Event& e : now.events) told.insert(e.commit);
  const process::Outcome all =
      arena.git({"rev-list", "--no-merges", "--branches=feature/*", "^main"});
  if (!all.ok()) out.push_back({"commits", first_line(all.errors)});
  for (const std::string& commit : text::split_list(all.output, '\n'))
    if (!told.contains(commit))
      out.push_back({"commits", "commit " + commit + " has no event"});
}

}  // namespace

history::Records records_of(const Arena& arena) {
  auto store = store::Store::find(arena.handle().orch_dir());
  history::Records out = store::read_history(*store);
  for (history::Agent& a : out.agents)
    a.lives = a.pid != 0 &&
              process::is_alive({static_cast<pid_t>(a.pid),
                                 static_cast<std::uint64_t>(a.pid_start)});
  return out;
}

std::vector<Finding> check_load(const Arena& arena,
                                const history::Records& before) {
  std::vector<Finding> out;
  const process::Outcome fsck = arena.git({"fsck", "--no-dangling"});
  if (!fsck.ok()) out.push_back({"fsck", first_line(fsck.errors)});
  const auto health = store::examine(arena.handle().orch_dir());
  if (health.health != store::Health::Sound)
    out.push_back({"store", "it is not sound: " +
                                first_line(text::join(health.lines, "\n"))});
  const history::Records now = records_of(arena);
  check_commits(arena, now, out);
  for (const auto& violations :
       {history::check_growth(before, now), history::check_moment(now)})
    for (const history::Violation& v : violations)
      out.push_back({"history/" + v.rule, text::printable(v.what)});
  return out;
}

}  // namespace orch::drill
