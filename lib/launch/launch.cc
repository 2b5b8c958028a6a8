// SPDX-License-Identifier: MIT
#include "launch/launch.h"

#include "agent/agent.h"
#include "agent/program.h"
#include "clock/clock.h"
#include "doctor/doctor.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/fold.h"
#include "store/events.h"
#include "store/plans.h"
#include "store/snapshots.h"
#include "task/task.h"
#include "text/text.h"
#include "text/time.h"
#include "tmux/tmux.h"

namespace orch::launch {
namespace {

constexpr std::int64_t kStaggerMs = 2000;

feature::Request request_of(const plan::Plan& plan, const std::string& digest) {
  feature::Request r;
  r.spec_id = plan.spec_id;
  r.name = plan.name;
  r.spec_path = plan.spec_path;
  r.base = plan.base;
  r.team = plan.project.team.empty() ? "the plan" : plan.project.team;
  for (const plan::Member& m : plan.team) r.roles.push_back(m.role);
  r.runtime = plan.runtime;
  r.plan = store::Plan{.document = plan::write_plan(plan), .digest = digest};
  return r;
}

std::int64_t stagger_of(const config::Config& config) {
  const auto text = config.find("orch.startstagger");
  if (!text) return kStaggerMs;
  const auto parsed = text::parse_duration(*text);
  if (!parsed || *parsed > 10 * 60 * 1000)
    throw Error(ErrorCode::Usage,
                "bad value '" + *text + "' for orch.startStagger",
                "a duration up to ten minutes, as 2s");
  return *parsed;
}

// Of what is there already, the launch that this one goes on with.
enum class Before { Nothing, Launching, Launched };

Before state_of(store::Store& store, const plan::Plan& plan,
                const std::string& digest) {
  const auto feature = store::find_feature(store, plan.spec_id);
  if (!feature) return Before::Nothing;
  const auto row = store::find_plan(store, feature->id);
  const std::string quoted = "feature '" + plan.spec_id + "'";
  if (!row)
    throw Error(ErrorCode::Exists,
                quoted + " is set up already, without a plan",
                "start its agents: git orch agent start " + plan.spec_id +
                    "/<role>; or give the plan another spec_id");
  if (row->digest != digest)
    throw Error(ErrorCode::Exists,
                quoted + " was launched with another specification or plan",
                "git orch plan <spec> -o plan.yaml, give it another spec_id "
                "there, then git orch launch plan.yaml");
  return row->status == "launching" ? Before::Launching : Before::Launched;
}

void require_ready(const Repository& repository,
                   const std::vector<store::Agent>& agents,
                   const plan::Plan& plan) {
  for (const doctor::Check& c : doctor::examine_for_start(repository))
    if (c.status == "fail")
      throw Error(ErrorCode::MissingTool,
                  "cannot launch: " + c.name + ": " + c.detail,
                  c.fix.empty() ? "git orch doctor --for start" : c.fix);
  const config::Config config = config::Config::load(repository);
  stagger_of(config);
  for (const store::Agent& a : agents)
    agent::require_program(
        agent::choose_runtime(repository, config, plan.runtime, a));
}

std::size_t import_tasks(store::Store& store, const store::Feature& feature,
                         const plan::Plan& plan) {
  std::vector<tasklist::Task> tasks;
  for (const plan::PlannedTask& t : plan.tasks)
    tasks.push_back(
        {.id = t.id,
         .title = t.title,
         .owner = t.role.empty() ? "" : feature.spec_id + "/" + t.role,
         .depends_on = t.depends_on,
         .section = t.phase});
  if (tasks.empty()) return 0;
  return static_cast<std::size_t>(
      task::import_tasks(store, feature, tasks, task::Merge::OnlyNew).added);
}

void finish(store::Store& store, const store::Feature& feature,
            const std::string& digest) {
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  auto row = store::find_plan(store, feature.id);
  if (row && row->status == "launching") {
    row->status = "launched";
    store::put_plan(store, *row);
    store::Event event;
    event.spec_id = feature.spec_id;
    event.type = "feature_launched";
    event.message = text::printable(feature.name);
    event.at = now;
    store::insert_event(store, event);
  }
  // Launched by hand, it waits no more.
  if (const auto item = store::find_queued(store, digest);
      item && item->status != "running" && !item->is_held())
    store::begin_queue_item(store, item->id, feature.spec_id, now);
  transaction.commit();
}

// What agents that ended by themselves have said last: their names go, and
// with them the way to their logs.
void tell_last_words(const Repository& repository, store::Store& store,
                     const std::string& spec_id,
                     const furnishing::Listener& listener) {
  constexpr std::size_t kLines = 10;
  const auto feature = store::find_feature(store, spec_id);
  if (!feature) return;
  for (const store::Agent& row : store::list_agents(store, feature->id)) {
    const store::Agent a = agent::observed(row);
    if (a.state != "exited" && a.state != "lost") continue;
    listener.note("the last lines of " + a.address + ":");
    for (const std::string& line :
         text::split_list(agent::log_tail(repository, a, kLines), '\n'))
      listener.note("  " + line);
  }
}

// What became of a set-up that failed.
std::string retire(const Repository& repository, store::Store& store,
                   const std::string& spec_id, const std::string& failure) {
  const auto feature = store::find_feature(store, spec_id);
  if (!feature) return "what it had set up was undone";
  std::size_t stopped = 0;
  for (const store::Agent& a : store::list_agents(store, feature->id))
    if (!a.pane.empty() || agent::is_running(a))
      stopped += agent::stop(repository, store, a).snapshot ? 1 : 0;
  {
    store::Transaction transaction(store);
    store::insert_event(store, {.spec_id = spec_id,
                                .type = "launch_failed",
                                .message = text::printable(failure),
                                .at = clock::now()});
    transaction.commit();
  }
  hook::fold(repository, store);
  const auto before = store::list_snapshots(store).size();
  const auto at_work = feature::retire(repository, store, *feature);
  const auto saved = store::list_snapshots(store).size() - before + stopped;
  if (at_work.empty())
    return "what it had set up was undone" +
           (saved == 0 ? std::string()
                       : ", uncommitted work is in " +
                             text::count_of(saved, "snapshot") +
                             " (git orch snapshot list)");
  return "its agents were stopped; the feature stays, since there is work of " +
         text::join(at_work, ", ");
}

std::string lock_path(const Repository& repository,
                      const std::string& spec_id) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/launch-" + spec_id;
}

// Two launches of one feature at once would undo each other's work.
file::Lock lock(const Repository& repository, const std::string& spec_id) {
  auto taken = file::Lock::try_take(lock_path(repository, spec_id),
                                    file::Lock::Mode::Exclusive);
  if (!taken)
    throw Error(ErrorCode::Contended,
                "another launch of '" + spec_id + "' is under way",
                "git orch status " + spec_id);
  return *std::move(taken);
}

}  // namespace

void await_others(const Repository& repository, const std::string& spec_id,
                  int timeout_ms) {
  file::Lock::take(lock_path(repository, spec_id), file::Lock::Mode::Exclusive,
                   timeout_ms, "another launch of '" + spec_id + "'");
}

feature::Created plan_launch(const Repository& repository, store::Store* store,
                             const plan::Plan& plan,
                             const std::string& digest) {
  if (store) state_of(*store, plan, digest);
  auto planned = feature::plan(repository, store, request_of(plan, digest));
  require_ready(repository, planned.agents, plan);
  return planned;
}

Launched launch(const Repository& repository, store::Store& store,
                const plan::Plan& plan, const std::string& digest,
                const furnishing::Listener& listener,
                const std::string& brief) {
  const file::Lock only = lock(repository, plan.spec_id);
  plan_launch(repository, &store, plan, digest);
  const bool may_undo = state_of(store, plan, digest) != Before::Launched;
  const std::int64_t stagger = stagger_of(config::Config::load(repository));
  Launched out;
  try {
    out.made =
        feature::create(repository, store, request_of(plan, digest),
                        [&](const std::string& s) { listener.progress(s); });
    out.tasks = import_tasks(store, out.made.feature, plan);
    out.agents = agent::start_all(repository, store, out.made.agents,
                                  {.runtime = plan.runtime,
                                   .brief = brief,
                                   .stagger_ms = stagger,
                                   .listener = listener});
    finish(store, out.made.feature, digest);
  } catch (const Error& e) {
    if (!may_undo) throw;
    take_back(repository, store, plan.spec_id, e,
              "launch of '" + plan.spec_id + "'", listener);
  }
  return out;
}

void take_back(const Repository& repository, store::Store& store,
               const std::string& spec_id, const Error& failure,
               const std::string& what, const furnishing::Listener& listener) {
  tell_last_words(repository, store, spec_id, listener);
  listener.progress("taking the set-up back");
  std::string outcome;
  try {
    outcome = retire(repository, store, spec_id, failure.what());
  } catch (const Error& second) {
    // What is left is gone on with, or taken back, by the next launch.
    outcome = "taking it back failed, too: " + std::string(second.what());
  }
  throw Error(failure.code(),
              what + " failed: " + failure.what() + "; " + outcome,
              "mend the cause, then give the same command again");
}

}  // namespace orch::launch
