// SPDX-License-Identifier: MIT
//
// Specifications, alone and as a folder of spec-kit.
#include "plan/spec.h"

#include <set>

#include "error/error.h"
#include "fuzz/targets.h"
#include "plan/document.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

void check_tasks(const std::vector<plan::SpecTask>& tasks) {
  std::set<std::string> ids;
  for (const plan::SpecTask& task : tasks)
    require(!task.id.empty() && ids.insert(task.id).second,
            "every task has an id of its own");
  for (const plan::SpecTask& task : tasks)
    for (const std::string& id : task.depends_on)
      require(ids.contains(id), "a task waits for one that there is");
}

// A plan made of it is read back as it was written.
void check_plan(const plan::Spec& spec) {
  plan::Plan p;
  p.spec_id = "001-x";
  p.name = spec.title;
  p.goal = spec.goal;
  p.project = {"code_project", 0, "", {}};
  p.size = "small";
  p.team = {{"overseer", "leads"}};
  p.tasks = plan::assign(spec, {});
  p.phases = plan::phases_of(p.tasks);
  p.constraints = spec.constraints;
  p.success_criteria = spec.success_criteria;
  require(plan::parse_plan(plan::write_plan(p), "p.yaml") == p,
          "parse_plan(write_plan(p)) is p");
}

}  // namespace

void spec(std::string_view input) {
  const std::string id = plan::spec_id_of(input);
  require(id.empty() || text::is_spec_id(id), "a name gives a spec-id or none");
  try {
    const plan::Spec one = plan::parse_spec(input, "s.md");
    require(one.tasks == plan::parse_spec(input, "s.md").tasks,
            "one text has one meaning");
    check_tasks(one.tasks);
    check_plan(one);
  } catch (const Error& e) {
    require(text::is_utf8(e.what()), "an error is text");
  }
  // The same bytes as the parts of a folder, cut at a line of dashes.
  const std::size_t first = input.find("\n-----\n");
  if (first == std::string_view::npos) return;
  const std::string_view rest = input.substr(first + 7);
  const std::size_t second = rest.find("\n-----\n");
  try {
    check_tasks(plan::parse_spec_folder(
                    input.substr(0, first), rest.substr(0, second),
                    second == std::string_view::npos ? std::string_view()
                                                     : rest.substr(second + 7),
                    "specs/x")
                    .tasks);
  } catch (const Error&) {
    return;
  }
}

}  // namespace orch::fuzz
