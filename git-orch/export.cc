// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "overview/overview.h"

namespace orch {
namespace {

using overview::ExportFormat;

ExportFormat format_of(const std::string& name) {
  if (name == "md") return ExportFormat::Markdown;
  if (name == "json") return ExportFormat::Json;
  if (name == "csv") return ExportFormat::Csv;
  if (name == "jsonl") return ExportFormat::JsonLines;
  throw UsageError("unknown format '" + name + "'",
                   "known: md, json, csv, jsonl");
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 2);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  const std::string spec_id = invocation.operand(0);
  if (!store)
    throw Error(ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
                "git orch init-feature " + spec_id);
  agent::require_feature(repository, *store, spec_id);
  const bool as_json = invocation.format() == cli::Format::Json;
  const std::string path = invocation.operand(1);
  const ExportFormat format =
      format_of(invocation.find("format")
                    .value_or(as_json && path.empty() ? "json" : "md"));
  const std::string page = overview::export_feature(*store, spec_id, format);
  if (!path.empty()) {
    file::write_atomically(path, page, 0644);
    return cli::print(invocation, {.data = {{"file", path}},
                                   .human = "wrote " + path + "\n"});
  }
  if (as_json && format == ExportFormat::Json)
    return cli::print(invocation, {.data = *json::parse(page)->as_object()});
  return cli::print(invocation, {.data = {{"text", page}}, .human = page});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "export",
    .group = cli::Group::Store,
    .summary = "write a feature's page or all its events",
    .synopsis = {"<spec-id> [<file>] [--format md|json|csv|jsonl]"},
    .options = {{"format", 0, Arity::One, "format",
                 "md (default): a page; json: all of it; csv, jsonl: events"}},
    .run = run};

}  // namespace orch
