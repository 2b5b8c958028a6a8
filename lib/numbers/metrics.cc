// SPDX-License-Identifier: MIT
#include "numbers/metrics.h"

#include <limits>

#include "daemon/daemon.h"
#include "file/file.h"
#include "spool/spool.h"
#include "store/checkins.h"
#include "store/contention.h"
#include "store/durations.h"
#include "store/meters.h"

namespace orch::numbers {
namespace {

using openmetrics::Family;
using openmetrics::Labels;
using openmetrics::Type;

double number(std::int64_t n) { return static_cast<double>(n); }

Family gauge(const char* name, const char* help, std::int64_t value,
             const char* unit = "") {
  Family f{.name = name, .type = Type::Gauge, .unit = unit, .help = help};
  openmetrics::add(f, {}, number(value));
  return f;
}

Family named(Type type, const char* name, const char* help, const char* label,
             const std::vector<store::NamedCount>& counts) {
  Family f{.name = name, .type = type, .help = help};
  for (const store::NamedCount& c : counts)
    openmetrics::add(f, {{label, c.name}}, number(c.count));
  return f;
}

Family counter(const char* name, const char* help, std::int64_t value) {
  Family f{.name = name, .type = Type::Counter, .help = help};
  openmetrics::add(f, {}, number(value));
  return f;
}

void add_histogram(Family& family, const Labels& labels,
                   const store::Histogram& h) {
  std::vector<openmetrics::Bucket> buckets;
  for (const auto& [end, count] : h.up_to)
    buckets.push_back(
        {end < 0 ? std::numeric_limits<double>::infinity() : number(end) / 1e6,
         count});
  openmetrics::add_histogram(family, labels, buckets, h.count,
                             number(h.sum_us) / 1e6);
}

Family seconds(const char* name, const char* help) {
  return {
      .name = name, .type = Type::Histogram, .unit = "seconds", .help = help};
}

void add_durations(store::Store& store, std::vector<Family>& out) {
  Family hook = seconds("git_orch_hook_duration_seconds",
                        "From the start of a git hook to its record."),
         fold = seconds("git_orch_fold_delay_seconds",
                        "From the record of a hook to the event store."),
         tick = seconds("git_orch_tick_duration_seconds",
                        "Passes over everything that is due."),
         delivery = seconds("git_orch_message_delivery_seconds",
                            "From sending a message to a level."),
         landing = seconds("git_orch_landing_duration_seconds",
                           "From queueing a branch to its landing."),
         gate = seconds("git_orch_gate_duration_seconds", "Runs of gates.");
  const auto choose = [&](const std::string& what) -> Family* {
    if (what == "hook") return &hook;
    if (what == "fold") return &fold;
    if (what == "tick") return &tick;
    if (what == "landing") return &landing;
    if (what == "gate") return &gate;
    return nullptr;
  };
  for (const store::Histogram& h : store::list_durations(store))
    if (Family* family = choose(h.what)) add_histogram(*family, {}, h);
  for (const store::Histogram& h : store::measure_durations(store)) {
    Family* family = choose(h.what);
    if (family)
      add_histogram(*family, {}, h);
    else
      add_histogram(delivery, {{"level", h.what}}, h);
  }
  for (Family* f : {&hook, &fold, &tick, &delivery, &landing, &gate})
    out.push_back(std::move(*f));
}

void add_usage(store::Store& store, std::vector<Family>& out) {
  Family tokens{.name = "git_orch_tokens",
                .type = Type::Counter,
                .help = "Tokens, as agent CLIs have written them down."};
  Family cost{.name = "git_orch_cost_usd",
              .type = Type::Counter,
              .unit = "usd",
              .help = "Cost, where an agent CLI has stated it."};
  for (const store::UsedTokens& u : store::list_used_tokens(store)) {
    for (const auto& [kind, count] : {std::pair("input", u.input),
                                      {"output", u.output},
                                      {"cached", u.cached}})
      openmetrics::add(tokens, {{"agent", u.agent}, {"kind", kind}},
                       number(count));
    if (u.cost_micros)
      openmetrics::add(cost, {{"agent", u.agent}},
                       number(*u.cost_micros) / 1e6);
  }
  out.push_back(std::move(tokens));
  out.push_back(std::move(cost));
}

std::int64_t store_bytes(const repository::Repository& repository) {
  const std::string path = store::Store::path_in(repository.orch_dir());
  return file::regular_size(path).value_or(0) +
         file::regular_size(path + "-wal").value_or(0);
}

}  // namespace

std::vector<Family> metrics(const repository::Repository& repository,
                            store::Store& store, std::int64_t now) {
  std::vector<Family> out;
  out.push_back(named(Type::Gauge, "git_orch_agents", "Agents by state.",
                      "state", store::count_agents_by_state(store)));
  out.push_back(gauge("git_orch_conflicts_open", "Conflicts that stand.",
                      store::count_open_conflicts(store)));
  out.push_back(gauge("git_orch_messages_unread",
                      "Messages that their agents have not read.",
                      store::count_unread(store)));
  out.push_back(gauge("git_orch_asks_open", "Asks that nobody has answered.",
                      store::count_open_asks(store)));
  out.push_back(gauge("git_orch_checkins_overdue", "Check-ins that are due.",
                      store::count_overdue_checkins(store, now)));
  if (const auto tick = store::find_meta(store, "last_tick")) {
    Family age{.name = "git_orch_last_tick_age_seconds",
               .type = Type::Gauge,
               .unit = "seconds",
               .help = "Since the last pass has ended."};
    openmetrics::add(
        age, {}, number(now - std::strtoll(tick->c_str(), nullptr, 10)) / 1000);
    out.push_back(std::move(age));
  }
  out.push_back(named(Type::Gauge, "git_orch_queue_items",
                      "Specifications in the batch queue by status.", "status",
                      store::count_queue_by_status(store)));
  out.push_back(named(Type::Gauge, "git_orch_merge_queue_branches",
                      "Branches that wait to land, by status.", "status",
                      store::count_merge_queue(store)));
  out.push_back(named(Type::Gauge, "git_orch_agents_limited",
                      "Usage limits that hold, by runtime.", "runtime",
                      store::count_open_limits(store)));
  out.push_back(gauge("git_orch_store_size_bytes",
                      "The event store with its log.", store_bytes(repository),
                      "bytes"));
  out.push_back(gauge(
      "git_orch_spool_size_bytes", "What is not folded yet.",
      static_cast<std::int64_t>(spool::pending_bytes(repository.orch_dir())),
      "bytes"));
  out.push_back(gauge("git_orch_daemon_running", "1 while a daemon runs.",
                      daemon::find_holder(repository.orch_dir()) ? 1 : 0));
  const auto types = store::list_event_types(store);
  out.push_back(named(Type::Counter, "git_orch_events", "Events by type.",
                      "type", types));
  std::int64_t restarts = 0;
  for (const store::NamedCount& type : types)
    if (type.name == "agent_restarted") restarts = type.count;
  out.push_back(counter("git_orch_agent_restarts",
                        "Agents that were started again by themselves.",
                        restarts));
  out.push_back(counter("git_orch_store_waits",
                        "Transactions that waited for another one.",
                        store::count_waits(repository.orch_dir())));
  out.push_back(counter("git_orch_commits", "Commits, each once.",
                        store::count_recorded_commits(store)));
  out.push_back(named(Type::Counter, "git_orch_messages",
                      "Messages that came at least so far.", "level",
                      store::count_messages_by_level(store)));
  out.push_back(named(Type::Counter, "git_orch_landings",
                      "Ends of branches in the merge queue.", "status",
                      store::count_ended_landings(store)));
  out.push_back(named(Type::Counter, "git_orch_gate_runs",
                      "Runs of gates by result.", "result",
                      store::count_gates(store)));
  out.push_back(named(Type::Counter, "git_orch_test_results",
                      "Results of tests by status.", "status",
                      store::count_tests(store)));
  out.push_back(counter("git_orch_limits_met", "Usage limits that were met.",
                        store::count_limits(store)));
  add_usage(store, out);
  add_durations(store, out);
  return out;
}

}  // namespace orch::numbers
