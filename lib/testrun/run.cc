// SPDX-License-Identifier: MIT
#include <algorithm>
#include <climits>

#include "agent/agent.h"
#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "furnishing/furnishing.h"
#include "gate/checkout.h"
#include "gate/gate.h"
#include "git/git.h"
#include "git/state.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "process/process.h"
#include "role/role.h"
#include "testrun/content.h"
#include "testrun/keep.h"
#include "testrun/output.h"
#include "testrun/reports.h"
#include "testrun/testrun.h"
#include "testrun/verdict.h"
#include "text/text.h"

namespace orch::testrun {
namespace {

using testreport::Report;

std::vector<std::string> addresses(store::Store& store) {
  std::vector<std::string> out;
  for (const store::Agent& a : store::list_agents(store))
    out.push_back(a.address);
  return out;
}

std::optional<store::Agent> find_agent_here(const Repository& repository,
                                            store::Store& store) {
  if (const auto address = repository::agent_of(repository))
    if (auto agent = store::find_agent(store, *address)) return agent;
  if (repository.worktree.empty()) return std::nullopt;
  return store::find_agent_in(store, repository.worktree);
}

role::TestCommand command_of(const Repository& repository,
                             const store::Agent& agent,
                             const std::string& type) {
  const auto file =
      installation::require_data(repository.orch_dir(), "roles", agent.role);
  const auto role = role::parse_role(file.bytes, file.path);
  for (const role::TestCommand& test : role.tests)
    if (type.empty() || test.type == type) return test;
  const std::string key = type.empty() || type == "unit"
                              ? "test: <command>"
                              : "test: {" + type + ": <command>}";
  throw Error(ErrorCode::Usage,
              "role '" + agent.role + "' has no command for " +
                  (type.empty() ? "" : type + " ") +
                  "tests: the key 'test' is not in its file",
              "add '" + key + "' to " + file.path);
}

void require_worktree(const store::Agent& agent) {
  if (agent.worktree.empty() || !file::is_directory(agent.worktree))
    throw Error(
        ErrorCode::InvalidDirectory,
        "agent '" + agent.address + "' has no worktree",
        "git orch run-tests --agent " + agent.address + " --commit <rev>");
}

// Two at once in one worktree would test each other's left-overs, and a command
// that calls this verb would never end.
file::Lock lock_worktree(const Repository& repository,
                         const store::Agent& agent) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  auto lock =
      file::Lock::try_take(directory + "/tests-" + std::to_string(agent.id),
                           file::Lock::Mode::Exclusive);
  if (!lock)
    throw Error(
        ErrorCode::Contended,
        "the tests of '" + agent.address +
            "' are running in its worktree already",
        "git orch run-tests --agent " + agent.address + " --commit <rev>");
  return *std::move(lock);
}

Subject subject_for(store::Store& store, const store::Agent& agent) {
  Subject out{.agent = agent};
  if (agent.feature_id)
    out.feature = store::find_feature(store, *agent.feature_id);
  return out;
}

void take_report(const Report& report, Result& r) {
  r.run.source = testreport::form_name(report.form);
  r.run.total = report.total;
  r.run.passed = report.passed;
  r.run.failed = report.failed;
  r.run.skipped = report.skipped;
  r.left_out = report.total - static_cast<std::int64_t>(report.cases.size());
  std::copy_if(
      report.cases.begin(), report.cases.end(), std::back_inserter(r.failures),
      [](const auto& c) { return c.status == testreport::Status::Failed; });
}

void take_verdict(const Verdict& verdict, Result& r) {
  r.could_not_run = verdict.status == "could-not-run";
  r.run.status = r.could_not_run ? "skipped" : verdict.status;
  if (!verdict.reason.empty()) r.run.reason = verdict.reason;
}

void take_content(const Content& content, Result& r) {
  r.run.commit = content.commit;
  r.run.tree = content.tree;
  r.run.dirty = content.dirty;
}

// The command's own report, else what it printed, where that is one.
std::optional<Report> report_of(const ExpectedReports& expected, Output& output,
                                const gate::Run& run) {
  auto report = expected.read();
  // Whoever could not run has written nothing, which is no news.
  if (report && run.result == gate::Result::CouldNotRun && report->total == 0)
    report.reset();
  if (!report) report = output.report();
  return report;
}

struct Place {
  std::string directory;
  const Worktree* worktree = nullptr;  // null: nobody else knows of it
};

// Runs the command there, and takes down how it went.
std::optional<Report> run_in(const Repository& repository, store::Store& store,
                             const store::Agent& agent,
                             const role::TestCommand& test, const Place& place,
                             const Order& order, Result& r) {
  // The command finds there what the agent finds.
  store::Agent there = agent;
  there.worktree = place.directory;
  const auto role = installation::find_role(repository.orch_dir(), agent.role);
  const auto variables = furnishing::furnish(
      repository, config::Config::load(repository), store, there,
      role ? &*role : nullptr, {order.note, order.progress});
  const auto paths = !order.reports.empty() ? order.reports
                     : test.report ? std::vector<std::string>{*test.report}
                                   : std::vector<std::string>{};
  const ExpectedReports expected(place.directory, paths);
  Output output(log_directory(repository),
                std::to_string(clock::now()) + "-" +
                    std::to_string(process::self().pid) + "-" + test.type);
  if (order.progress)
    order.progress("running '" + test.command + "' in " + place.directory);
  const gate::Run run = gate::run_command(
      place.directory,
      {.text = test.command,
       .timeout_ms =
           static_cast<int>(std::min<std::int64_t>(order.timeout_ms, INT_MAX)),
       .environment = variables,
       .tell = [&](process::Stream stream, std::string_view bytes) {
         output.take(stream, bytes);
       }});
  r.interrupted = run.interrupted;
  if (r.interrupted != 0) return std::nullopt;
  if (place.worktree) r.changed = place.worktree->changes();
  r.run.command = test.command;
  r.run.source = "exit";
  r.run.duration_ms = run.duration_ms;
  r.exit_status = run.status;
  r.tail = run.log;
  auto report = report_of(expected, output, run);
  if (report) take_report(*report, r);
  take_verdict(judge(&run, report), r);
  r.run.log = output.keep();
  return report;
}

}  // namespace

std::string Subject::name() const {
  if (agent) return agent->address;
  return feature ? feature->spec_id : "person";
}

std::string status_of(const Result& result) {
  return result.could_not_run ? "could-not-run" : result.run.status;
}

store::Agent require_agent(const Repository& repository, store::Store& store,
                           const std::string& named) {
  if (!named.empty()) return agent::require_agent(repository, store, named);
  if (auto agent = find_agent_here(repository, store)) return *std::move(agent);
  if (auto caller = agent::find_caller(store)) return *std::move(caller);
  const auto known = addresses(store);
  throw UsageError("whose tests? This is no agent's worktree",
                   known.empty()
                       ? "git orch init-feature <spec-id>"
                       : "--agent with one of: " + text::join(known, ", "));
}

Subject subject_of(const Repository& repository, store::Store& store,
                   const std::string& named) {
  if (!named.empty())
    return subject_for(store, agent::require_agent(repository, store, named));
  if (const auto agent = find_agent_here(repository, store))
    return subject_for(store, *agent);
  const std::string branch = git::branch_in(repository);
  if (!branch.empty())
    if (const auto agent =
            store::find_agent_on(store, git::short_branch(branch)))
      return subject_for(store, *agent);
  auto active = store::list_features(store, "in-progress");
  if (active.size() == 1) return {.feature = std::move(active.front())};
  return {};
}

Result run(const Repository& repository, store::Store& store,
           const store::Agent& agent, const Order& order) {
  const role::TestCommand test = command_of(repository, agent, order.type);
  Result r;
  r.run.type = test.type;
  std::optional<Report> report;
  if (!order.commit.empty()) {
    take_content(content_of(repository, order.commit), r);
    const gate::Checkout checkout(repository, *r.run.commit);
    report =
        run_in(repository, store, agent, test, {checkout.path()}, order, r);
  } else {
    require_worktree(agent);
    const file::Lock lock = lock_worktree(repository, agent);
    auto reports = order.reports;
    if (test.report) reports.push_back(*test.report);
    const Worktree worktree(repository, agent.worktree, reports);
    take_content(worktree.content(), r);
    if (!r.run.tree && order.note)
      order.note("the tree cannot be told: " + worktree.content().why);
    report = run_in(repository, store, agent, test, {agent.worktree, &worktree},
                    order, r);
    // What was tested is neither what was there before nor what is there now.
    if (!r.changed.empty()) r.run.tree.reset();
  }
  if (r.interrupted != 0) return r;
  keep(repository, store, subject_for(store, agent),
       report ? report->cases : std::vector<testreport::Case>{}, r);
  return r;
}

Result record(const Repository& repository, store::Store& store,
              const Subject& subject, const Order& order) {
  const std::optional<Report> report = load_reports(order.reports);
  Result r;
  r.run.type = order.type.empty() ? "unit" : order.type;
  if (!order.commit.empty()) {
    take_content(content_of(repository, order.commit), r);
  } else if (!repository.worktree.empty()) {
    std::vector<std::string> inside;
    for (const std::string& path : order.reports) {
      const std::string whole = file::resolve(path);
      if (whole.starts_with(repository.worktree + "/"))
        inside.push_back(whole.substr(repository.worktree.size() + 1));
    }
    take_content(Worktree(repository, repository.worktree, inside).content(),
                 r);
  } else if (git::find_commit(repository, "HEAD")) {
    take_content(content_of(repository, "HEAD"), r);
  }
  take_report(*report, r);
  r.run.duration_ms = report->duration_ms;
  take_verdict(judge(nullptr, report), r);
  keep(repository, store, subject, report->cases, r);
  return r;
}

}  // namespace orch::testrun
