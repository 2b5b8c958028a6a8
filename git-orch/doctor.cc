// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include "checkin/checkin.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "doctor/selftest.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "hook/install.h"
#include "rebuild/rebuild.h"
#include "repository/repository.h"
#include "roster/roster.h"
#include "store/checkins.h"
#include "store/health.h"
#include "text/text.h"

namespace orch {
namespace {

using repository::Repository;

// What --fix did, a line each.
using Fixes = std::vector<std::string>;

void mend_store(const cli::Invocation& invocation, const Repository& repository,
                Fixes& fixes) {
  const auto health = store::examine(repository.orch_dir()).health;
  store::forget_rebuild(repository.orch_dir());
  if (health != store::Health::Damaged && health != store::Health::Interrupted)
    return;
  cli::progress(invocation, "rebuilding the event store");
  const auto report = rebuild::rebuild(repository);
  fixes.push_back("rebuilt the event store; the damaged one is '" +
                  report.aside + "'");
  fixes.insert(fixes.end(), report.lines.begin(), report.lines.end());
}

void schedule_checkins(const Repository& repository, Fixes& fixes) {
  constexpr std::int64_t kEveryMs = 30 * 60 * 1000;
  auto store = hook::find_store(repository);
  if (!store || store->is_read_only()) return;
  if (store::agents_without_checkin(*store).empty()) return;
  store::Transaction transaction(*store);
  for (const std::string& address : store::agents_without_checkin(*store)) {
    const auto agent = store::find_agent(*store, address);
    checkin::enrol(*store, *agent, kEveryMs, clock::now());
    fixes.push_back("scheduled a check-in of '" + address +
                    "' every 30 minutes");
  }
  transaction.commit();
}

void remove_leftovers(const Repository& repository, Fixes& fixes) {
  const auto paths = doctor::leftovers(repository);
  for (const std::string& path : paths) file::remove_tree(path);
  if (!paths.empty())
    fixes.push_back("removed " + text::count_of(paths.size(), "leftover") +
                    " of killed programs");
}

// The list of this user's repositories: this one on it, none that is gone.
void mend_roster(const Repository& repository, Fixes& fixes) {
  const std::string id = roster::id_of(repository.common_dir);
  bool is_listed = false;
  for (const roster::Entry& e : roster::list()) {
    is_listed = is_listed || e.id == id;
    if (e.is_there) continue;
    roster::forget(e.common_dir);
    fixes.push_back("took '" + e.common_dir + "' off your list: it is gone");
  }
  if (is_listed) return;
  roster::note(repository.common_dir);
  fixes.emplace_back("put this repository on your list");
}

// Hooks of ours that somebody removed, where others are installed.
void mend_hooks(const Repository& repository, Fixes& fixes) {
  if (!hook::is_installed(repository)) return;
  std::vector<std::string> missing;
  for (const hook::Status& s : hook::status(repository))
    if (!s.runs) missing.push_back(s.event);
  if (missing.empty()) return;
  try {
    hook::install(repository, hook::Foreign::Refuse);
    fixes.push_back("installed hooks: " + text::join(missing, ", "));
  } catch (const Error&) {
    // What stands in the way is told by its check.
  }
}

Fixes fix(const cli::Invocation& invocation,
          const std::optional<Repository>& repository) {
  Fixes fixes;
  if (!repository || !repository::is_initialised(*repository)) return fixes;
  mend_store(invocation, *repository, fixes);
  // A store that this program does not understand is left alone.
  if (store::examine(repository->orch_dir()).health == store::Health::Sound)
    schedule_checkins(*repository, fixes);
  remove_leftovers(*repository, fixes);
  mend_hooks(*repository, fixes);
  mend_roster(*repository, fixes);
  for (const std::string& line : fixes) cli::note(invocation, line);
  return fixes;
}

std::vector<doctor::Check> checks_of(
    const cli::Invocation& invocation,
    const std::optional<Repository>& repository) {
  const auto what = invocation.find("for");
  if (!what) return doctor::examine(repository);
  if (*what != "start")
    throw UsageError("'--for' knows 'start' alone, not '" + *what + "'");
  if (!repository) return doctor::examine(repository);
  return doctor::examine_for_start(*repository);
}

int selftest(const cli::Invocation& invocation) {
  for (const std::string_view option : {"fix", "for"})
    if (invocation.has(option))
      throw UsageError("'--selftest' and '--" + std::string(option) +
                       "' do not go together");
  json::Array rows;
  cli::Table table({"STEP", "STATUS", "TIME", "DETAIL"});
  bool failed = false;
  const auto steps = doctor::selftest([&](const doctor::Step& s) {
    cli::progress(invocation, s.name + ": " + s.detail);
  });
  for (const doctor::Step& s : steps) {
    failed = failed || !s.ok;
    const std::string status = s.ok ? "ok" : "fail";
    rows.emplace_back(json::Object{{"name", s.name},
                                   {"status", status},
                                   {"detail", s.detail},
                                   {"fix", s.ok ? "" : "git orch doctor"},
                                   {"ms", s.ms}});
    table.add({s.name, status, std::to_string(s.ms) + " ms", s.detail},
              {cli::Tone::Plain, cli::tone_of(status)});
  }
  return cli::print(invocation, {.data = {{"checks", rows}},
                                 .rows = "checks",
                                 .fields = {"name", "status", "detail", "fix"},
                                 .human = table.text(),
                                 .exit_code = failed ? kNo : kDone});
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  if (invocation.has("selftest")) return selftest(invocation);
  const auto repository = repository::find(file::current_directory());
  Fixes fixes;
  if (invocation.has("fix")) fixes = fix(invocation, repository);
  json::Array rows;
  cli::Table table({"CHECK", "STATUS", "DETAIL"});
  // Whole, below a table that a terminal clips: they are there to be typed.
  std::string todo;
  bool failed = false;
  for (const doctor::Check& c : checks_of(invocation, repository)) {
    failed = failed || c.status == "fail";
    rows.emplace_back(json::Object{{"name", c.name},
                                   {"status", c.status},
                                   {"detail", c.detail},
                                   {"fix", c.fix}});
    table.add({c.name, c.status, c.detail},
              {cli::Tone::Plain, cli::tone_of(c.status)});
    if (c.status != "ok")
      todo += "\n" + text::printable(c.name + ": " + c.detail) + "\n" +
              (c.fix.empty() ? "" : "    " + text::printable(c.fix) + "\n");
  }
  json::Object data{{"checks", rows}};
  if (invocation.has("fix")) {
    json::Array fixed;
    for (const std::string& line : fixes) fixed.emplace_back(line);
    data.emplace_back("fixed", fixed);
  }
  return cli::print(invocation, {.data = data,
                                 .rows = "checks",
                                 .fields = {"name", "status", "detail", "fix"},
                                 .human = table.text() + todo,
                                 .exit_code = failed ? kNo : kDone});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "doctor",
    .group = cli::Group::SetUp,
    .summary = "check tools, hooks, store and agents",
    .synopsis = {"[--fix] [--for <what>]", "--selftest"},
    .options = {{"fix", 0, Arity::Flag, "",
                 "mend what can be mended without loss, and say what was"},
                {"for", 0, Arity::One, "what",
                 "check what that needs instead: start (of agents)"},
                {"selftest", 0, Arity::Flag, "",
                 "run everything once in a repository that is thrown away"}},
    .listing = true,
    .run = run};

}  // namespace orch
