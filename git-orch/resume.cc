// SPDX-License-Identifier: MIT
#include "resume/resume.h"

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "tick/tick.h"

namespace orch {
namespace {

using cli::Invocation;

int show(const Invocation& invocation,
         const std::vector<resume::Action>& actions,
         const std::vector<resume::Action>& failed) {
  json::Array rows, failures;
  cli::Table table({"AGENT", "ACTION", "BECAUSE"});
  for (const resume::Action& a : actions) {
    rows.emplace_back(json::Object{{"agent", a.agent},
                                   {"action", resume::step_name(a.step)},
                                   {"because", a.because}});
    table.add({a.agent, std::string(resume::step_name(a.step)), a.because});
  }
  for (const resume::Action& a : failed) {
    failures.emplace_back(json::Object{{"agent", a.agent},
                                       {"action", resume::step_name(a.step)},
                                       {"because", a.because}});
    table.add({a.agent, std::string(resume::step_name(a.step)) + " failed",
               a.because},
              {cli::Tone::Plain, cli::Tone::Bad});
  }
  return cli::print(invocation,
                    {.data = {{"actions", rows}, {"failed", failures}},
                     .rows = "actions",
                     .fields = {"agent", "action", "because"},
                     .human = rows.empty() && failures.empty()
                                  ? "nothing to do: what should run runs\n"
                                  : table.text(),
                     .exit_code = failed.empty() ? kDone : kNo});
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const auto repository = repository::require();
  const bool dry = invocation.has("dry-run");
  auto found =
      hook::store_for(repository, dry ? hook::Use::Look : hook::Use::Write);
  if (!found && invocation.operand(0).empty()) return show(invocation, {}, {});
  if (!found) throw agent::no_feature(invocation.operand(0));
  store::Store& store = *found;
  std::optional<std::int64_t> feature_id;
  if (!invocation.operand(0).empty())
    feature_id =
        agent::require_feature(repository, store, invocation.operand(0)).id;
  if (!dry) {
    agent::reconcile(store);
    resume::follow(repository, store);
  }
  const auto actions =
      resume::plan(repository, store, feature_id, invocation.has("rebrief"));
  if (dry || actions.empty()) return show(invocation, actions, {});
  const auto done = resume::carry_out(
      repository, store, actions,
      [&](const std::string& what) { cli::progress(invocation, what); });
  return show(invocation, done.actions, done.failed);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "resume",
    .group = cli::Group::Features,
    .summary = "go on after a crash or a reboot",
    .synopsis = {"[<spec-id>] [--dry-run] [--rebrief]"},
    .options = {{"dry-run", 'n', Arity::Flag, "",
                 "only say what would be done"},
                {"rebrief", 0, Arity::Flag, "",
                 "also brief the agents that run"}},
    .listing = true,
    .run = run};

}  // namespace orch
