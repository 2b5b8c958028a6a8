// SPDX-License-Identifier: MIT
#include "store/stats.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cli/locale.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "numbers/numbers.h"
#include "numbers/system.h"
#include "overview/csv.h"
#include "overview/follow.h"
#include "spool/spool.h"
#include "store/event_days.h"
#include "text/bar.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::int64_t kUsualDays = 14, kMostDays = 3660;
// Of events that came with a store of an older version, so many at a call.
constexpr std::int64_t kMostToCount = 1000000;
constexpr int kBarWidth = 12;

json::Array rows_of(const std::vector<store::Tally>& tallies) {
  json::Array rows;
  for (const store::Tally& t : tallies)
    rows.emplace_back(
        json::Object{{"what", t.what}, {"name", t.name}, {"count", t.count}});
  return rows;
}

int print_csv(const Invocation& invocation, const json::Array& rows,
              const std::vector<std::string>& fields) {
  if (invocation.quiet()) return kDone;
  overview::write_out(
      overview::csv_line(json::Array(fields.begin(), fields.end())));
  for (const json::Value& row : rows) {
    json::Array cells;
    for (const std::string& field : fields) cells.push_back(row[field]);
    overview::write_out(overview::csv_line(cells));
  }
  overview::write_now("");
  return kDone;
}

int count(const Invocation& invocation, store::Store* store) {
  const std::vector<std::string> fields = {"what", "name", "count"};
  std::vector<store::Tally> tallies;
  if (store) store::catch_up_events(*store, kMostToCount);
  if (store)
    tallies = invocation.has("events") ? store::tally_events(*store)
                                       : store::tally_all(*store);
  if (invocation.has("csv"))
    return print_csv(invocation, rows_of(tallies), fields);
  cli::Table table({"WHAT", "NAME", "COUNT"});
  for (const store::Tally& t : tallies)
    table.add({t.what, t.name, std::to_string(t.count)});
  return cli::print(invocation, {.data = {{"stats", rows_of(tallies)}},
                                 .rows = "stats",
                                 .fields = fields,
                                 .human = tallies.empty() ? "nothing to count\n"
                                                          : table.text()});
}

// --- by day, agent, role or feature ---------------------------------------

struct Dimension {
  std::string name, member;
  std::vector<std::string> fields;
};

Dimension dimension_of(const Invocation& invocation) {
  const std::string name = invocation.find("by").value_or("day");
  if (name == "day") return {name, "days", numbers::day_fields()};
  if (name == "agent") return {name, "agents", numbers::agent_fields()};
  if (name == "role") return {name, "roles", numbers::role_fields()};
  if (name == "feature") return {name, "features", numbers::feature_fields()};
  throw UsageError("cannot count by '" + name + "'",
                   "known: day, agent, role, feature");
}

// "2026-11-20", a time, or for how long back.
std::int64_t since_of(const Invocation& invocation, std::int64_t now) {
  const auto text = invocation.find("since");
  const auto days = invocation.number("days");
  if (text && days)
    throw UsageError("'--days' and '--since' say the same: one will do");
  if (!text) {
    const std::int64_t count = days.value_or(kUsualDays);
    if (count < 1 || count > kMostDays)
      throw UsageError("'--days' must be from 1 to " +
                       std::to_string(kMostDays));
    return (now / store::kDayMs - count + 1) * store::kDayMs;
  }
  auto since = text::parse_iso_time(*text);
  if (!since) since = text::parse_iso_time(*text + "T00:00:00Z");
  if (!since)
    if (const auto age = text::parse_duration(*text)) since = now - *age;
  if (!since || *since < 0)
    throw UsageError("'" + *text + "' is no time",
                     "a day as 2026-11-20, or how long ago, as 7d");
  if (*since > now) throw UsageError("'" + *text + "' is not over yet");
  return *since;
}

// What a field is called above its column.
std::string heading_of(const std::string& field) {
  if (field == "busy_ms") return "BUSY";
  if (field == "cost_usd") return "COST";
  if (field == "spec_id") return "FEATURE";
  std::string out = field;
  for (char& c : out) c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string cell_of(const json::Value& row, const std::string& field) {
  const json::Value& value = row[field];
  if (value.is_null()) return "-";
  if (field == "busy_ms") {
    const std::int64_t ms = value.as_integer().value_or(0);
    return ms < 1000 ? "0s" : text::short_age(ms);
  }
  if (field != "cost_usd") return json::to_field(value, json::FieldBytes::Raw);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "$%.2f",
                std::strtod(json::to_text(value).c_str(), nullptr));
  return buffer;
}

bool says_nothing(const json::Value& value) {
  return value.is_null() || value.as_integer() == 0;
}

// Without the columns that say nothing, and with bars of the first that does.
std::string table_of(const json::Array& rows,
                     const std::vector<std::string>& fields) {
  std::vector<std::string> shown = {fields[0]};
  for (std::size_t i = 1; i < fields.size(); ++i)
    if (std::any_of(rows.begin(), rows.end(), [&](const json::Value& row) {
          return !says_nothing(row[fields[i]]);
        }))
      shown.push_back(fields[i]);
  if (rows.empty() || (shown.size() == 1 && fields[0] != "agent"))
    return "nothing to count\n";
  std::vector<std::string> headings;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    headings.push_back(heading_of(shown[i]));
    if (i == 1) headings.emplace_back("");
  }
  std::int64_t most = 0;
  if (shown.size() > 1)
    for (const json::Value& row : rows)
      most = std::max(most, row[shown[1]].as_integer().value_or(0));
  const bool utf8 = cli::speaks_utf8();
  cli::Table table(headings);
  for (const json::Value& row : rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      cells.push_back(cell_of(row, shown[i]));
      if (i == 1)
        cells.push_back(text::bar(row[shown[1]].as_integer().value_or(0), most,
                                  kBarWidth, utf8));
    }
    table.add(std::move(cells), {cli::Tone::Strong});
  }
  return table.text();
}

std::string long_text(std::int64_t ms) {
  return ms < 10000 ? std::to_string(ms) + " ms" : text::short_age(ms);
}

std::string below_the_table(const numbers::Report& report) {
  std::string out;
  if (!report.durations.empty()) {
    cli::Table table({"TIME UNTIL", "COUNT", "HALF WITHIN", "99 % WITHIN"});
    for (const numbers::Summary& s : report.durations)
      table.add({s.what, std::to_string(s.count), long_text(s.p50_ms),
                 long_text(s.p99_ms)});
    out += "\n" + table.text();
  }
  const store::Predictions& p = report.predictions;
  if (p.met + p.avoided + p.open + p.missed > 0)
    out += "\ncollisions predicted: " + std::to_string(p.met) +
           " met at a landing, " + std::to_string(p.avoided) + " avoided, " +
           std::to_string(p.open) +
           " open; not predicted: " + std::to_string(p.missed) + "\n";
  return out;
}

int report(const Invocation& invocation, store::Store* store) {
  const Dimension by = dimension_of(invocation);
  const std::int64_t now = clock::now();
  const std::int64_t since = since_of(invocation, now);
  numbers::Report found;
  json::Object data = {{"stats", json::Array()}};
  if (store) {
    store::catch_up_events(*store, kMostToCount);
    found = numbers::report(*store, since, now);
    data[0].second = rows_of(store::tally_all(*store));
  }
  for (auto& member : numbers::report_json(found))
    data.push_back(std::move(member));
  const json::Value all(data);
  const json::Array& rows = *all[by.member].as_array();
  if (found.uncounted > 0)
    cli::note(invocation, std::to_string(found.uncounted) +
                              " older events are not counted yet; ask again");
  if (invocation.has("csv")) return print_csv(invocation, rows, by.fields);
  return cli::print(invocation, {.data = std::move(data),
                                 .rows = by.member,
                                 .fields = by.fields,
                                 .human = table_of(rows, by.fields) +
                                          below_the_table(found)});
}

// --- the machine ------------------------------------------------------------

std::string value_text(const std::string& name, const json::Value& value) {
  if (value.is_null()) return "-";
  const auto n = value.as_integer();
  const bool is_bytes = name.starts_with("memory_") ||
                        name.starts_with("swap_") ||
                        name.starts_with("disk_") || name == "store_bytes";
  if (n && is_bytes) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.1f MiB",
                  static_cast<double>(*n) / 1048576);
    return buffer;
  }
  return json::to_field(value, json::FieldBytes::Raw);
}

int show_system(const Invocation& invocation, const Repository& repository) {
  const std::size_t waiting = spool::count_records(repository.orch_dir());
  auto store = hook::find_store(repository);
  if (store) store::catch_up_events(*store, kMostToCount);
  numbers::System system =
      numbers::look_at_system(repository, store ? &*store : nullptr);
  system.spool_records = static_cast<std::int64_t>(waiting);
  const json::Object values = numbers::system_json(system);
  cli::Table table({"WHAT", "VALUE"});
  json::Array rows;
  for (const auto& [name, value] : values) {
    table.add({name, value_text(name, value)});
    rows.emplace_back(json::Object{{"name", name}, {"value", value}});
  }
  const std::vector<std::string> fields = {"name", "value"};
  if (invocation.has("csv")) return print_csv(invocation, rows, fields);
  std::string human = table.text();
  json::Array advice;
  for (const numbers::Advice& a : numbers::advise(system)) {
    advice.emplace_back(json::Object{{"what", a.what}, {"text", a.text}});
    human += "\n" + a.text + "\n";
  }
  json::Object data = {{"system", values}, {"advice", advice}};
  if (invocation.format() == cli::Format::Porcelain) data[0].second = rows;
  return cli::print(invocation, {.data = std::move(data),
                                 .rows = "system",
                                 .fields = fields,
                                 .human = human});
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const bool by =
      invocation.has("by") || invocation.has("days") || invocation.has("since");
  if ((by ? 1 : 0) + (invocation.has("events") ? 1 : 0) +
          (invocation.has("system") ? 1 : 0) >
      1)
    throw UsageError(
        "'--events', '--system' and '--by' with '--days' or '--since' are "
        "three different questions");
  if (invocation.has("csv") && invocation.format() != cli::Format::Human)
    throw UsageError("'--csv' is a form of its own");
  if (by) {
    dimension_of(invocation);
    since_of(invocation, clock::now());
  }
  const auto repository = repository::require();
  if (invocation.has("system")) return show_system(invocation, repository);
  auto store = hook::find_store(repository);
  return by ? report(invocation, store ? &*store : nullptr)
            : count(invocation, store ? &*store : nullptr);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "stats",
    .group = cli::Group::Store,
    .summary = "count events, commits, tasks, messages and more",
    .synopsis = {"[--events] [--csv]",
                 "[--by day|agent|role|feature] [--days <n> | --since <time>] "
                 "[--csv]",
                 "--system [--csv]"},
    .options = {{"events", 0, Arity::Flag, "", "only events, by type"},
                {"by", 0, Arity::One, "what",
                 "what happened by day, agent, role or feature"},
                {"days", 0, Arity::One, "n",
                 "of the last n days, today included; 14 without it"},
                {"since", 0, Arity::One, "time",
                 "since that day (2026-11-20), or for so long (7d)"},
                {"system", 0, Arity::Flag, "",
                 "how this machine, tmux, git and the store are doing"},
                {"csv", 0, Arity::Flag, "", "comma-separated (RFC 4180)"}},
    .listing = true,
    .run = run};

}  // namespace orch
