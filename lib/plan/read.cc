// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "error/error.h"
#include "graph/ring.h"
#include "plan/document.h"
#include "plan/team.h"
#include "tasklist/page.h"
#include "tasklist/words.h"
#include "text/text.h"
#include "yaml/node.h"

namespace orch::plan {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

using yaml::Node;

const Node& at_key(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  return node ? *node : map;
}

[[noreturn]] void refuse(const Node& at, const std::string& file,
                         const std::string& what) {
  throw UsageError(file + ":" + std::to_string(std::max(at.line, 1)) + ":" +
                   std::to_string(std::max(at.column, 1)) + ": " + what);
}

std::string near_to(const std::string& name,
                    const std::vector<std::string>& known) {
  const std::string near = text::nearest(name, known);
  return near.empty() ? "" : ", did you mean '" + near + "'?";
}

std::string text_of(yaml::Reader& reader, std::string_view key) {
  return reader.text(key).value_or("");
}

std::string require_text(yaml::Reader& reader, const Node& map,
                         std::string_view key) {
  const auto text = reader.text(key);
  if (!text) reader.fail(map, "'" + std::string(key) + "' is missing");
  return *text;
}

Kind read_project(const Node& map, const std::string& file) {
  yaml::Reader reader(map, file);
  Kind kind;
  kind.team = text_of(reader, "type");
  kind.confidence = reader.number("confidence").value_or(0);
  if (kind.confidence < 0 || kind.confidence > 100)
    reader.fail(at_key(map, "confidence"), "'confidence' is not 0 to 100");
  kind.decided_by = text_of(reader, "decided_by");
  kind.because = reader.texts("because");
  reader.reject_unknown_keys();
  return kind;
}

// Roles with reasons; a bare name is one without.
template <typename Choice>
std::vector<Choice> read_roles(const Node* list, const std::string& file) {
  std::vector<Choice> choices;
  std::set<std::string> told;
  if (!list) return choices;
  for (const Node& item : list->items) {
    Choice choice;
    if (item.kind == Node::Kind::Scalar) {
      choice.role = item.scalar;
    } else {
      yaml::Reader reader(item, file);
      choice.role = require_text(reader, item, "role");
      choice.because = text_of(reader, "because");
      reader.reject_unknown_keys();
    }
    const Node& at = at_key(item, "role");
    if (!role::is_role_name(choice.role))
      refuse(at, file, "'" + choice.role + "' is no name of a role");
    if (!told.insert(choice.role).second)
      refuse(at, file, "role '" + choice.role + "' twice");
    choices.push_back(std::move(choice));
  }
  return choices;
}

class Tasks {
 public:
  Tasks(const std::vector<Member>& team, const std::string& file)
      : file_(file) {
    for (const Member& member : team) roles_.push_back(member.role);
  }

  std::vector<PlannedTask> read(const Node* list) {
    if (!list) return {};
    for (const Node& item : list->items) add(item);
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      for (const std::string& id : tasks_[i].depends_on)
        if (!nodes_.contains(id))
          fail(at_key(list->items[i], "depends_on"),
               "task '" + tasks_[i].id + "' waits for unknown task '" + id +
                   "'" + near_to(id, ids_));
    require_no_ring();
    return std::move(tasks_);
  }

 private:
  [[noreturn]] void fail(const Node& at, const std::string& what) const {
    refuse(at, file_, what);
  }

  void add(const Node& item) {
    yaml::Reader reader(item, file_);
    PlannedTask task;
    task.id = require_text(reader, item, "id");
    task.title = text_of(reader, "title");
    task.role = text_of(reader, "role");
    task.phase = text_of(reader, "phase");
    task.depends_on = reader.texts("depends_on");
    reader.reject_unknown_keys();
    const Node& at = at_key(item, "id");
    if (!tasklist::is_task_id(task.id))
      fail(at, "'" + task.id + "' is no id of a task");
    if (!nodes_.emplace(task.id, &at).second)
      fail(at, "task '" + task.id + "' twice");
    if (!task.role.empty() &&
        std::find(roles_.begin(), roles_.end(), task.role) == roles_.end())
      fail(at_key(item, "role"), "role '" + task.role + "' is not in the team" +
                                     near_to(task.role, roles_));
    ids_.push_back(task.id);
    tasks_.push_back(std::move(task));
  }

  void require_no_ring() const {
    graph::Needs needs;
    for (const PlannedTask& task : tasks_) needs[task.id] = task.depends_on;
    const std::vector<std::string> ring = graph::ring_in(needs);
    if (ring.empty()) return;
    fail(*nodes_.at(ring[0]),
         "tasks wait for each other: " + text::join(ring, " -> "));
  }

  const std::string& file_;
  std::vector<std::string> roles_, ids_;
  std::map<std::string, const Node*> nodes_;
  std::vector<PlannedTask> tasks_;
};

// What a verb printed has the plan inside.
const Node& plan_in(const Node& root) {
  const Node* data = root.find("data");
  return data && data->kind == Node::Kind::Map && !root.find("tasks") ? *data
                                                                      : root;
}

void check_head(yaml::Reader& reader, const Node& root, const Plan& plan,
                bool is_json) {
  const auto version = reader.number("plan");
  if (!version && !is_json)
    reader.fail(root, "'plan: 1' is missing, so this is no plan");
  if (version && *version != 1)
    reader.fail(at_key(root, "plan"), "'plan: " + std::to_string(*version) +
                                          "' is not 1, the only form there is");
  if (!plan.spec_id.empty() && !text::is_spec_id(plan.spec_id))
    reader.fail(at_key(root, "spec_id"),
                "'" + plan.spec_id + "' is no spec-id ([a-z0-9._-])");
  if (!plan.size.empty() && !size_named(plan.size))
    reader.fail(at_key(root, "size"),
                "'size: " + plan.size + "' is none of small, medium, large");
}

// JSON is YAML, but for the escapes "\/" and "\ud83d\ude00".
Node parse_json(std::string_view bytes, const std::string& file) {
  const json::Value value = tasklist::parse_page(bytes, file);
  const bool plain = bytes.find("\\u") == std::string_view::npos &&
                     bytes.find("\\/") == std::string_view::npos;
  return yaml::parse(plain ? std::string(bytes) : json::to_text(value), file);
}

bool is_json(std::string_view bytes) {
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  return text::trim(bytes).starts_with('{');
}

// "key:" or "key: …" at the start of a line.
bool is_key_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view key = line.substr(0, colon);
  return std::all_of(key.begin(), key.end(), [](char c) {
    return c == '_' || std::islower(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

bool is_plan(std::string_view bytes) {
  if (is_json(bytes)) return true;
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = text::trim_end(bytes.substr(0, end));
    if (line.starts_with("plan:") && line.size() > 5 &&
        std::isdigit(static_cast<unsigned char>(line.back())) != 0)
      return true;
    const bool fits = line.empty() || line[0] == '#' || line[0] == ' ' ||
                      line == "---" || line[0] == '-' || is_key_line(line);
    if (!fits) return false;
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return false;
}

Plan parse_plan(std::string_view bytes, const std::string& file) {
  const bool json = is_json(bytes);
  const Node page = json ? parse_json(bytes, file) : yaml::parse(bytes, file);
  const Node& root = json ? plan_in(page) : page;
  yaml::Reader reader(root, file);
  Plan plan;
  plan.spec_id = text_of(reader, "spec_id");
  plan.name = text_of(reader, "name");
  plan.spec_path = text_of(reader, "spec");
  plan.goal = text_of(reader, "goal");
  plan.base = text_of(reader, "base");
  plan.size = text_of(reader, "size");
  plan.runtime = text_of(reader, "runtime");
  check_head(reader, root, plan, json);
  if (const Node* project = reader.map("project"))
    plan.project = read_project(*project, file);
  plan.team = read_roles<Member>(reader.list("team"), file);
  plan.dropped = read_roles<Dropped>(reader.list("dropped"), file);
  plan.tasks = Tasks(plan.team, file).read(reader.list("tasks"));
  plan.constraints = reader.texts("constraints");
  plan.success_criteria = reader.texts("success_criteria");
  plan.missing = reader.texts("missing");
  reader.list("phases");
  reader.reject_unknown_keys();
  plan.phases = phases_of(plan.tasks);
  return plan;
}

}  // namespace orch::plan
