// SPDX-License-Identifier: MIT
#include "notify/notify.h"

#include <algorithm>

#include "agent/agent.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "config/config.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "hook/fold.h"
#include "json/or_null.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::size_t kEndedShown = 100;

json::Value time_of(const std::optional<std::int64_t>& instant) {
  return instant ? json::Value(text::iso_time(*instant)) : json::Value();
}

cli::Tone tone_of(const std::string& severity) {
  if (severity == "critical") return cli::Tone::Bad;
  return severity == "warning" ? cli::Tone::Busy : cli::Tone::Plain;
}

struct Row {
  store::Notice notice;
  std::int64_t since = 0;
  std::string command;
};

Row row_of(const store::Notice& n) {
  const auto detail = json::parse(n.detail).value_or(json::Value());
  const std::string* command = detail["command"].as_string();
  return {n, detail["since"].as_integer().value_or(n.created_at),
          command ? *command : ""};
}

// Where nothing can be written there may be no row yet.
Row row_of(const notice::Need& need, std::int64_t now) {
  Row row{.notice = {.kind = need.kind,
                     .severity = std::string(
                         notice::severity_name(notice::severity_of(need))),
                     .needs_human = true,
                     .spec_id = need.spec_id,
                     .agent = need.agent,
                     .text = notice::text_of(need, now)},
          .since = need.since,
          .command = notice::command_of(need)};
  return row;
}

json::Object notice_json(const Row& row) {
  const store::Notice& n = row.notice;
  return {{"id", n.id == 0 ? json::Value() : json::Value(n.id)},
          {"kind", n.kind},
          {"severity", n.severity},
          {"spec_id", json::text_or_null(n.spec_id)},
          {"agent", json::text_or_null(n.agent)},
          {"text", n.text},
          {"since", text::iso_time(row.since)},
          {"escalated_at", time_of(n.escalated_at)},
          {"answers", notice::answers_to(n.kind)},
          {"command", row.command},
          {"needs_human", n.needs_human},
          {"ended_at", time_of(n.ended_at)},
          {"answer", n.answer}};
}

json::Object sink_json(const notify::Configured& c) {
  const bool works = c.problem.empty();
  json::Array steps;
  for (const std::int64_t ms : c.sink.escalate_ms)
    steps.emplace_back(text::duration_text(ms));
  return {{"name", c.name},
          {"type",
           works ? json::Value(notice::type_name(c.sink.type)) : json::Value()},
          {"to", works ? json::text_or_null(notice::place_of(c.sink))
                       : json::Value()},
          {"events", works ? c.sink.events : std::vector<std::string>()},
          {"severity", works ? json::Value(notice::severity_name(c.sink.least))
                             : json::Value()},
          {"escalate", steps},
          {"problem", json::text_or_null(c.problem)},
          {"hint", json::text_or_null(c.hint)}};
}

std::string human_list(const std::vector<Row>& rows,
                       const std::vector<notify::Configured>& sinks,
                       const store::Outbox& outbox) {
  std::string out;
  cli::Table table({"ID", "KIND", "AGENT", "SINCE", "TEXT", "WHAT TO TYPE"});
  const std::int64_t now = clock::now();
  for (const Row& row : rows) {
    const store::Notice& n = row.notice;
    table.add({n.id == 0 ? "-" : std::to_string(n.id), n.kind,
               n.agent.empty() ? "-" : n.agent,
               text::short_age(now - row.since), n.text,
               n.ended_at ? "over" + (n.answer ? ": " + *n.answer : "")
                          : row.command},
              {cli::Tone::Plain,
               n.ended_at ? cli::Tone::Faint : tone_of(n.severity)});
  }
  out += rows.empty() ? "nothing needs you\n" : table.text();
  cli::Table places({"SINK", "TYPE", "TO", "HEARS OF", "STATE"});
  for (const notify::Configured& c : sinks) {
    const bool works = c.problem.empty();
    places.add(
        {c.name, works ? std::string(notice::type_name(c.sink.type)) : "-",
         works ? notice::place_of(c.sink) : "-",
         works ? text::join(c.sink.events, ", ") : "-",
         works ? "ready" : c.problem},
        {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
         works ? cli::Tone::Good : cli::Tone::Bad});
  }
  out += "\n" + (sinks.empty() ? "no sinks: nobody is told (git help "
                                 "orch-notify)\n"
                               : places.text());
  if (outbox.waiting + outbox.sending + outbox.failed > 0)
    out += "\noutbox: " + std::to_string(outbox.waiting + outbox.sending) +
           " waiting, " + std::to_string(outbox.failed) + " failed\n";
  return out;
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  const auto sinks = notify::sinks_of(config::Config::load(repository));
  auto store = hook::find_store(repository);
  std::vector<Row> rows;
  store::Outbox outbox;
  std::vector<store::Delivery> failed;
  const std::int64_t now = clock::now();
  if (store && store->is_read_only()) {
    for (const notice::Need& need : notify::needs_human(*store, now))
      rows.push_back(row_of(need, now));
  } else if (store) {
    notify::refresh(*store, sinks, now);
    for (const store::Notice& n : store::list_open_notices(*store))
      rows.push_back(row_of(n));
  }
  if (store) {
    outbox = store::count_outbox(*store);
    failed = store::list_failed_deliveries(*store, kEndedShown);
    if (invocation.has("all"))
      for (const store::Notice& n :
           store::list_ended_notices(*store, kEndedShown))
        rows.push_back(row_of(n));
  }
  json::Array notices, places, undelivered;
  for (const Row& row : rows) notices.emplace_back(notice_json(row));
  for (const notify::Configured& c : sinks) places.emplace_back(sink_json(c));
  for (const store::Delivery& d : failed)
    undelivered.emplace_back(json::Object{{"notice", d.notice_id},
                                          {"sink", d.sink},
                                          {"attempts", d.attempts},
                                          {"reason", d.reason},
                                          {"at", time_of(d.ended_at)}});
  return cli::print(
      invocation,
      {.data = {{"notices", notices},
                {"sinks", places},
                {"outbox",
                 json::Object{{"waiting", outbox.waiting + outbox.sending},
                              {"failed", outbox.failed},
                              {"failures", undelivered}}}},
       .rows = "notices",
       .fields = {"id", "kind", "severity", "spec_id", "agent", "text", "since",
                  "escalated_at", "answers", "command"},
       .human = human_list(rows, sinks, outbox)});
}

int show_told(const Invocation& invocation,
              const std::vector<notify::Told>& told, const char* none) {
  json::Array rows;
  cli::Table table({"SINK", "ANSWER"});
  bool all_ok = true;
  for (const notify::Told& t : told) {
    all_ok = all_ok && t.ok;
    rows.emplace_back(
        json::Object{{"name", t.sink}, {"ok", t.ok}, {"detail", t.detail}});
    table.add({t.sink, t.detail},
              {cli::Tone::Plain, t.ok ? cli::Tone::Good : cli::Tone::Bad});
  }
  return cli::print(invocation, {.data = {{"sinks", rows}},
                                 .rows = "sinks",
                                 .fields = {"name", "ok", "detail"},
                                 .human = rows.empty() ? none : table.text(),
                                 .exit_code = all_ok ? kDone : kNo});
}

int test(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  auto sinks = notify::sinks_of(config::Config::load(repository));
  if (const std::string name = invocation.operand(1); !name.empty()) {
    std::vector<std::string> known;
    for (const notify::Configured& c : sinks) known.push_back(c.name);
    std::erase_if(sinks, [&](const auto& c) { return c.name != name; });
    const std::string near = text::nearest(name, known);
    if (sinks.empty())
      throw Error(ErrorCode::UnknownName, "there is no sink '" + name + "'",
                  near.empty() ? "git orch notify list"
                               : "git orch notify test " + near);
  }
  return show_told(invocation,
                   notify::send_test(repository, sinks, clock::now()),
                   "no sinks\n");
}

int send(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  if (!repository::is_initialised(repository))
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  // Folding would ring for a tick, and that would have somebody send.
  store::Store store = store::Store::open(repository.orch_dir());
  const auto told = notify::send_due(repository, store, clock::now());
  notify::await_senders(store);
  return show_told(invocation, told, "nothing is due\n");
}

int answer(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 3);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  const Row row = row_of(notify::answer(store, id, invocation.operand(2),
                                        invocation.find("message").value_or(""),
                                        agent::find_caller(store)));
  doorbell::ring(repository);
  const bool is_ask = !notice::answers_to(row.notice.kind).empty();
  return cli::print(
      invocation,
      {.data = {{"notices", json::Array{notice_json(row)}}},
       .rows = "notices",
       .fields = {"id", "kind", "severity", "spec_id", "agent", "text", "since",
                  "escalated_at", "answers", "command"},
       .human = is_ask ? "answered\n"
                       : "seen, and not told again; what mends it: " +
                             text::printable(row.command) + "\n"});
}

int run(const Invocation& invocation) {
  return cli::require_action(invocation, {{"list", list, {"all"}},
                                          {"test", test},
                                          {"send", send},
                                          {"answer", answer, {"message"}}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "notify",
    .group = cli::Group::Seeing,
    .summary = "what needs you, and who is told of it and how",
    .synopsis = {"[list] [--all]", "answer <id> [approve | deny] [-m <text>]",
                 "test [<sink>]", "send"},
    .options = {{"all", 'a', Arity::Flag, "", "also what is over"},
                {"message", 'm', Arity::One, "text",
                 "what to say with the answer"}},
    .listing = true,
    .run = run};

}  // namespace orch
