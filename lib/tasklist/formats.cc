// SPDX-License-Identifier: MIT
#include "tasklist/formats.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "error/error.h"
#include "json/value.h"
#include "tasklist/forms.h"
#include "tasklist/page.h"
#include "tasklist/words.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

const std::vector<std::string> kForms = {"md", "json", "csv", "github"};
const std::vector<std::string> kStatuses = {"open", "doing", "blocked", "done",
                                            "dropped"};

void require_line(std::string_view text, const std::string& what,
                  const std::string& where) {
  static constexpr std::string_view kBreaks("\n\r\0", 3);
  const std::size_t at = text.find_first_of(kBreaks);
  if (at == std::string_view::npos) return;
  throw Error(
      ErrorCode::Usage,
      where + (text[at] == '\0' ? "NUL byte" : "line break") + " in " + what);
}

void require_id(const std::string& id, const std::string& where) {
  if (!is_task_id(id))
    throw Error(ErrorCode::Usage,
                where + "'" + text::printable(id) + "' cannot be a task id");
}

// Whether the first entry has no id of ours: ours are text, GitHub's numbers.
bool looks_like_issues(std::string_view bytes, const std::string& file) {
  const json::Value page = parse_page(bytes, file);
  const json::Array* entries = page.as_array();
  return entries && !entries->empty() && (*entries)[0].as_object() &&
         !(*entries)[0]["id"].as_string();
}

}  // namespace

void Checked::add(Task task, const std::string& where) {
  require_id(task.id, where);
  if (task.status.empty()) task.status = "open";
  task.held = task.held && task.status == "blocked";
  if (std::find(kStatuses.begin(), kStatuses.end(), task.status) ==
      kStatuses.end())
    throw Error(ErrorCode::Usage,
                where + "unknown status '" + text::printable(task.status) + "'",
                "one of " + text::join(kStatuses, ", "));
  require_line(task.title, "the title of '" + task.id + "'", where);
  require_line(task.owner, "the owner of '" + task.id + "'", where);
  require_line(task.section, "the section of '" + task.id + "'", where);
  for (const std::string& id : task.depends_on) require_id(id, where);
  if (!task.parent.empty()) require_id(task.parent, where);
  if (!ids_.insert(task.id).second)
    throw Error(ErrorCode::Usage,
                where + "duplicate task id '" + task.id + "'");
  tasks_.push_back(std::move(task));
}

Form form_of(std::string_view name) {
  const auto it = std::find(kForms.begin(), kForms.end(), name);
  if (it == kForms.end())
    throw UsageError("unknown format '" + text::printable(name) + "'",
                     "one of " + text::join(kForms, ", "));
  return static_cast<Form>(it - kForms.begin());
}

Form guess_form(std::string_view bytes, const std::string& file) {
  const std::string name = text::lower(file);
  if (name.ends_with(".md") || name.ends_with(".markdown"))
    return Form::Markdown;
  if (name.ends_with(".csv")) return Form::Csv;
  if (name.ends_with(".json"))
    return looks_like_issues(bytes, file) ? Form::GitHub : Form::Json;
  throw UsageError("cannot tell the format of '" + text::printable(file) + "'",
                   "name it: one of " + text::join(kForms, ", "));
}

std::string write_tasks(const std::vector<Task>& tasks, Form form) {
  Checked checked;
  for (const Task& task : tasks) checked.add(task, "cannot write tasks: ");
  const std::vector<Task> all = checked.take();
  switch (form) {
    case Form::Markdown:
      return write_markdown(all);
    case Form::Json:
      return write_json(all);
    case Form::Csv:
      return write_csv(all);
    case Form::GitHub:
      break;
  }
  return write_github(all);
}

std::vector<Task> parse_tasks(std::string_view bytes, Form form,
                              const std::string& file) {
  switch (form) {
    case Form::Markdown:
      return parse_markdown(bytes, file);
    case Form::Json:
      return parse_json(bytes, file);
    case Form::Csv:
      return parse_csv(bytes, file);
    case Form::GitHub:
      break;
  }
  return parse_github(bytes, file);
}

}  // namespace orch::tasklist
