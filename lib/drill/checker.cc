// SPDX-License-Identifier: MIT
#include "drill/checker.h"

#include <algorithm>
#include <map>

#include "clock/clock.h"
#include "daemon/daemon.h"
#include "drill/belongings.h"
#include "drill/objects.h"
#include "drill/traces.h"
#include "error/error.h"
#include "file/file.h"
#include "history/history.h"
#include "store/features.h"
#include "store/health.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kRestMs = 60 * 1000, kQuietMs = 20 * 1000;
constexpr std::size_t kShown = 3;

// The first few lines of a text, printable.
std::string few_lines(const std::string& text) {
  std::string out;
  std::size_t count = 0;
  for (const std::string& line : text::split_list(text, '\n'))
    if (++count <= kShown) out += (out.empty() ? "" : "; ") + line;
  return text::cut(text::printable(out), 400);
}

// Held by what lives on: nothing of the store, of git's locks or of the spool,
// and nothing that is gone.
bool is_held_too_long(const std::string& path) {
  if (path.ends_with(" (deleted)")) return true;
  for (const char* part : {"/orch.db", "/store.lock", "/spool/"})
    if (path.find(part) != std::string::npos) return true;
  return path.ends_with(".lock") && path.find("/orch/") == std::string::npos;
}

// The person's branch, those of the agents, and what the suite keeps.
bool is_made_by_somebody(const std::string& ref,
                         const std::vector<std::string>& agents) {
  if (ref == "refs/heads/main") return true;
  for (const char* kept : {"backup", "proposals", "quarantine", "snapshots"})
    if (ref.starts_with("refs/orch/" + std::string(kept) + "/")) return true;
  return std::any_of(agents.begin(), agents.end(), [&](const auto& agent) {
    return ref == "refs/heads/feature/" + agent;
  });
}

using Known = std::map<pid_t, std::uint64_t>;

bool is_known(const Known& known, const process::Identity& identity) {
  const auto found = known.find(identity.pid);
  return found != known.end() && found->second == identity.start;
}

bool descends_from(const Known& known, const process::Identity& identity) {
  const auto line = process::ancestry_of(identity.pid);
  return std::any_of(line.begin(), line.end(),
                     [&](const auto& p) { return is_known(known, p); });
}

}  // namespace

Checker::Checker(Team& team) : team_(team) {
  begin_work(team.arena().repository());
  person_ = belongings_in(team.arena());
}

void Checker::add(const std::string& check, const std::string& what) {
  found_.push_back({check, what});
}

std::vector<Finding> Checker::check() {
  found_ = team_.take_findings();
  for (const std::string& open : team_.settle(kRestMs)) add("rest", open);
  check_processes();
  check_repository();
  check_store();
  check_locks();
  check_person();
  check_commits();
  if (auto now = team_.records()) {
    check_refs(*now);
    check_history(*now);
    before_ = std::move(now);
  }
  excused_.clear();
  return std::move(found_);
}

void Checker::check_repository() {
  if (const auto lines = broken_in(team_.arena()); !lines.empty())
    add("fsck", few_lines(text::join(lines, "\n")));
}

void Checker::check_store() {
  try {
    const auto found = store::examine(team_.arena().handle().orch_dir());
    if (found.health != store::Health::Sound)
      add("store",
          "it is not sound: " + few_lines(text::join(found.lines, "\n")));
  } catch (const Error& e) {
    add("store", e.what());
  }
}

// Moves that nothing explains are events; and no ref is anywhere else.
void Checker::check_refs(const history::Records& now) {
  for (const history::Event& e : now.events) {
    if (e.type != "ref_unexplained" || !unexplained_.insert(e.key).second)
      continue;
    const bool is_excused = std::any_of(
        excused_.begin(), excused_.end(), [&](const std::string& ref) {
          return e.message.find(ref) != std::string::npos;
        });
    if (!is_excused) add("refs", text::printable(e.message));
  }
  const process::Outcome refs =
      team_.arena().git({"for-each-ref", "--format=%(refname)"});
  for (const std::string& ref : text::split_list(refs.output, '\n'))
    if (!is_made_by_somebody(ref, team_.arena().agents()))
      add("refs", "nobody has made '" + text::printable(ref) + "'");
}

// What a person has committed is not only in the store.
void Checker::check_branches(const std::vector<std::string>& commits) {
  const std::set<std::string> there(commits.begin(), commits.end());
  for (const std::string& commit : team_.witness().commits)
    if (!there.contains(commit) && lost_.insert(commit).second)
      add("commits", "commit " + commit + " is on no branch");
}

// A commit that has just been made is told of in a moment.
void Checker::check_commits() {
  const std::int64_t until = clock::steady() + kQuietMs;
  for (;;) {
    const process::Outcome all = team_.arena().git(
        {"rev-list", "--no-merges", "--branches=feature/*", "^main"});
    if (!all.ok()) add("commits", few_lines(all.errors));
    const auto commits = text::split_list(all.output, '\n');
    commits_ = commits.size();
    if (all.ok()) check_branches(commits);
    team_.arena().orch({"tick", "-q"});
    const auto now = team_.records();
    if (!now) return;  // told by another check
    std::set<std::string> told;
    for (const history::Event& e : now->events) {
      told.insert(e.commit);
      told.insert(e.recorded_commit);
    }
    std::vector<std::string> missing;
    for (const std::string& commit : commits)
      if (!told.contains(commit)) missing.push_back(commit);
    if (missing.empty()) return;
    if (clock::steady() > until) {
      for (const std::string& commit : missing)
        add("commits", "commit " + commit + " has no event");
      return;
    }
    team_.interrupts().wait(50);
  }
}

void Checker::check_history(const history::Records& now) {
  const auto violations = history::check(before_ ? &*before_ : nullptr, now,
                                         team_.arrivals(), team_.witness());
  for (const history::Violation& v : violations)
    add("history/" + v.rule, text::printable(v.what));
}

// Every process is the daemon, an agent, its launcher, the server of panes, or
// comes from one of them and ends with it. Others end soon.
void Checker::check_processes() {
  const auto orch_dir = team_.arena().handle().orch_dir();
  const std::int64_t until = clock::steady() + kQuietMs;
  for (;;) {
    Known known;
    if (const auto daemon = daemon::find_holder(orch_dir))
      known[daemon->pid] = daemon->start;
    try {
      if (auto store = store::Store::find(orch_dir))
        for (const store::Agent& a : store::list_agents(*store)) {
          known[static_cast<pid_t>(a.pid)] =
              static_cast<std::uint64_t>(a.pid_start);
          known[static_cast<pid_t>(a.pane_pid)] =
              static_cast<std::uint64_t>(a.pane_start);
        }
    } catch (const Error&) {
      return;  // told by another check
    }
    std::vector<Finding> found;
    int servers = 0;
    for (const Holder& h : holders_of(team_.arena().directory())) {
      const bool is_server = h.name == "tmux: server";
      servers += is_server ? 1 : 0;
      if (is_server) known[h.identity.pid] = h.identity.start;
    }
    for (const Holder& h : holders_of(team_.arena().directory())) {
      const std::string who =
          std::to_string(h.identity.pid) + " (" + h.command + ")";
      if (is_known(known, h.identity)) {
        for (const std::string& path : h.open)
          if (is_held_too_long(path))
            found.push_back({"descriptors", who + " has '" + path + "' open"});
      } else if (!descends_from(known, h.identity)) {
        found.push_back({"processes", "nothing explains " + who});
      }
    }
    if (servers > 1)
      found.push_back(
          {"processes", std::to_string(servers) + " servers of panes run"});
    if (found.empty()) return;
    if (clock::steady() > until) {
      found_.insert(found_.end(), found.begin(), found.end());
      return;
    }
    team_.interrupts().wait(50);
  }
}

void Checker::check_locks() {
  const std::string git_dir = team_.arena().handle().common_dir;
  const std::int64_t until = clock::steady() + kQuietMs;
  std::vector<std::string> left = git_locks_in(git_dir);
  for (; !left.empty() && clock::steady() < until; left = git_locks_in(git_dir))
    team_.interrupts().wait(50);
  for (const std::string& path : left) add("locks", "'" + path + "' is left");
  try {
    store::lock_gate(team_.arena().handle().orch_dir());
  } catch (const Error& e) {
    add("locks", e.what());
  }
}

void Checker::check_person() {
  const auto now = text::split(belongings_in(team_.arena()), '\n');
  const auto before = text::split(person_, '\n');
  for (std::size_t i = 0; i < std::max(now.size(), before.size()); ++i) {
    const std::string is = i < now.size() ? now[i] : "";
    const std::string was = i < before.size() ? before[i] : "";
    if (is == was) continue;
    add("person",
        text::cut(
            text::printable("'" + was + "' of the person's is '" + is + "'"),
            200));
    return;
  }
}

}  // namespace orch::drill
