// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "overview/follow.h"
#include "overview/overview.h"
#include "text/text.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch {
namespace {

using cli::Invocation;
using cli::Tone;
using repository::Repository;

constexpr std::size_t kDefaultCount = 20, kMostSince = 10000;

std::size_t count_of(const Invocation& invocation) {
  const std::string text = invocation.operand(0);
  if (text.empty()) return invocation.has("since") ? kMostSince : kDefaultCount;
  if (text.find_first_not_of("0123456789") != std::string::npos ||
      text.size() > 9 || text == "0")
    throw UsageError("'" + text + "' is no number of events");
  return std::stoul(text);
}

// A day, a time, or for how long back.
std::int64_t parse_since(const std::string& text) {
  auto since = text::parse_iso_time(text);
  if (!since) since = text::parse_iso_time(text + "T00:00:00Z");
  if (!since)
    if (const auto age = text::parse_duration(text))
      since = clock::now() - *age;
  if (!since)
    throw UsageError("'" + text + "' is no time",
                     "a day as 2026-11-20, or how long ago, as 2h");
  return *since;
}

// What is asked for; those that are named must be there.
store::EventQuery query_of(const Invocation& invocation,
                           const Repository& repository, store::Store* store) {
  store::EventQuery query{.limit = count_of(invocation)};
  query.types = invocation.all("type");
  if (const auto since = invocation.find("since"))
    query.since = parse_since(*since);
  if (!store) return query;
  if (const auto name = invocation.find("feature")) {
    agent::require_feature(repository, *store, *name);
    query.spec_id = *name;
  }
  const auto name = invocation.find("agent");
  if (name && *name == "person") {
    query.role = *name;
  } else if (name) {
    const auto found = agent::require_agent(repository, *store, *name);
    query.role = found.role;
    if (found.feature_id) {
      const std::string of = found.address.substr(0, found.address.rfind('/'));
      if (query.spec_id && *query.spec_id != of)
        throw UsageError("'" + found.address + "' is no agent of '" +
                         *query.spec_id + "'");
      query.spec_id = of;
    }
  }
  return query;
}

bool matches(const store::EventQuery& query, const store::Event& e) {
  return (!query.spec_id || e.spec_id == query.spec_id) &&
         (!query.role || e.role == query.role) &&
         (!query.since || e.at >= *query.since) &&
         (query.types.empty() ||
          std::find(query.types.begin(), query.types.end(), e.type) !=
              query.types.end());
}

// --- forms ------------------------------------------------------------------

Tone tone_of_type(const std::string& type) {
  const auto ends = [&](std::string_view end) { return type.ends_with(end); };
  if (ends("_failed") || ends("_lost") || ends("_exited") || ends("_refused") ||
      ends("_rejected") || ends("_blocked") || ends("_denied") ||
      ends("_dead") || ends("_stalled") || type == "needs_human" ||
      type == "conflict_detected" || type == "ref_unexplained")
    return Tone::Bad;
  if (ends("_completed") || ends("_landed") || ends("_passed") ||
      ends("_resolved") || ends("_merged") || ends("_approved") ||
      ends("_ready") || ends("_done"))
    return Tone::Good;
  if (ends("_limited") || ends("_warned") || ends("_opened") ||
      ends("_escalated") || ends("_overdue") || ends("_paused") ||
      ends("_retrying"))
    return Tone::Busy;
  return Tone::Plain;
}

// "14:13:20", with the day before it when it is not that of `before`.
std::string time_text(std::int64_t at, std::int64_t before) {
  const calendar::Zone& zone = zone::system().local();
  const calendar::Local now = zone.to_local(at), last = zone.to_local(before);
  char buffer[64];
  if (now.day == last.day && now.month == last.month && now.year == last.year)
    std::snprintf(buffer, sizeof buffer, "%02d:%02d:%02d", now.hour, now.minute,
                  now.second);
  else
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d %02d:%02d:%02d",
                  now.year, now.month, now.day, now.hour, now.minute,
                  now.second);
  return buffer;
}

// What happened to a task names it.
std::string text_of(const store::Event& e) {
  const bool names_it = !e.task_id || !e.type.starts_with("task_") ||
                        e.message.find(*e.task_id) != std::string::npos;
  return names_it ? e.message : *e.task_id + ": " + e.message;
}

// One line for people: who and what, then the text.
std::string human_line(const store::Event& e, std::int64_t before) {
  const std::string who = e.spec_id.value_or("") +
                          (e.spec_id && e.role ? "/" : "") +
                          e.role.value_or(e.spec_id ? "" : "-");
  return cli::toned(time_text(e.at, before), Tone::Faint) + "  " +
         cli::toned(text::printable(who), Tone::Strong) + "  " +
         cli::toned(text::printable(e.type), tone_of_type(e.type)) + "  " +
         text::printable(text_of(e)) + "\n";
}

std::string porcelain_line(const Invocation& invocation,
                           const store::Event& e) {
  const bool nul = invocation.ends_in_nul();
  const json::Value row(overview::event_json(e));
  std::string out;
  for (const std::string& field : overview::event_fields())
    out += (out.empty() ? "" : "\t") +
           json::to_field(row[field], nul ? json::FieldBytes::Raw
                                          : json::FieldBytes::Escaped);
  return out + (nul ? '\0' : '\n');
}

// The latest events, and new ones as they come, until the reader goes away.
// People at a terminal get lines, programs JSON lines or what they ask for.
int follow(const Invocation& invocation, const Repository& repository,
           store::Store& store, const store::EventQuery& query) {
  const bool for_people = invocation.format() == cli::Format::Human &&
                          !invocation.has("jsonl") &&
                          cli::is_terminal(cli::Stream::Out);
  std::int64_t before = clock::now();
  const auto print = [&](const store::Event& e) {
    if (!matches(query, e)) return;
    if (for_people)
      overview::write_now(human_line(e, before));
    else if (invocation.format() == cli::Format::Porcelain)
      overview::write_now(porcelain_line(invocation, e));
    else
      overview::write_now(
          overview::event_line(e, overview::ExportFormat::JsonLines));
    before = e.at;
  };
  // What comes while these are read has a higher id.
  const auto newest = store::list_events(store, {.limit = 1});
  const auto latest = store::list_events(store, query);
  for (auto e = latest.rbegin(); e != latest.rend(); ++e) print(*e);
  std::int64_t after = newest.empty() ? 0 : newest.front().id;
  if (!latest.empty()) after = std::max(after, latest.front().id);
  overview::follow_events(repository, store, query.spec_id, after, print);
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 1);
  if (invocation.has("jsonl") && invocation.format() != cli::Format::Human)
    throw UsageError("'--jsonl' is a form of its own");
  count_of(invocation);
  if (const auto since = invocation.find("since")) parse_since(*since);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store && invocation.has("follow"))
    throw Error(ErrorCode::NotInitialised, "there is no event store here",
                "git orch init");
  const store::EventQuery query =
      query_of(invocation, repository, store ? &*store : nullptr);
  if (store && invocation.has("follow"))
    return follow(invocation, repository, *store, query);
  std::vector<store::Event> events;
  if (store) events = store::list_events(*store, query);
  if (invocation.has("jsonl")) {
    for (const store::Event& e : events)
      overview::write_out(
          overview::event_line(e, overview::ExportFormat::JsonLines));
    overview::write_now("");
    return kDone;
  }
  cli::Table table(
      {"ID", "AGE", "FEATURE", "ROLE", "TYPE", "COMMIT", "MESSAGE"});
  for (const store::Event& e : events)
    table.add({std::to_string(e.id), text::short_age(clock::now() - e.at),
               e.spec_id.value_or("-"), e.role.value_or("-"), e.type,
               e.commit.value_or("-").substr(0, 10), text_of(e)},
              {Tone::Faint, Tone::Plain, Tone::Plain, Tone::Plain,
               tone_of_type(e.type)});
  return cli::print(invocation,
                    {.data = listing::events(events),
                     .rows = "events",
                     .fields = overview::event_fields(),
                     .human = events.empty() ? "no events\n" : table.text()});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "recent",
    .group = cli::Group::Store,
    .summary = "show the latest events",
    .synopsis = {"[<n>] [--follow] [--jsonl] [--type <type>] "
                 "[--agent <agent>] [--feature <spec-id>] [--since <time>]"},
    .options = {{"follow", 'f', Arity::Flag, "",
                 "go on with new events; for programs as JSON lines"},
                {"jsonl", 0, Arity::Flag, "",
                 "one JSON object a line, also at a terminal"},
                {"type", 0, Arity::Many, "type",
                 "only of this type; more than once: of any of these"},
                {"agent", 0, Arity::One, "agent",
                 "only of this agent, or of 'person'"},
                {"feature", 0, Arity::One, "spec-id", "only of this feature"},
                {"since", 0, Arity::One, "time",
                 "only since that day or time, or for so long (2h)"}},
    .listing = true,
    .run = run};

}  // namespace orch
