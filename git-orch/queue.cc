// SPDX-License-Identifier: MIT
#include "queue/queue.h"

#include <algorithm>
#include <map>
#include <optional>

#include "agent/agent.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "config/config.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "queue/listing.h"
#include "text/text.h"
#include "text/time.h"
#include "tick/tick.h"
#include "tmux/tmux.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;
using store::QueueItem;
using Mode = queue::State::Mode;

constexpr std::int64_t kMostPriority = 1000, kMostJobs = 100;

// What a call adds to the listing.
struct Around {
  std::string head, tail;
  json::Object data = {};
  std::vector<std::int64_t> marked = {};  // were there before
  int exit_code = kDone;
};

int show(const Invocation& invocation, store::Store& store,
         const std::vector<QueueItem>& items, const Around& around = {}) {
  const std::int64_t now = clock::now();
  auto reasons = listing::queue_reasons(store, items);
  cli::Table table({"ITEM", "STATE", "FEATURE", "BATCH", "PRIORITY", "AGE",
                    "RETRIES", "SPECIFICATION", "WHY"});
  for (std::size_t i = 0; i < items.size(); ++i) {
    const QueueItem& item = items[i];
    std::string& reason = reasons[i];
    if (std::ranges::count(around.marked, item.id) > 0)
      reason = "was there before" + (reason.empty() ? "" : "; " + reason);
    table.add({std::to_string(item.id), item.status, item.spec_id,
               std::to_string(item.batch_id), std::to_string(item.priority),
               text::short_age(now - item.enqueued_at),
               std::to_string(item.retries), item.spec_path, reason},
              {cli::Tone::Strong, cli::tone_of(item.status)});
  }
  json::Object data = listing::queue(store, items, reasons);
  data.insert(data.end(), around.data.begin(), around.data.end());
  return cli::print(
      invocation,
      {.data = data,
       .rows = "items",
       .fields = queue::item_fields(),
       .human = around.head +
                (items.empty() ? "nothing waits or runs\n" : table.text()) +
                around.tail,
       .exit_code = around.exit_code});
}

// --- add and list ----------------------------------------------------------

int add(const Invocation& invocation, const Repository& repository) {
  const auto& operands = invocation.operands();
  if (operands.size() < 2) throw UsageError("too few arguments");
  const std::int64_t priority = invocation.number("priority").value_or(0);
  if (priority < -kMostPriority || priority > kMostPriority)
    throw UsageError("'--priority' must be between -1000 and 1000");
  std::vector<std::string> repeated;
  const auto sources =
      launch::read_sources({operands.begin() + 1, operands.end()}, repeated);
  for (const std::string& path : repeated)
    cli::note(invocation, "left out, the same text again: " + path);
  const std::string options = launch::options_text(
      repository,
      [&](const char* option) { return invocation.find(option).value_or(""); });
  const auto limit = invocation.duration("time-limit");
  if (limit && *limit < 1000)
    throw UsageError("'--time-limit' must be 1s or more");
  launch::require_options(repository, sources, options);
  if (const auto lack = launch::lack_of_runtime(repository, sources, options);
      !lack.empty())
    cli::note(invocation, "warning: " + lack);
  store::Store store = hook::open_store(repository);
  const auto queued = launch::enqueue(
      store, sources,
      {.priority = priority, .time_limit_ms = limit, .options = options});
  Around around;
  for (const QueueItem& item : queued.items)
    if (item.batch_id != queued.batch) around.marked.push_back(item.id);
  const std::size_t added = queued.items.size() - around.marked.size();
  around.head = queued.batch == 0
                    ? "all of them wait already\n"
                    : "batch " + std::to_string(queued.batch) + ": queued " +
                          text::count_of(added, "specification") + "\n";
  around.data = {
      {"batch", queued.batch == 0 ? json::Value() : json::Value(queued.batch)}};
  if (queue::state_of(store).mode == Mode::On)
    doorbell::ring(repository);
  else
    around.tail = "start them with: git orch queue run\n";
  return show(invocation, store, queued.items, around);
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  auto store = hook::find_store(repository);
  if (!store)
    return cli::print(invocation, {.data = {{"items", json::Array{}},
                                            {"batches", json::Array{}}},
                                   .rows = "items",
                                   .fields = queue::item_fields(),
                                   .human = "nothing waits or runs\n"});
  std::vector<QueueItem> items;
  const auto batch = invocation.find("batch");
  const std::int64_t wanted = batch ? cli::parse_id(*batch) : 0;
  if (batch && !store::find_batch(*store, wanted))
    throw Error(ErrorCode::UnknownName, "there is no batch " + *batch,
                "git orch queue list --all");
  for (QueueItem& item : store::list_queue(*store))
    if (batch ? item.batch_id == wanted
              : invocation.has("all") || !item.has_ended())
      items.push_back(std::move(item));
  const bool in_part = !batch && !invocation.has("all");
  return show(
      invocation, *store, items,
      {.head = "", .tail = in_part ? queue::failures_text(*store) : ""});
}

int show_one(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  auto found = hook::find_store(repository);
  if (!found) throw queue::no_item(id);
  store::Store& store = *found;
  const QueueItem item = queue::require_item(store, id);
  const std::string reason = listing::queue_reasons(store, {item}).at(0);
  const auto attempts = store::list_attempts(store, item.id);
  return cli::print(invocation,
                    {.data = {{"item", queue::item_json(item, reason)},
                              {"attempts", queue::attempts_json(attempts)},
                              {"actions", queue::legal_actions(item)}},
                     .human = queue::item_text(item, reason, attempts)});
}

// --- run, pause, resume ----------------------------------------------------

std::int64_t jobs(const Invocation& invocation, const Repository& repository) {
  auto out = invocation.number("jobs");
  if (!out)
    if (const auto size =
            config::Config::load(repository).find_size("orch.queueJobs"))
      out = static_cast<std::int64_t>(std::min<std::uint64_t>(*size, 1000));
  const std::int64_t most = out.value_or(1);
  if (most < 1 || most > kMostJobs)
    throw UsageError("'--jobs' (or orch.queueJobs) must be between 1 and 100");
  return most;
}

void await_end(const Invocation& invocation, const Repository& repository,
               store::Store& store) {
  constexpr int kLookEveryMs = 1000;
  std::string before;
  while (true) {
    tick::run(repository, store, 0);
    const queue::Work work = queue::work_of(store);
    if (work.is_over()) return;
    const std::string now = text::count_of(work.running, "item") +
                            " running, " + std::to_string(work.waiting) +
                            " waiting";
    if (now != before) cli::progress(invocation, now);
    before = now;
    hook::fold_until(
        repository, store, [] { return false; }, kLookEveryMs);
  }
}

int run_queue(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  tmux::require_usable();
  queue::require_rules(repository);
  const std::int64_t at_once = jobs(invocation, repository);
  store::Store store = hook::open_store(repository);
  {
    store::Transaction transaction(store);
    queue::set_state(
        store,
        {.mode = Mode::On, .jobs = at_once, .fresh = invocation.has("fresh")});
    transaction.commit();
  }
  auto items = store::list_active_queue(store);
  Around around;
  if (invocation.has("wait")) {
    await_end(invocation, repository, store);
  } else {
    queue::run_due(repository, store, clock::now());
    doorbell::ring(repository);
    around.head = "the queue is on: " +
                  text::count_of(static_cast<std::size_t>(at_once), "item") +
                  " at once\n";
  }
  std::vector<QueueItem> now;
  for (const QueueItem& item : items)
    if (auto row = store::find_queue_item(store, item.id)) {
      if (invocation.has("wait") && row->has_ended() && row->status != "done")
        around.exit_code = kNo;
      now.push_back(*std::move(row));
    }
  return show(invocation, store, now, around);
}

std::vector<std::int64_t> ids(const Invocation& invocation) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 1; i < invocation.operands().size(); ++i)
    out.push_back(cli::parse_id(invocation.operand(i)));
  return out;
}

int switch_to(const Invocation& invocation, const Repository& repository,
              store::Store& store, Mode from, Mode to) {
  {
    store::Transaction transaction(store);
    queue::State state = queue::state_of(store);
    if (state.mode == Mode::Off)
      throw Error(ErrorCode::Usage, "the queue is off", "git orch queue run");
    if (state.mode == from) {
      state.mode = to;
      queue::set_state(store, state);
    }
    transaction.commit();
  }
  if (to == Mode::On) doorbell::ring(repository);
  return show(
      invocation, store, store::list_active_queue(store),
      {.head = "the queue is " + queue::mode_name(to) + "\n", .tail = ""});
}

// One item, or without any the queue as a whole.
int pause(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  const bool pauses = invocation.operand(0) == "pause";
  const auto wanted = ids(invocation);
  if (wanted.empty())
    return pauses ? switch_to(invocation, repository, store, Mode::On,
                              Mode::Paused)
                  : switch_to(invocation, repository, store, Mode::Paused,
                              Mode::On);
  std::vector<QueueItem> items;
  for (const std::int64_t id : wanted)
    items.push_back(pauses ? queue::pause(store, id)
                           : queue::resume(store, id));
  if (!pauses) doorbell::ring(repository);
  return show(invocation, store, items);
}

// --- retry, reset, cancel, rm ----------------------------------------------

// Those that are named, or the failed ones of a batch.
std::vector<QueueItem> to_retry(const Invocation& invocation,
                                store::Store& store) {
  const auto named = ids(invocation);
  const auto batch = invocation.find("batch");
  const bool last = invocation.has("last");
  if ((named.empty() ? 0 : 1) + (batch ? 1 : 0) + (last ? 1 : 0) != 1)
    throw UsageError("name the items, or one of '--batch' and '--last'");
  std::vector<QueueItem> out;
  for (const std::int64_t id : named)
    out.push_back(queue::require_item(store, id));
  if (!named.empty()) return out;
  return queue::failed_of(
      store, batch ? std::optional(cli::parse_id(*batch)) : std::nullopt);
}

int retry(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  auto items = to_retry(invocation, store);
  for (const QueueItem& item : items) queue::require_retry(store, item);
  if (invocation.has("advise"))
    for (const QueueItem& item : items)
      queue::advise(
          repository, store, item, invocation.find("advise").value_or(""),
          [&](const std::string& line) { cli::progress(invocation, line); });
  const auto how =
      invocation.has("fresh") ? queue::Retry::Fresh : queue::Retry::GoOn;
  for (QueueItem& item : items)
    item = queue::retry(store, item.id, how, clock::now());
  doorbell::ring(repository);
  return show(invocation, store, items);
}

int reset(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  store::Store store = hook::open_store(repository);
  const std::int64_t id = ids(invocation).at(0);
  const auto force =
      invocation.has("force") ? queue::Force::Yes : queue::Force::No;
  const auto item = invocation.operand(0) == "reset"
                        ? queue::reset(repository, store, id, force)
                        : queue::cancel(repository, store, id);
  doorbell::ring(repository);
  return show(invocation, store, {item});
}

int rm(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  store::Store store = hook::open_store(repository);
  const auto item = queue::require_item(store, ids(invocation).at(0));
  queue::remove(repository, store, item.id);
  return show(invocation, store, {item}, {.head = "removed:\n", .tail = ""});
}

int run(const Invocation& invocation) {
  const cli::Action action = cli::require_action(
      invocation, {{"list", list, {"all", "batch"}},
                   {"add",
                    add,
                    {"priority", "time-limit", "team", "roles", "size", "plan",
                     "runtime", "base"}},
                   {"show", show_one},
                   {"run", run_queue, {"jobs", "fresh", "wait"}},
                   {"pause", pause},
                   {"resume", pause},
                   {"retry", retry, {"batch", "last", "fresh", "advise"}},
                   {"reset", reset, {"force"}},
                   {"cancel", reset},
                   {"rm", rm}});
  const auto repository = repository::require();
  if (action.name != "list" && action.name != "show")
    agent::require_leader(repository, "change the queue");
  return action.run(invocation, repository);
}

}  // namespace

const cli::Command cli::kCommand =
    {.name = "queue",
     .group = cli::Group::Features,
     .summary = "several specifications, launched one after the other",
     .synopsis = {"[list] [--all | --batch <id>]",
                  "add <spec>... [--priority <number>] [--time-limit <time>] "
                  "[--team <team>] [--roles <role>,...] [--size <size>] "
                  "[--plan <plan>] [--runtime <runtime>] [--base <branch>]",
                  "show <id>", "run [--jobs <number>] [--fresh] [--wait]",
                  "(pause | resume) [<id>...]",
                  "retry (<id>... | --batch <id> | --last) [--fresh] "
                  "[--advise[=<command>]]",
                  "reset <id> [--force]", "(cancel | rm) <id>"},
     .options =
         {{"all", 'a', Arity::Flag, "", "also those that have ended"},
          {"batch", 0, Arity::One, "id", "those of this batch"},
          {"priority", 0, Arity::One, "number",
           "the higher, the sooner; waiting for an hour counts as 1. Default: "
           "0"},
          {"time-limit", 0, Arity::One, "time",
           "each has failed when it is not done in this time, as 6h; default: "
           "orch.queueTimeLimit, else none"},
          {"team", 0, Arity::One, "team",
           "this team instead of the one that suits the tracked files"},
          {"roles", 0, Arity::One, "roles",
           "these roles, too, parted by commas"},
          {"size", 0, Arity::One, "size",
           "small (3 agents), medium (5), large (8) or auto"},
          {"plan", 0, Arity::One, "plan",
           "how many agents there may be: pro (3), max5 (5), max20 (8), "
           "console "
           "(10) or a number"},
          {"runtime", 0, Arity::One, "runtime",
           "the agent CLI that plays the roles"},
          {"base", 0, Arity::One, "branch",
           "where the features start and land; default: the branch that is "
           "checked out now"},
          {"jobs", 'j', Arity::One, "number",
           "so many items run at once; default: orch.queueJobs, else 1"},
          {"fresh", 0, Arity::Flag, "",
           "what is tried again begins anew, beside what is there, which "
           "stays"},
          {"wait", 0, Arity::Flag, "",
           "stay until no item waits or runs; exit 1 when one has failed"},
          {"last", 0, Arity::Flag, "",
           "the failed ones of the last batch that has any"},
          {"advise", 0, Arity::Optional, "command",
           "ask an agent CLI first what went wrong, and tell the next attempt. "
           "Default: orch.adviseCommand"},
          {"force", 0, Arity::Flag, "",
           "also one that runs: its agents are stopped, open work is saved"}},
     .listing = true,
     .run = run};

}  // namespace orch
