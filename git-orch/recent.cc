// SPDX-License-Identifier: MIT
#include <cstdio>

#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
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

// New events as they come, one JSON object or one porcelain line each, until
// the reader goes away.
int follow(const repository::Repository& repository, store::Store& store,
           std::size_t count) {
  const auto print = [](const store::Event& e) {
    std::fputs(
        overview::event_line(e, overview::ExportFormat::JsonLines).c_str(),
        stdout);
    std::fflush(stdout);
  };
  std::int64_t last = 0;
  const auto latest = store::list_events(store, {.limit = count});
  for (auto e = latest.rbegin(); e != latest.rend(); ++e) {
    print(*e);
    last = e->id;
  }
  while (true) {
    const auto more = [&] {
      for (const store::Event& e : store::list_events(
               store,
               {.after_id = last, .limit = 1000, .oldest_first = true})) {
        print(e);
        last = e.id;
      }
      return false;
    };
    hook::fold_until(repository, store, more, 1000);
  }
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
    return follow(repository, *store, count);
  json::Array rows;
  cli::Table table(
      {"ID", "AGE", "FEATURE", "ROLE", "TYPE", "COMMIT", "MESSAGE"});
  if (store) {
    for (const store::Event& e : store::list_events(*store, {.limit = count})) {
      rows.emplace_back(overview::event_json(e));
      table.add({std::to_string(e.id), text::short_age(clock::now() - e.at),
                 e.spec_id.value_or("-"), e.role.value_or("-"), e.type,
                 e.commit.value_or("-").substr(0, 10), e.message});
    }
  }
  return cli::print(invocation,
                    {.data = {{"events", rows}},
                     .rows = "events",
                     .fields = overview::event_fields(),
                     .human = rows.empty() ? "no events\n" : table.text()});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "recent",
    .group = cli::Group::Store,
    .summary = "show the latest events",
    .synopsis = {"[<n>] [--follow]"},
    .options = {{"follow", 'f', Arity::Flag, "",
                 "go on with new events as JSON lines, until interrupted"}},
    .listing = true,
    .run = run};

}  // namespace orch
