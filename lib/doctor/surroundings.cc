// SPDX-License-Identifier: MIT
#include "doctor/surroundings.h"

#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "notify/notify.h"
#include "process/process.h"
#include "roster/roster.h"
#include "sandbox/sandbox.h"
#include "store/events.h"
#include "store/notices.h"
#include "text/text.h"
#include "text/time.h"
#include "text/words.h"

namespace orch::doctor {
namespace {

constexpr std::int64_t kClockSlackMs = 5 * 60 * 1000;
constexpr std::int64_t kOldLockMs = 10 * 60 * 1000;

void look_for_locks(const std::string& directory, std::vector<Check>& out) {
  for (const char* name : {"index.lock", "HEAD.lock", "config.lock",
                           "packed-refs.lock", "shallow.lock"}) {
    const std::string path = file::join(directory, name);
    if (!file::exists(path)) continue;
    const std::int64_t age = clock::now() - file::modified_ms(path);
    if (age < kOldLockMs) continue;
    out.push_back({"lock", "warn",
                   "'" + path + "' is " + text::short_age(age) +
                       " old: git refuses as long as it is there",
                   "look that no git runs, then rm " + text::shell_word(path)});
  }
}

}  // namespace

Check check_forges() {
  std::vector<std::string> there;
  for (const char* name : {"gh", "glab", "tea"})
    if (process::find_on_path(name)) there.emplace_back(name);
  if (there.empty())
    return {"forges", "ok",
            "none of gh, glab and tea: pull requests are only recorded", ""};
  return {"forges", "ok", text::join(there, ", "), ""};
}

Check check_walls() {
  try {
    sandbox::require_usable();
    return {"bwrap", "ok", "agents can work in a sandbox", ""};
  } catch (const Error& e) {
    std::string why = e.what();
    if (why.ends_with('.')) why.pop_back();
    return {"bwrap", "warn",
            why + "; agents that should start in one do not start", e.hint()};
  }
}

void check_sinks(const Repository& repository, std::vector<Check>& out) {
  const auto sinks = notify::sinks_of(config::Config::load(repository));
  for (const notify::Configured& c : sinks) {
    if (c.problem.empty())
      out.push_back({"sink " + c.name, "ok",
                     std::string(notice::type_name(c.sink.type)), ""});
    else
      out.push_back({"sink " + c.name, "warn", c.problem, c.hint});
  }
}

void check_outbox(store::Store& store, std::vector<Check>& out) {
  const auto failed = store::count_outbox(store).failed;
  if (failed > 0)
    out.push_back({"outbox", "warn",
                   std::to_string(failed) + " could not be told, last: " +
                       store::list_failed_deliveries(store, 1).front().reason,
                   "git orch notify test"});
}

void check_clock(store::Store& store, std::vector<Check>& out) {
  const auto newest = store::list_events(store, {.spec_id = {}, .limit = 1});
  const std::int64_t now = clock::now();
  if (newest.empty() || newest.front().at <= now + kClockSlackMs) return;
  out.push_back({"clock", "warn",
                 "the newest event is of " + text::iso_time(newest.front().at) +
                     ", " + text::short_age(newest.front().at - now) +
                     " ahead of this machine's clock",
                 "timedatectl set-ntp true"});
}

void check_locks(const Repository& repository, std::vector<Check>& out) {
  look_for_locks(repository.common_dir, out);
  const std::string worktrees = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(worktrees))
    look_for_locks(file::join(worktrees, name), out);
}

Check check_roster(const Repository& repository) {
  const std::string id = roster::id_of(repository.common_dir);
  const auto all = roster::list();
  const auto gone = static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](auto& e) { return !e.is_there; }));
  if (std::none_of(all.begin(), all.end(),
                   [&](const auto& e) { return e.id == id; }))
    return {"repositories", "warn",
            "this one is not on your list: 'status --all' does not show it",
            "git orch doctor --fix"};
  if (gone > 0)
    return {"repositories", "warn",
            std::to_string(gone) + " on your list are not there any more",
            "git orch doctor --fix"};
  return {"repositories", "ok", std::to_string(all.size()) + " on your list",
          ""};
}

}  // namespace orch::doctor
