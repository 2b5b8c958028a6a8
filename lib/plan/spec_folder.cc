// SPDX-License-Identifier: MIT
#include <array>

#include "plan/lines.h"
#include "plan/parts.h"
#include "plan/sections.h"
#include "plan/spec.h"
#include "plan/spec_tasks.h"
#include "text/text.h"

namespace orch::plan {
namespace {

bool is_blank(std::string_view text) { return text::trim(text).empty(); }

// What stands for "not filled in".
bool is_open(std::string_view value) {
  return value.empty() || value == "N/A" || value == "None" ||
         value.starts_with('[') ||
         value.find("NEEDS CLARIFICATION") != std::string_view::npos;
}

// "**Storage**: SQLite" as "Storage: SQLite".
void add_context(const Line& line, std::vector<std::string>& to) {
  if (line.kind != Line::Kind::Text && line.kind != Line::Kind::Item) return;
  const auto label = label_of(line.text);
  if (!label || !label->colon || is_open(label->text)) return;
  to.push_back(std::string(label->name) + ": " + std::string(label->text));
}

void add_plan(std::string_view bytes, const std::string& file, Spec& spec) {
  const std::string text = readable_text(bytes, file);
  bool in_context = false;
  int level = 0;
  for (const Line& line : lines_of(text)) {
    if (line.kind == Line::Kind::Heading) {
      const bool context = line.text.starts_with("Technical Context");
      in_context = context || (in_context && line.level > level);
      if (context) level = line.level;
    } else if (in_context) {
      add_context(line, spec.constraints);
    }
  }
  if (spec.goal.empty())
    if (const Spec plan = parse_spec(bytes, file); !is_open(plan.goal))
      spec.goal = plan.goal;
}

}  // namespace

Spec parse_spec_folder(std::string_view spec, std::string_view plan,
                       std::string_view tasks, const std::string& folder) {
  Spec out = parse_spec(spec, folder + "/spec.md");
  if (!is_blank(plan)) add_plan(plan, folder + "/plan.md", out);
  if (is_blank(tasks)) return out;
  const std::string file = folder + "/tasks.md";
  const std::string text = readable_text(tasks, file);
  auto boxes = boxes_of(text, lines_of(text), file, {});
  if (boxes.empty()) return out;
  require_order(boxes, file);
  out.tasks = std::move(boxes);
  return out;
}

}  // namespace orch::plan
