// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "board/board.h"
#include "board/kept.h"
#include "board/watch.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "memo/memo.h"
#include "overview/all.h"
#include "overview/follow.h"
#include "overview/overview.h"
#include "overview/work.h"
#include "process/namespace.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

// A kept answer speaks of what no event tells, too: how much memory an agent's
// history takes, or that it came back often lately. So it is not kept for long.
constexpr std::int64_t kKeptMs = 10 * 60 * 1000;

const std::vector<std::string> kFields = {
    "spec_id", "status", "base", "conflicts", "blockers", "prs", "tests"};

std::string format_of(const Invocation& invocation) {
  const std::string format = invocation.find("format").value_or("");
  if (!invocation.has("format")) return "";
  if (format != "md" && format != "csv" && format != "json" &&
      format != "prompt")
    throw UsageError("unknown format '" + format + "'",
                     "known: md, csv, json, prompt");
  if (invocation.format() != cli::Format::Human)
    throw UsageError("--format is a form of its own: give no other");
  return format;
}

board::Look look_of(const Invocation& invocation) {
  return {.now = clock::now(),
          .verbose = invocation.has("verbose"),
          .ascii = board::wants_ascii()};
}

int print(const Invocation& invocation, const std::string& format,
          json::Object data, const std::string& human) {
  if (format == "json") {
    std::puts(json::to_text(
                  json::Object{{"version", 1}, {"ok", true}, {"data", data}})
                  .c_str());
    return kDone;
  }
  return cli::print(invocation, {.data = std::move(data),
                                 .rows = "features",
                                 .fields = kFields,
                                 .human = human});
}

std::string human_text(const Invocation& invocation, const std::string& format,
                       store::Store* store, const overview::Status& s,
                       const json::Object& data) {
  if (format == "csv") return overview::status_csv(s);
  if (format == "md") {
    std::string out;
    for (const overview::FeatureStatus& fs : s.features)
      out += overview::feature_page(*store, fs);
    return out;
  }
  if (invocation.format() != cli::Format::Human || format == "json") return "";
  if (format != "prompt")
    return board::status_text(json::Value(data), look_of(invocation));
  const std::string line =
      board::prompt_line(json::Value(data), look_of(invocation));
  return line.empty() ? "" : line + "\n";
}

// The answer where there is no store: empty, in every form.
int run_without_store(const Invocation& invocation, const std::string& format) {
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty())
    throw Error(ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
                "git orch init-feature " + spec_id);
  const overview::Status none;
  const json::Object data = overview::status_json(none);
  std::string human = "git orch is not set up here; git orch init does it\n";
  if (!format.empty())
    human = human_text(invocation, format, nullptr, none, data);
  return print(invocation, format, data, human);
}

// Whether the next call may be answered with this, as far as agents go: those
// that start, end or come back change without an event.
std::optional<std::vector<process::Identity>> living(
    const overview::Status& s) {
  std::vector<process::Identity> out;
  const auto note = [&](const overview::AgentStatus& seen) {
    const store::Agent& a = seen.agent;
    if (a.state == "stopped" ||
        (a.state == "exited" && !a.restart_at && a.state_source != "process"))
      return true;
    if (a.pid == 0 ||
        (a.pid_namespace != 0 && a.pid_namespace != process::pid_namespace()) ||
        a.state == "exited" || a.state == "lost" || a.state == "starting")
      return false;
    out.push_back(
        {static_cast<pid_t>(a.pid), static_cast<std::uint64_t>(a.pid_start)});
    return true;
  };
  for (const overview::FeatureStatus& fs : s.features)
    for (const overview::AgentStatus& a : fs.agents)
      if (!note(a)) return std::nullopt;
  for (const overview::AgentStatus& a : s.others)
    if (!note(a)) return std::nullopt;
  return out;
}

void keep(const Repository& repository, store::Store& store,
          const memo::Stamp& stamp, const overview::Status& s,
          const json::Object& data) {
  const std::int64_t now = s.now;
  auto alive = living(s);
  if (!alive || s.overdue > 0) return;
  std::int64_t until = now + kKeptMs;
  if (const auto turn = store::next_turn(store, now))
    until = std::min(until, *turn);
  for (const store::Landed& l : s.landed)
    until = std::min(until, l.at + overview::kLatelyMs);
  memo::keep(repository, stamp,
             {.now = now,
              .until = until,
              .alive = std::move(*alive),
              .daemon = s.daemon,
              .answer = json::to_text(data)});
}

// The form whose answer is kept; absent for everything else.
std::optional<board::Form> kept_form(const Invocation& invocation,
                                     const std::string& format) {
  if (!invocation.operands().empty() || invocation.has("verbose") ||
      invocation.quiet() || invocation.format() == cli::Format::Porcelain)
    return std::nullopt;
  if (invocation.format() == cli::Format::Json || format == "json")
    return board::Form::Json;
  if (format == "prompt") return board::Form::Prompt;
  return format.empty() ? std::optional(board::Form::Human) : std::nullopt;
}

int print_all(const Invocation& invocation, const std::string& format) {
  if (!invocation.operands().empty())
    throw UsageError("--all shows every repository: name no feature");
  if (format == "md" || invocation.format() == cli::Format::Porcelain)
    throw UsageError("--all has no such form", "known: csv, json, prompt");
  const auto all = overview::look_at_all();
  const json::Object data = overview::all_json(all);
  std::string human;
  if (format == "csv")
    human = overview::all_csv(all);
  else if (format == "prompt")
    human = board::prompt_line(json::Value(data), look_of(invocation)) + "\n";
  else if (format.empty())
    human = board::all_text(json::Value(data), look_of(invocation));
  return print(invocation, format, data, human);
}

int watch_all(const Invocation& invocation) {
  board::watch(
      {.data =
           [] {
             return json::Value(overview::all_json(overview::look_at_all()));
           },
       .text = board::all_text,
       .items = board::repositories_in,
       .enter =
           [](const std::string& path) {
             return std::vector<std::string>{"git",  "-C",     path,
                                             "orch", "status", "--watch"};
           },
       .send = {},
       .directories = {},
       .every_ms = 2000},
      invocation.has("verbose"));
  return kDone;
}

// One line of JSON now, and one whenever it says something else, until nobody
// reads them any more.
int stream(const Invocation& invocation, const Repository& repository,
           store::Store& store) {
  std::string last;
  const auto look = [&] {
    store.require_current();
    overview::Status s = overview::status(store, invocation.operand(0));
    const std::string line = json::to_text(json::Object{
        {"version", 1}, {"ok", true}, {"data", overview::status_json(s)}});
    if (line != last) overview::write_now(line + "\n");
    last = line;
    overview::end_without_reader();
    return false;
  };
  while (true) hook::fold_until(repository, store, look, 1000);
}

int watch(const Invocation& invocation, const std::string& format) {
  if (!format.empty() || invocation.format() == cli::Format::Porcelain)
    throw UsageError("--watch has no such form", "known: --json");
  if (invocation.has("all")) return watch_all(invocation);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty()) agent::require_feature(repository, *store, spec_id);
  if (invocation.format() == cli::Format::Json)
    return stream(invocation, repository, *store);
  const std::string bin = installation::bin_directory();
  board::watch({.data =
                    [&] {
                      store = hook::find_store(repository);
                      if (!store)
                        throw Error(ErrorCode::Io, "the store is gone");
                      overview::Status s = overview::status(*store, spec_id);
                      if (invocation.has("verbose"))
                        overview::add_work(repository, s);
                      return json::Value(overview::status_json(s));
                    },
                .text = board::status_text,
                .items = board::agents_in,
                .enter =
                    [&](const std::string& agent) {
                      return std::vector<std::string>{bin + "/git-orch-agent",
                                                      "attach", agent};
                    },
                .send =
                    [&](const std::string& agent, const std::string& text) {
                      return std::vector<std::string>{bin + "/git-orch-send",
                                                      "-m", text, "--", agent};
                    },
                .directories = {repository.orch_dir(),
                                repository.orch_dir() + "/spool"}},
               invocation.has("verbose"));
  return kDone;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const std::string format = format_of(invocation);
  if (invocation.has("watch")) return watch(invocation, format);
  if (invocation.has("all")) return print_all(invocation, format);
  // A prompt is drawn everywhere.
  if (format == "prompt" && !repository::find(file::current_directory()))
    return kDone;
  const auto repository = repository::require();
  const auto form = kept_form(invocation, format);
  if (form && board::print_kept(repository, *form)) return kDone;
  auto store = hook::find_store(repository);
  if (!store) return run_without_store(invocation, format);
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty()) agent::require_feature(repository, *store, spec_id);
  const memo::Stamp stamp = memo::take_stamp(repository);
  overview::Status s = overview::status(*store, spec_id);
  if (invocation.has("verbose")) overview::add_work(repository, s);
  const json::Object data = overview::status_json(s);
  if (form) keep(repository, *store, stamp, s, data);
  return print(invocation, format, data,
               human_text(invocation, format, &*store, s, data));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "status",
    .group = cli::Group::Work,
    .summary = "show features, agents and what is open",
    .synopsis = {"[<spec-id>] [-v] [--format md|csv|json|prompt]",
                 "--all [--format csv|json|prompt]",
                 "[<spec-id> | --all] --watch [-v]"},
    .options = {{"all", 'a', Arity::Flag, "",
                 "every repository of yours, with how well its team is"},
                {"watch", 'w', Arity::Flag, "",
                 "stay, and show changes as they come"},
                {"verbose", 'v', Arity::Flag, "",
                 "also commits ahead and behind, open changes, where a state "
                 "comes from"},
                {"format", 0, Arity::One, "format",
                 "md: a page for each feature; csv: a line for each agent; "
                 "json: as --json; prompt: one line for a shell's prompt"}},
    .listing = true,
    .run = run};

}  // namespace orch
