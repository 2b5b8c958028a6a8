// SPDX-License-Identifier: MIT
#include <cctype>

#include "error/error.h"
#include "tasklist/entry.h"
#include "tasklist/forms.h"
#include "tasklist/page.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

constexpr std::string_view kStatusLabel = "status:";

// The status that a label names: REST gives objects, takes texts.
std::string label_status(const json::Value& issue) {
  const json::Array* labels = issue["labels"].as_array();
  if (!labels) return {};
  for (const json::Value& label : *labels) {
    const std::string* name = label.as_string();
    if (!name) name = label["name"].as_string();
    if (!name || !name->starts_with(kStatusLabel)) continue;
    const std::string status = name->substr(kStatusLabel.size());
    if (status == "doing" || status == "blocked" || status == "dropped")
      return status;
  }
  return {};
}

// The state wins over the labels: people close issues and leave them.
std::string status_of(const json::Value& issue, const std::string& where) {
  const std::string state = text::lower(text_in(issue, "state", where));
  const std::string label = label_status(issue);
  if (state.empty() || state == "open")
    return label.empty() || label == "dropped" ? "open" : label;
  if (state != "closed")
    throw Error(ErrorCode::Usage,
                where + "unknown state '" + text::printable(state) + "'");
  std::string reason = text_in(issue, "state_reason", where);
  if (reason.empty()) reason = text_in(issue, "stateReason", where);
  reason = text::lower(reason);
  return label == "dropped" || reason == "not_planned" || reason == "duplicate"
             ? "dropped"
             : "done";
}

std::string take(Note& note, const std::string& key) {
  const auto it = note.find(key);
  return it == note.end() ? std::string() : it->second;
}

Task task_of(const json::Value& issue, const std::string& where) {
  const std::string title = text_in(issue, "title", where);
  Note note = split_notes(text_in(issue, "body", where)).note;
  Task task;
  task.id = take(note, "id");
  if (!task.id.empty() && title.starts_with(task.id + ": ")) {
    task.title = title.substr(task.id.size() + 2);
  } else {  // no issue of ours, or its title was edited
    Entry entry = read_entry(title);
    if (task.id.empty()) task.id = std::move(entry.id);
    task.title = std::move(entry.title);
    task.depends_on = std::move(entry.depends_on);
  }
  if (task.id.empty()) {
    const auto number = issue["number"].as_integer();
    if (!number || *number < 1)
      throw Error(ErrorCode::Usage, where + "neither a task id nor a number");
    task.id = "GH-" + std::to_string(*number);
  }
  if (note.contains("depends"))
    task.depends_on = text::split_list(note["depends"], ',');
  task.status = status_of(issue, where);
  task.owner = take(note, "owner");
  task.section = take(note, "section");
  task.parent = take(note, "parent");
  task.held = take(note, "held") == "yes";
  return task;
}

json::Object issue_of(const Task& task) {
  Note note = {{"id", task.id}};
  if (!task.owner.empty()) note["owner"] = task.owner;
  if (!task.section.empty()) note["section"] = task.section;
  if (!task.parent.empty()) note["parent"] = task.parent;
  if (task.held) note["held"] = "yes";
  if (!task.depends_on.empty())
    note["depends"] = text::join(task.depends_on, ",");
  json::Array labels;
  if (task.status != "open" && task.status != "done")
    labels.emplace_back(std::string(kStatusLabel) + task.status);
  const bool closed = task.status == "done" || task.status == "dropped";
  json::Value reason;
  if (closed) reason = task.status == "done" ? "completed" : "not_planned";
  return {{"title", task.id + ": " + task.title}, {"body", note_text(note)},
          {"state", closed ? "closed" : "open"},  {"state_reason", reason},
          {"labels", std::move(labels)},          {"assignees", json::Array{}}};
}

}  // namespace

std::string write_github(const std::vector<Task>& tasks) {
  json::Array issues;
  for (const Task& task : tasks) issues.emplace_back(issue_of(task));
  return json::to_text(std::move(issues)) + "\n";
}

std::vector<Task> parse_github(std::string_view bytes,
                               const std::string& file) {
  const json::Value page = parse_page(bytes, file);
  if (!page.as_array())
    throw Error(ErrorCode::Usage, file + ": no list of issues");
  Checked tasks;
  std::size_t number = 0;
  for (const json::Value& issue : *page.as_array()) {
    const std::string where = entry_place(file, ++number);
    if (!issue.as_object())
      throw Error(ErrorCode::Usage, where + "not an object");
    // REST lists pull requests among the issues.
    if (issue["pull_request"].is_null())
      tasks.add(task_of(issue, where), where);
  }
  return tasks.take();
}

}  // namespace orch::tasklist
