// SPDX-License-Identifier: MIT
//
// The plan's file, as YAML and as JSON.
#include "error/error.h"
#include "fuzz/targets.h"
#include "json/value.h"
#include "plan/document.h"

namespace orch::fuzz {

void plan(std::string_view input) {
  orch::plan::is_plan(input);
  orch::plan::Plan read;
  try {
    read = orch::plan::parse_plan(input, "p.yaml");
  } catch (const Error&) {
    return;
  }
  const std::string written = orch::plan::write_plan(read);
  require(orch::plan::is_plan(written), "what is written is known as a plan");
  require(orch::plan::parse_plan(written, "p.yaml") == read,
          "parse_plan(write_plan(p)) is p");
  require(orch::plan::parse_plan(
              json::to_text(json::Value(orch::plan::plan_json(read))),
              "p.json") == read,
          "the plan that is printed is the plan");
}

}  // namespace orch::fuzz
