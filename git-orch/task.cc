// SPDX-License-Identifier: MIT
#include "task/task.h"

#include <algorithm>
#include <set>

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/action.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "progress/progress.h"
#include "task/state.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::int64_t kClaimMs = 2 * 60 * 60 * 1000;

// One call: where, what feature, who.
struct Call {
  const Invocation& invocation;
  const Repository& repository;
  store::Store& store;
  store::Feature feature;
  task::Actor actor;
  std::string says = {};  // the status that the action gives

  std::string id() const { return invocation.operand(1); }
  // The agent of --agent, else the caller's.
  std::optional<store::Agent> agent() const {
    if (const auto named = invocation.find("agent"))
      return agent::require_agent(repository, store, *named);
    return agent::find_caller(store);
  }
};

// What of its dependencies it still waits for, as far as `finished` says.
std::vector<std::string> cells_of(const store::Task& t,
                                  const std::set<std::string>& finished) {
  std::vector<std::string> waits;
  for (const std::string& id : t.depends_on)
    if (!finished.contains(id)) waits.push_back(id);
  return {t.task_id, t.status, t.owner.value_or("-"), text::join(waits, " "),
          t.title + (t.reason ? " (" + *t.reason + ")" : "")};
}

int show(const Invocation& invocation, const std::vector<store::Task>& tasks,
         json::Object more = {}, const std::set<std::string>& finished = {}) {
  cli::Table table({"ID", "STATUS", "OWNER", "WAITS FOR", "TITLE"});
  for (const store::Task& t : tasks)
    table.add(cells_of(t, finished),
              {cli::Tone::Plain, cli::tone_of(t.status)});
  json::Object data = listing::tasks(tasks);
  for (json::Member& m : more) data.push_back(std::move(m));
  return cli::print(invocation,
                    {.data = std::move(data),
                     .rows = "tasks",
                     .fields = {"id", "title", "status", "owner", "depends_on"},
                     .human = tasks.empty() ? "no tasks\n" : table.text()});
}

int show(const Call& c, const std::vector<store::Task>& tasks,
         json::Object more = {}) {
  return show(c.invocation, tasks, std::move(more),
              task::finished_ids(c.store, c.feature));
}

std::vector<std::string> ids_from(const Invocation& invocation,
                                  std::size_t first) {
  const auto& operands = invocation.operands();
  return {operands.begin() +
              static_cast<std::ptrdiff_t>(std::min(first, operands.size())),
          operands.end()};
}

// Those that --status and --agent leave.
void select(const Call& c, std::vector<store::Task>& tasks) {
  const auto status = c.invocation.find("status");
  static const std::vector<std::string> kKnown = {"open", "doing", "blocked",
                                                  "done", "dropped"};
  if (status &&
      std::find(kKnown.begin(), kKnown.end(), *status) == kKnown.end())
    throw UsageError("unknown status '" + *status + "'",
                     "known: " + text::join(kKnown, ", "));
  if (status)
    std::erase_if(tasks, [&](const auto& t) { return t.status != *status; });
  if (c.invocation.has("agent")) {
    const std::string owner = c.agent()->address;
    std::erase_if(tasks, [&](const auto& t) { return t.owner != owner; });
  }
}

int list(const Call& c) {
  c.invocation.expect_operands(0, 1);
  auto tasks = store::list_tasks(c.store, c.feature.id);
  select(c, tasks);
  return show(c, tasks);
}

int list_all(const Call& c) {
  c.invocation.expect_operands(0, 1);
  cli::Table table({"FEATURE", "ID", "STATUS", "OWNER", "WAITS FOR", "TITLE"});
  bool any = false;
  auto features = listing::tasks_by_feature(c.store);
  for (auto& [feature, tasks] : features) {
    select(c, tasks);
    any |= !tasks.empty();
    const auto finished = task::finished_ids(c.store, feature);
    for (const store::Task& t : tasks) {
      auto cells = cells_of(t, finished);
      cells.insert(cells.begin(), feature.spec_id);
      table.add(cells,
                {cli::Tone::Plain, cli::Tone::Plain, cli::tone_of(t.status)});
    }
  }
  return cli::print(c.invocation, {.data = listing::tasks(features),
                                   .rows = "tasks",
                                   .fields = {"id", "title", "status", "owner",
                                              "depends_on", "spec_id"},
                                   .human = any ? table.text() : "no tasks\n"});
}

int add(const Call& c) {
  c.invocation.expect_operands(2, 2);
  task::NewTask wanted{.id = c.invocation.find("id").value_or(""),
                       .title = c.invocation.operand(1),
                       .depends_on = c.invocation.all("depends"),
                       .section = c.invocation.find("section").value_or("")};
  if (c.invocation.has("agent")) wanted.owner = c.agent()->address;
  return show(c, {task::add(c.store, c.feature, wanted, c.actor)});
}

int say(const Call& c) {
  c.invocation.expect_operands(2, 2);
  const auto task =
      task::say(c.store, c.feature, c.id(),
                {.status = c.says,
                 .reason = c.invocation.find("message").value_or(""),
                 .fencing = c.invocation.number("claim")},
                c.actor);
  return show(c, {task});
}

int unblock(const Call& c) {
  c.invocation.expect_operands(2, 2);
  return show(c, {task::unblock(c.store, c.feature, c.id(), c.actor)});
}

int suggest(const Call& c) {
  const auto task = task::require_task(c.store, c.feature, c.id());
  const auto found = progress::suggest(c.repository, c.store, c.feature, task);
  json::Array rows;
  cli::Table table({"AGENT", "COMMITS"});
  for (const progress::Suggestion& s : found.agents) {
    rows.emplace_back(json::Object{{"agent", s.agent}, {"commits", s.commits}});
    table.add({s.agent, std::to_string(s.commits)});
  }
  const std::string because =
      found.paths.empty()
          ? "the title names no tracked path\n"
          : "commits to " + text::printable(text::join(found.paths, ", ")) +
                "\n";
  return cli::print(c.invocation,
                    {.data = {{"suggestions", rows}, {"paths", found.paths}},
                     .rows = "suggestions",
                     .fields = {"agent", "commits"},
                     .human = because + table.text()});
}

// Only who leads takes a task from another agent.
void require_may_take(const Call& c) {
  const auto owner = task::require_task(c.store, c.feature, c.id()).owner;
  if (!owner) return;
  if (const auto agent = store::find_agent(c.store, *owner))
    agent::require_may_direct(c.store, *agent,
                              "take task '" + c.id() + "' from");
}

int assign(const Call& c) {
  if (c.invocation.has("suggest")) {
    c.invocation.expect_operands(2, 2);
    return suggest(c);
  }
  c.invocation.expect_operands(2, 3);
  const std::string name = c.invocation.operand(2);
  if (name.empty() != c.invocation.has("nobody"))
    throw UsageError("assign takes an agent, or --nobody",
                     "git orch task assign " + c.id() + " --suggest");
  std::optional<store::Agent> owner;
  if (!name.empty()) owner = agent::require_agent(c.repository, c.store, name);
  require_may_take(c);
  return show(c, {task::assign(c.store, c.feature, c.id(),
                               owner ? &*owner : nullptr, c.actor)});
}

int claim(const Call& c) {
  c.invocation.expect_operands(2, 2);
  const auto owner = c.agent();
  if (!owner)
    throw UsageError("a claim needs an agent", "name one with --agent");
  if (c.actor.is_agent() && c.actor.name != owner->address)
    throw Error(ErrorCode::RefusedByPolicy,
                "an agent claims for itself, not for '" + owner->address + "'",
                "git orch task assign " + c.id() + " " + owner->address);
  const auto lease =
      task::claim(c.store, c.feature, c.id(), *owner,
                  c.invocation.duration("for").value_or(kClaimMs));
  json::Object claim{{"owner", lease.owner},
                     {"number", lease.fencing},
                     {"expires_at", text::iso_time(*lease.expires_at)}};
  cli::note(c.invocation, "claim " + std::to_string(lease.fencing) + " until " +
                              text::iso_time(*lease.expires_at));
  return show(c, {task::require_task(c.store, c.feature, c.id())},
              {{"claim", std::move(claim)}});
}

int release(const Call& c) {
  c.invocation.expect_operands(2, 2);
  task::release(c.store, c.feature, c.id(), c.actor,
                c.invocation.number("claim"));
  return show(c, {task::require_task(c.store, c.feature, c.id())});
}

int depend(const Call& c) {
  c.invocation.expect_operands(3, 1000);
  const auto others = ids_from(c.invocation, 2);
  return show(c, {c.invocation.has("remove")
                      ? task::undepend(c.store, c.feature, c.id(), others)
                      : task::depend(c.store, c.feature, c.id(), others)});
}

// A list may come from where other agents are; they are taken over, and named.
void note_strangers(const Call& c, const std::vector<tasklist::Task>& tasks) {
  const auto names = task::strangers(c.store, tasks);
  if (!names.empty())
    cli::note(c.invocation,
              "no agent here, but an owner there: " + text::join(names, ", "));
}

int import(const Call& c) {
  c.invocation.expect_operands(2, 2);
  const std::string path = c.invocation.operand(1);
  const std::string bytes =
      path == "-" ? file::read_all(0) : file::load_contents(path);
  const auto format = c.invocation.find("format");
  const auto form =
      format ? tasklist::form_of(*format) : tasklist::guess_form(bytes, path);
  const auto tasks = tasklist::parse_tasks(bytes, form, path);
  const auto done =
      task::import_tasks(c.store, c.feature, tasks, task::Merge::All);
  note_strangers(c, tasks);
  cli::note(c.invocation, std::to_string(done.added) + " added, " +
                              std::to_string(done.updated) + " updated");
  return show(c, store::list_tasks(c.store, c.feature.id),
              {{"added", done.added}, {"updated", done.updated}});
}

int export_(const Call& c) {
  c.invocation.expect_operands(1, 2);
  const std::string path = c.invocation.operand(1);
  const auto format = c.invocation.find("format");
  const auto form = format         ? tasklist::form_of(*format)
                    : path.empty() ? tasklist::Form::Markdown
                                   : tasklist::guess_form("{}", path);
  const std::string text =
      tasklist::write_tasks(task::export_tasks(c.store, c.feature), form);
  if (path.empty())
    return cli::print(c.invocation, {.data = {{"text", text}}, .human = text});
  file::write_atomically(path, text, 0644);
  return cli::print(c.invocation, {.data = {{"file", path}},
                                   .human = "wrote " + path + "\n"});
}

struct Act {
  cli::Action action;
  int (*run)(const Call&);
  std::string_view says = {};
};

const std::vector<Act>& acts() {
  const auto saying = [](std::string_view name, std::string_view status) {
    return Act{{name, nullptr, {"message", "claim"}}, say, status};
  };
  static const std::vector<Act> kActs = {
      {{"list", nullptr, {"all", "status", "agent"}}, list},
      {{"add", nullptr, {"id", "depends", "section", "agent"}}, add},
      saying("start", "doing"),
      saying("done", "done"),
      saying("block", "blocked"),
      {{"unblock", nullptr}, unblock},
      saying("drop", "dropped"),
      saying("reopen", "open"),
      {{"assign", nullptr, {"nobody", "suggest"}}, assign},
      {{"claim", nullptr, {"agent", "for"}}, claim},
      {{"release", nullptr, {"claim"}}, release},
      {{"depend", nullptr, {"remove"}}, depend},
      {{"import", nullptr, {"format"}}, import},
      {{"export", nullptr, {"format"}}, export_},
  };
  return kActs;
}

Act require_act(const Invocation& invocation) {
  std::vector<cli::Action> actions;
  for (const Act& a : acts()) actions.push_back(a.action);
  const auto name = cli::require_action(invocation, actions).name;
  return *std::find_if(acts().begin(), acts().end(),
                       [&](const Act& a) { return a.action.name == name; });
}

int run(const Invocation& invocation) {
  const Act act = require_act(invocation);
  const bool lists = act.action.name == "list";
  const bool reads = lists || act.action.name == "export";
  const bool all = invocation.has("all");
  if (all && invocation.has("feature"))
    throw UsageError("either '--all' or '--feature'");
  const auto repository = repository::require();
  auto store =
      hook::store_for(repository, reads ? hook::Use::Look : hook::Use::Write);
  if (!store && lists) return show(invocation, {});
  if (!store)
    throw Error(ErrorCode::NotInitialised, "there is no event store here",
                "git orch init");
  if (all) return list_all({invocation, repository, *store, {}, {}});
  const std::string spec_id = invocation.find("feature").value_or("");
  if (lists && spec_id.empty() &&
      store::list_features(*store, "in-progress").empty())
    return show(invocation, {});
  Call call{.invocation = invocation,
            .repository = repository,
            .store = *store,
            .feature = agent::require_feature(repository, *store, spec_id,
                                              agent::ToldBy::Option),
            .actor = {},
            .says = std::string(act.says)};
  if (const auto caller = agent::find_caller(*store))
    call.actor = {.name = caller->address, .role = caller->role};
  if (!store->is_read_only())
    progress::import_list(repository, *store, call.feature);
  const int code = act.run(call);
  // Somebody may have been told something.
  if (reads) return code;
  progress::note_current_tasks(*store, call.feature);
  doorbell::ring(repository);
  return code;
}

}  // namespace

const cli::Command cli::kCommand =
    {.name = "task",
     .group = cli::Group::Work,
     .summary = "list tasks, claim them and say how they stand",
     .synopsis = {"[list] [--all] [--status <status>] [--agent <agent>]",
                  "add <title> [--id <id>] [--depends <id>]... "
                  "[--section <text>] [--agent <agent>]",
                  "(start | done | drop | reopen) <id> [-m <text>] "
                  "[--claim <n>]",
                  "block <id> [-m <text>]", "unblock <id>",
                  "assign <id> (<agent> | --nobody | --suggest)",
                  "claim <id> [--agent <agent>] [--for <duration>]",
                  "release <id> [--claim <n>]",
                  "depend <id> <other>... [--remove]",
                  "import <file> [--format md|json|csv|github]",
                  "export [<file>] [--format md|json|csv|github]"},
     .options =
         {{"feature", 0, Arity::One, "spec-id", "the feature that is meant"},
          {"all", 0, Arity::Flag, "", "with list: the tasks of all features"},
          {"status", 0, Arity::One, "status",
           "only those: open, doing, blocked, done or dropped"},
          {"agent", 'a', Arity::One, "agent", "whose task it is"},
          {"id", 0, Arity::One, "id", "default: the next free T001"},
          {"depends", 0, Arity::Many, "id", "a task that it waits for"},
          {"section", 0, Arity::One, "text", "the heading that it belongs to"},
          {"message", 'm', Arity::One, "text", "why"},
          {"claim", 0, Arity::One, "n",
           "speak under this claim; an outdated one is refused"},
          {"nobody", 0, Arity::Flag, "", "take it from its owner"},
          {"suggest", 0, Arity::Flag, "",
           "rank agents by their commits to the paths that the title names"},
          {"for", 0, Arity::One, "duration",
           "how long the claim lasts; default: 2h"},
          {"remove", 0, Arity::Flag, "", "wait no longer for those"},
          {"format", 0, Arity::One, "format",
           "md, json, csv or github; default: by the file's name"}},
     .listing = true,
     .run = run};

}  // namespace orch
