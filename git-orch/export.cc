// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "overview/follow.h"
#include "overview/overview.h"
#include "overview/target.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using overview::ExportFormat;
using repository::Repository;

ExportFormat parse_format(const std::string& name) {
  if (name == "md") return ExportFormat::Markdown;
  if (name == "html") return ExportFormat::Html;
  if (name == "json") return ExportFormat::Json;
  if (name == "csv") return ExportFormat::Csv;
  if (name == "jsonl") return ExportFormat::JsonLines;
  throw UsageError("unknown format '" + name + "'",
                   "known: md, html, json, csv, jsonl");
}

// The second operand or --output; empty: standard output.
std::string path_of(const Invocation& invocation) {
  const auto option = invocation.find("output");
  if (option && invocation.operands().size() > 1)
    throw UsageError("the file is named twice");
  const std::string path = option.value_or(invocation.operand(1));
  if (path.empty() && (option || invocation.operands().size() > 1))
    throw UsageError("the name of the file is empty");
  return path == "-" ? "" : path;
}

// What the name of a file says about its format.
std::optional<ExportFormat> format_by_name(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  const std::string end = path.substr(dot + 1);
  if (end == "html" || end == "htm") return ExportFormat::Html;
  if (end == "json") return ExportFormat::Json;
  if (end == "csv") return ExportFormat::Csv;
  if (end == "jsonl" || end == "ndjson") return ExportFormat::JsonLines;
  return std::nullopt;
}

ExportFormat format_of(const Invocation& invocation, const std::string& path) {
  if (const auto name = invocation.find("format")) return parse_format(*name);
  if (invocation.has("follow")) return ExportFormat::JsonLines;
  if (const auto format = format_by_name(path)) return *format;
  return invocation.format() == cli::Format::Json && path.empty()
             ? ExportFormat::Json
             : ExportFormat::Markdown;
}

int write_file(const Invocation& invocation, const Repository& repository,
               store::Store& store, ExportFormat format,
               const std::string& path) {
  overview::require_target(repository, path);
  file::write_atomically(
      path, overview::export_feature(store, invocation.operand(0), format),
      0644);
  return cli::print(invocation,
                    {.data = {{"file", path}},
                     .human = "wrote " + text::printable(path) + "\n"});
}

int follow(const Invocation& invocation, const Repository& repository,
           store::Store& store, ExportFormat format) {
  const auto print = [&](const store::Event& e) {
    overview::write_now(overview::event_line(e, format));
  };
  if (format == ExportFormat::Csv) overview::write_now(overview::csv_heading());
  overview::follow_events(repository, store, invocation.operand(0), 0, print);
}

int run(const Invocation& invocation) {
  invocation.expect_operands(1, 2);
  const std::string spec_id = invocation.operand(0);
  const std::string path = path_of(invocation);
  const ExportFormat format = format_of(invocation, path);
  if (invocation.has("follow")) {
    if (format != ExportFormat::JsonLines && format != ExportFormat::Csv)
      throw UsageError("--follow prints events, which pages do not",
                       "use --format jsonl or csv");
    if (!path.empty()) throw UsageError("--follow writes no file");
  }
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store) throw agent::no_feature(spec_id);
  agent::require_feature(repository, *store, spec_id);
  if (invocation.has("follow"))
    return follow(invocation, repository, *store, format);
  if (!path.empty())
    return write_file(invocation, repository, *store, format, path);
  if (invocation.format() == cli::Format::Json) {
    const std::string page = overview::export_feature(*store, spec_id, format);
    if (format == ExportFormat::Json)
      return cli::print(invocation, {.data = *json::parse(page)->as_object()});
    return cli::print(invocation, {.data = {{"text", page}}});
  }
  if (invocation.quiet()) return kDone;
  overview::export_feature(*store, spec_id, format, overview::write_out);
  overview::write_now("");
  return kDone;
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "export",
    .group = cli::Group::Store,
    .summary = "write a feature's page or all its events",
    .synopsis = {"<spec-id> [<file>] [--format md|html|json|csv|jsonl]",
                 "<spec-id> --follow [--format jsonl|csv]"},
    .options =
        {{"format", 0, Arity::One, "format",
          "md (default), html: a page; json: all of it; csv, jsonl: events"},
         {"output", 'o', Arity::One, "file", "write to this file"},
         {"follow", 'f', Arity::Flag, "",
          "go on with new events, until interrupted"}},
    .run = run};

}  // namespace orch
