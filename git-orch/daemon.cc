// SPDX-License-Identifier: MIT
#include "daemon/daemon.h"

#include "agent/agent.h"
#include "autostart/autostart.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "process/become.h"
#include "text/text.h"
#include "text/time.h"
#include "tick/tick.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr int kComesUpMs = 5000;

std::string process_text(const process::Identity& holder) {
  return holder.pid == 0 ? "it is just starting"
                         : "process " + std::to_string(holder.pid);
}

json::Value pid_of(const std::optional<process::Identity>& holder) {
  return holder && holder->pid != 0 ? json::Value(holder->pid) : json::Value();
}

json::Array entries_json(const std::vector<autostart::Entry>& entries) {
  json::Array out;
  for (const autostart::Entry& e : entries)
    out.emplace_back(json::Object{{"by", autostart::kind_name(e.kind)},
                                  {"path", e.path},
                                  {"active", e.active},
                                  {"notes", e.notes}});
  return out;
}

std::string when_text(std::int64_t at, std::int64_t now) {
  return at <= now ? "now" : "in " + text::short_age(at - now);
}

std::string ago(std::int64_t ms) {
  const std::string age = text::short_age(ms);
  return age == "now" ? age : age + " ago";
}

int status(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  auto store = hook::find_store(repository);
  const std::int64_t now = clock::now();
  const auto holder = daemon::find_holder(repository.orch_dir());
  const bool wanted = store && tick::wants_daemon(repository, *store);
  const std::int64_t last = store ? tick::last_run(*store) : 0;
  json::Array next;
  cli::Table table({"WAITS FOR", "WHEN", "AT"});
  if (store)
    for (const tick::Next& n : tick::next_due(repository, *store, now)) {
      next.emplace_back(
          json::Object{{"what", n.what}, {"at", text::iso_time(n.at)}});
      table.add({n.what, when_text(n.at, now), text::iso_time(n.at)});
    }
  const auto entries = autostart::list(repository);
  std::string human =
      holder ? "the daemon runs: " + process_text(*holder) + "\n"
      : wanted
          ? "no daemon runs; one starts by itself as soon as an agent does\n"
          : "no daemon runs, and none starts by itself\n";
  human += last == 0 ? "there was no tick yet\n"
                     : "last tick: " + ago(now - last) + "\n";
  for (const autostart::Entry& e : entries)
    human += "installed: " + std::string(autostart::kind_name(e.kind)) +
             (e.active ? "" : " (not active)") + ", " + e.path + "\n";
  human += next.empty() ? "nothing is due by the clock\n" : table.text();
  return cli::print(
      invocation,
      {.data = {{"running", holder.has_value()},
                {"pid", pid_of(holder)},
                {"wanted", wanted},
                {"last_tick",
                 last == 0 ? json::Value() : json::Value(text::iso_time(last))},
                {"installed", entries_json(entries)},
                {"next", next}},
       .rows = "next",
       .fields = {"what", "at"},
       .human = human});
}

int show(const Invocation& invocation,
         const std::optional<process::Identity>& holder,
         const std::string& human) {
  return cli::print(invocation, {.data = {{"running", holder.has_value()},
                                          {"pid", pid_of(holder)}},
                                 .human = human + "\n"});
}

int run_here(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  if (const auto holder = daemon::find_holder(repository.orch_dir()))
    throw Error(ErrorCode::Exists,
                "a daemon runs already: " + process_text(*holder),
                "git orch daemon status");
  {
    store::Store store = hook::open_store(repository);
    tick::set_daemon_wanted(store, true);
  }
  process::become({installation::internal_program("git-orch--daemon"),
                   repository.common_dir});
  throw Error(ErrorCode::MissingTool, "the daemon's program cannot be run",
              "git orch doctor");
}

int start(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  const std::string orch = repository.orch_dir();
  if (const auto holder = daemon::find_holder(orch))
    return show(invocation, holder,
                "the daemon runs already: " + process_text(*holder));
  {
    store::Store store = hook::open_store(repository);
    tick::set_daemon_wanted(store, true);
  }
  if (!daemon::start(repository))
    throw Error(ErrorCode::MissingTool, "the daemon's program cannot be run",
                "git orch doctor");
  daemon::await(orch, daemon::Await::Runs, kComesUpMs);
  const auto holder = daemon::find_holder(orch);
  return show(invocation, holder,
              holder ? "the daemon runs: " + process_text(*holder)
                     : "no agent runs and nothing waits, so it has ended; it "
                       "starts by itself with the first agent");
}

int stop(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  agent::require_leader(repository, "stop the daemon");
  {
    store::Store store = hook::open_store(repository);
    tick::set_daemon_wanted(store, false);
  }
  const bool ran = daemon::stop(repository.orch_dir());
  return show(invocation, std::nullopt,
              ran ? "stopped; it stays so until: git orch daemon start"
                  : "no daemon runs, and none starts by itself until: git "
                    "orch daemon start");
}

std::optional<autostart::Kind> kind_of(const Invocation& invocation) {
  std::vector<autostart::Kind> asked;
  for (const autostart::Kind kind :
       {autostart::Kind::Systemd, autostart::Kind::Cron,
        autostart::Kind::Launchd})
    if (invocation.has(autostart::kind_name(kind))) asked.push_back(kind);
  if (asked.size() > 1)
    throw UsageError("only one of '--systemd', '--cron' and '--launchd'");
  return asked.empty() ? std::nullopt : std::optional(asked.front());
}

int install(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  const auto asked = kind_of(invocation);
  {
    store::Store store = hook::open_store(repository);
    tick::set_daemon_wanted(store, true);
  }
  const autostart::Entry entry = autostart::install(
      repository, asked ? *asked : autostart::choose(repository));
  std::string human =
      "installed: " + std::string(autostart::kind_name(entry.kind)) + ", " +
      entry.path + "\n";
  for (const std::string& note : entry.notes) human += "note: " + note + "\n";
  return cli::print(invocation, {.data = {{"installed", entries_json({entry})}},
                                 .human = human});
}

int uninstall(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  agent::require_leader(repository, "uninstall the daemon");
  const auto removed = autostart::uninstall(repository);
  std::string human;
  for (const autostart::Entry& e : removed)
    human += "removed: " + std::string(autostart::kind_name(e.kind)) + ", " +
             e.path + "\n";
  return cli::print(
      invocation,
      {.data = {{"removed", entries_json(removed)}},
       .human = removed.empty() ? "nothing was installed\n" : human});
}

int run(const Invocation& invocation) {
  const cli::Action action = cli::require_action(
      invocation, {{"status", status},
                   {"run", run_here},
                   {"start", start},
                   {"stop", stop},
                   {"install", install, {"systemd", "cron", "launchd"}},
                   {"uninstall", uninstall}});
  const auto repository = repository::require();
  if (action.name != "status" && !repository::is_initialised(repository))
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  tick::require_daemon_mode(repository);
  return action.run(invocation, repository);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "daemon",
    .group = cli::Group::Time,
    .summary = "have due work done the moment it is due",
    .synopsis = {"[status]", "start", "stop", "run",
                 "install [--systemd | --cron | --launchd]", "uninstall"},
    .options = {{"systemd", 0, Arity::Flag, "", "as a user unit of systemd"},
                {"cron", 0, Arity::Flag, "", "as a line of the crontab"},
                {"launchd", 0, Arity::Flag, "", "as an agent of launchd"}},
    .listing = true,
    .run = run};

}  // namespace orch
