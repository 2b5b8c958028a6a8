// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

#include "agent/agent.h"
#include "calendar/schedule.h"
#include "calendar/when.h"
#include "checkin/recurrence.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "store/checkins.h"
#include "text/text.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

// How long it is until then, to the nearest unit: what is due in 30m is so also
// a moment later.
std::string ahead_text(std::int64_t ms) {
  constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond,
                         kHour = 60 * kMinute, kDay = 24 * kHour;
  const std::int64_t unit = ms < kMinute    ? kSecond
                            : ms < kHour    ? kMinute
                            : ms < 2 * kDay ? kHour
                                            : kDay;
  return text::short_age((ms + unit / 2) / unit * unit);
}

std::string due_text(const store::Checkin& c, std::int64_t now) {
  if (c.state != "waiting") return "-";
  return c.due_at <= now ? "overdue by " + text::short_age(now - c.due_at)
                         : "in " + ahead_text(c.due_at - now);
}

std::string often_text(const store::Checkin& c) {
  if (!c.recurs()) return "once";
  return listing::every_text(c) +
         (c.schedule ? " (" + listing::zone_text(c) + ")" : "");
}

int show(const Invocation& invocation, store::Store* store,
         const std::vector<store::Checkin>& checkins) {
  cli::Table table({"ID", "AGENT", "DUE", "EVERY", "STATE", "LAST", "NOTE"});
  const std::int64_t now = clock::now();
  for (const store::Checkin& c : checkins) {
    const std::string agent = listing::address_of(*store, c.agent_id);
    const bool overdue = c.state == "waiting" && c.due_at <= now;
    table.add({std::to_string(c.id), agent, due_text(c, now), often_text(c),
               c.reason ? c.state + ": " + *c.reason : c.state,
               c.message_level.empty() ? "-" : c.message_level, c.note},
              {cli::Tone::Plain, cli::Tone::Plain,
               overdue ? cli::Tone::Bad : cli::Tone::Plain});
  }
  return cli::print(
      invocation,
      {.data = listing::checkins(store, checkins),
       .rows = "checkins",
       .fields = {"id", "agent", "note", "due_at", "every", "state", "reason",
                  "zone", "overdue"},
       .human = checkins.empty() ? "no check-ins\n" : table.text()});
}

// The zone that is asked for, with the name under which it is kept.
struct Place {
  std::string name;
  const calendar::Zone* zone;
};

Place place_of(const Invocation& invocation) {
  const calendar::Zones& zones = zone::system();
  const auto name = invocation.find("zone");
  if (!name) return {zones.local_name(), &zones.local()};
  if (const calendar::Zone* found = zones.find(*name)) return {*name, found};
  throw UsageError("there is no time zone '" + *name + "'",
                   "a name as Europe/Berlin, or UTC");
}

checkin::When every(const Invocation& invocation, const std::string& text,
                    std::int64_t now) {
  if (const auto interval = text::parse_duration(text)) {
    if (*interval < calendar::kMinuteMs)
      throw UsageError("'--every' must be 1m or more");
    if (invocation.has("zone"))
      throw UsageError("'--zone' needs a time of day: '" + text + "' has none");
    return {.every_ms = *interval, .due_at = now + *interval};
  }
  const calendar::Schedule schedule = calendar::parse_schedule(text);
  const Place place = place_of(invocation);
  return {.schedule = checkin::with_zone(schedule.text, place.name),
          .due_at = calendar::next_after(schedule, now, *place.zone)};
}

checkin::When at(const Invocation& invocation, const std::string& text,
                 std::int64_t now) {
  const std::int64_t due = calendar::parse_when(text, now, zone::system(),
                                                place_of(invocation).zone);
  if (due < now)
    throw Error(ErrorCode::Usage,
                "'" + text + "' is over; now it is " + text::iso_time(now));
  return {.due_at = due};
}

checkin::When when_of(const Invocation& invocation, std::int64_t now) {
  const auto again = invocation.find("every");
  const auto in = invocation.duration("in");
  const auto time = invocation.find("at");
  if ((again ? 1 : 0) + (in ? 1 : 0) + (time ? 1 : 0) != 1)
    throw UsageError("exactly one of '--every', '--in' and '--at' is needed");
  if (again) return every(invocation, *again, now);
  if (time) return at(invocation, *time, now);
  if (invocation.has("zone"))
    throw UsageError("'--zone' goes with '--at' and with a schedule");
  if (*in < 1000) throw UsageError("'--in' must be 1s or more");
  return {.due_at = now + *in};
}

constexpr char kPlan[] = "plan check-ins of";

store::Agent own_agent(store::Store& store) {
  if (auto caller = agent::find_caller(store)) return *std::move(caller);
  throw UsageError("name the agent: only an agent's own check-in needs none");
}

int add(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 3);
  const bool named = invocation.operands().size() == 3;
  const std::int64_t now = clock::now();
  const checkin::When when = when_of(invocation, now);
  store::Store store = hook::open_store(repository);
  const auto agent =
      named ? agent::require_agent(repository, store, invocation.operand(1))
            : own_agent(store);
  agent::require_may_direct(store, agent, kPlan);
  const auto made =
      checkin::add(store, agent, invocation.operand(named ? 2 : 1), when,
                   invocation.has("replace"), now);
  daemon::ring(repository.orch_dir());  // it may be the first that is due
  return show(invocation, &store, {made});
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, nullptr, {});
  std::int64_t agent_id = 0;
  if (const std::string name = invocation.operand(1); !name.empty())
    agent_id = agent::require_agent(repository, *store, name).id;
  return show(
      invocation, &*store,
      store::list_checkins(*store,
                           invocation.has("all") ? store::Checkins::All
                                                 : store::Checkins::Waiting,
                           agent_id));
}

int rm(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  const auto row = store::find_checkin(store, id);
  if (!row)
    throw Error(ErrorCode::UnknownName,
                "there is no check-in " + invocation.operand(1),
                "git orch checkin list --all");
  if (const auto agent = store::find_agent(store, row->agent_id))
    agent::require_may_direct(store, *agent, kPlan);
  store::Transaction transaction(store);
  store::cancel_checkin(store, id, "by " + agent::caller_name(store));
  const auto now = store::find_checkin(store, id);
  transaction.commit();
  return show(invocation, &store, {now.value_or(*row)});
}

int run(const Invocation& invocation) {
  return cli::require_action(
             invocation,
             {{"list", list, {"all"}},
              {"add", add, {"every", "in", "at", "zone", "replace"}},
              {"rm", rm}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "checkin",
    .group = cli::Group::Time,
    .summary = "plan messages to agents at a time",
    .synopsis = {"[list [<agent>]] [--all]",
                 "add [<agent>] (--every <time> | --in <time> | --at <when>) "
                 "[--zone <name>] <note> [--replace]",
                 "rm <id>"},
    .options = {{"every", 0, Arity::One, "time",
                 "again and again: 30m, 'weekdays 9:00', '0 9 * * 1-5'"},
                {"in", 0, Arity::One, "time", "once, so long from now"},
                {"at", 0, Arity::One, "when",
                 "once: 17:30, 'tomorrow 9:00', 2026-11-22T17:30:00Z"},
                {"zone", 0, Arity::One, "name",
                 "the time zone that is meant, as Europe/Berlin"},
                {"replace", 0, Arity::Flag, "",
                 "in the place of the one with that note which waits"},
                {"all", 'a', Arity::Flag, "", "also those that have ended"}},
    .listing = true,
    .run = run};

}  // namespace orch
