// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/which_feature.h"
#include "board/board.h"
#include "board/kept.h"
#include "board/watch.h"
#include "cli/locale.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "hook/store_watch.h"
#include "installation/installation.h"
#include "memo/memo.h"
#include "overview/all.h"
#include "overview/follow.h"
#include "overview/keep.h"
#include "overview/overview.h"
#include "overview/work.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

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
          .ascii = !cli::speaks_utf8()};
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

std::string prompt_text(const Invocation& invocation,
                        const json::Object& data) {
  const std::string line =
      board::prompt_line(json::Value(data), look_of(invocation));
  return line.empty() ? "" : line + "\n";
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
  return format == "prompt"
             ? prompt_text(invocation, data)
             : board::status_text(json::Value(data), look_of(invocation));
}

// The answer where there is no store: empty, in every form.
int run_without_store(const Invocation& invocation, const std::string& format) {
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty()) throw agent::no_feature(spec_id);
  const overview::Status none;
  const json::Object data = overview::status_json(none);
  std::string human = "git orch is not set up here; git orch init does it\n";
  if (!format.empty())
    human = human_text(invocation, format, nullptr, none, data);
  return print(invocation, format, data, human);
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
    human = prompt_text(invocation, data);
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
  hook::StoreWatch changes;
  changes.add("", repository);
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
                .changes = changes.descriptor(),
                .take_changes = [&] { return !changes.take().empty(); }},
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
  if (form) overview::keep(repository, *store, stamp, s, data);
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
