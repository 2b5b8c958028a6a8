// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "overview/follow.h"
#include "overview/overview.h"
#include "text/time.h"

namespace orch {
namespace {

constexpr std::size_t kDefaultCount = 20;

std::size_t count_of(const cli::Invocation& invocation) {
  const std::string text = invocation.operand(0);
  if (text.empty()) return kDefaultCount;
  if (text.find_first_not_of("0123456789") != std::string::npos ||
      text.size() > 9 || text == "0")
    throw UsageError("'" + text + "' is no number of events");
  return std::stoul(text);
}

// One event as --follow prints it: JSON lines unless fields were asked for.
std::string line_of(const cli::Invocation& invocation, const store::Event& e) {
  if (invocation.format() != cli::Format::Porcelain)
    return overview::event_line(e, overview::ExportFormat::JsonLines);
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
int follow(const cli::Invocation& invocation,
           const repository::Repository& repository, store::Store& store,
           std::size_t count) {
  const auto print = [&](const store::Event& e) {
    overview::write_now(line_of(invocation, e));
  };
  const auto latest = store::list_events(store, {.limit = count});
  for (auto e = latest.rbegin(); e != latest.rend(); ++e) print(*e);
  overview::follow_events(repository, store, std::nullopt,
                          latest.empty() ? 0 : latest.front().id, print);
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const std::size_t count = count_of(invocation);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store && invocation.has("follow"))
    throw Error(ErrorCode::NotInitialised, "there is no event store here",
                "git orch init");
  if (store && invocation.has("follow"))
    return follow(invocation, repository, *store, count);
  std::vector<store::Event> events;
  if (store) events = store::list_events(*store, {.limit = count});
  cli::Table table(
      {"ID", "AGE", "FEATURE", "ROLE", "TYPE", "COMMIT", "MESSAGE"});
  for (const store::Event& e : events)
    table.add({std::to_string(e.id), text::short_age(clock::now() - e.at),
               e.spec_id.value_or("-"), e.role.value_or("-"), e.type,
               e.commit.value_or("-").substr(0, 10), e.message});
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
    .synopsis = {"[<n>] [--follow]"},
    .options = {{"follow", 'f', Arity::Flag, "",
                 "go on with new events, as JSON lines or as --porcelain"}},
    .listing = true,
    .run = run};

}  // namespace orch
