// SPDX-License-Identifier: MIT
#include "numbers/metrics.h"

#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "overview/follow.h"
#include "overview/target.h"
#include "store/event_days.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using openmetrics::Family;

// Of events that came with a store of an older version, so many at a call.
constexpr std::int64_t kMostToCount = 1000000;

// A number that is whole is written so.
json::Value number_of(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) == value) return whole;
  return value;
}

json::Array rows_of(const std::vector<Family>& families) {
  json::Array rows;
  for (const Family& f : families) {
    if (f.samples.empty()) continue;
    json::Array samples;
    for (const openmetrics::Sample& s : f.samples) {
      json::Object labels;
      for (const auto& [name, value] : s.labels)
        labels.emplace_back(name, value);
      samples.emplace_back(json::Object{{"name", f.name + s.suffix},
                                        {"labels", std::move(labels)},
                                        {"value", number_of(s.value)}});
    }
    rows.emplace_back(
        json::Object{{"name", f.name},
                     {"type", openmetrics::type_name(f.type)},
                     {"unit", f.unit.empty() ? json::Value() : f.unit},
                     {"help", f.help},
                     {"samples", std::move(samples)}});
  }
  return rows;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto path = invocation.find("output");
  if (path && path->empty()) throw UsageError("the name of the file is empty");
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  std::vector<Family> families;
  if (store) {
    store::catch_up_events(*store, kMostToCount);
    families = numbers::metrics(repository, *store, clock::now());
  }
  const std::string text =
      openmetrics::to_text(families, {{"repository", repository.common_dir}});
  if (!path || *path == "-")
    return cli::print(
        invocation, {.data = {{"metrics", rows_of(families)}}, .human = text});
  overview::require_target(repository, *path);
  file::write_atomically(*path, text, 0644);
  return cli::print(invocation,
                    {.data = {{"file", *path}},
                     .human = "wrote " + text::printable(*path) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "metrics",
    .group = cli::Group::Seeing,
    .summary = "print numbers for Prometheus and others that collect",
    .synopsis = {"[--output <file>]"},
    .options = {{"output", 'o', Arity::One, "file",
                 "replace this file as a whole, as a collector of text files "
                 "needs it"}},
    .run = run};

}  // namespace orch
