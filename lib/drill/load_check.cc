// SPDX-License-Identifier: MIT
#include "drill/load_check.h"

#include <algorithm>
#include <set>

#include "drill/conversations.h"
#include "drill/objects.h"
#include "drill/records.h"
#include "drill/said.h"
#include "history/history.h"
#include "store/health.h"
#include "text/text.h"

namespace orch::drill {
namespace {

// So many claims and check-ins, where there are agents for them.
constexpr std::size_t kDeeds = 3;

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

bool is_committer(const std::string& agent) {
  return !agent.ends_with("/overseer");
}

void act(const Arena& arena, const std::vector<std::string>& running,
         Deeds& deeds) {
  const std::string feature = arena.features().front() + "/";
  std::vector<std::string> claimants, overseers;
  for (const std::string& agent : running) {
    if (agent.starts_with(feature)) claimants.push_back(agent);
    if (!is_committer(agent)) overseers.push_back(agent);
  }
  deeds.add_task();
  for (std::size_t i = 1; i < claimants.size() && i <= kDeeds; ++i)
    deeds.claim(claimants[i - 1], claimants[i]);
  for (std::size_t i = 0; i < overseers.size() && i < kDeeds; ++i) {
    deeds.log("logged with " + overseers[i]);
    deeds.check_in(overseers[i], "once, in the end");
  }
}

bool has_checked_in(const Arena& arena, const history::Witness& witness) {
  const auto& once = witness.once;
  if (once.empty()) return true;
  const auto now = find_records(arena);
  return now && std::all_of(once.begin(), once.end(), [&](std::int64_t id) {
           return std::any_of(now->checkins.begin(), now->checkins.end(),
                              [&](const history::Checkin& c) {
                                return c.id == id && c.state == "done";
                              });
         });
}

std::vector<Finding> check_load(const Arena& arena,
                                const history::Records& before,
                                const history::Witness& witness) {
  std::vector<Finding> out;
  if (const auto lines = broken_in(arena); !lines.empty())
    out.push_back({"fsck", text::printable(lines.front())});
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
  for (const history::Violation& v :
       history::check(&before, *now, Conversations(arena).read(), witness))
    out.push_back({"history/" + v.rule, text::printable(v.what)});
  return out;
}

}  // namespace orch::drill
