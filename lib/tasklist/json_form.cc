// SPDX-License-Identifier: MIT
#include "error/error.h"
#include "tasklist/forms.h"
#include "tasklist/page.h"

namespace orch::tasklist {
namespace {

std::vector<std::string> ids_in(const json::Value& list,
                                const std::string& where) {
  if (list.is_null()) return {};
  const auto fail = [&] {
    throw Error(ErrorCode::Usage, where + "'depends_on' is not a list of ids");
  };
  if (!list.as_array()) fail();
  std::vector<std::string> ids;
  for (const json::Value& id : *list.as_array()) {
    if (!id.as_string()) fail();
    ids.push_back(*id.as_string());
  }
  return ids;
}

// {"tasks":[…]}, the list alone, or what a verb printed with --json.
const json::Array* entries_of(const json::Value& page) {
  if (const auto* bare = page.as_array()) return bare;
  if (const auto* tasks = page["tasks"].as_array()) return tasks;
  return page["data"]["tasks"].as_array();
}

}  // namespace

std::string write_json(const std::vector<Task>& tasks) {
  json::Array entries;
  for (const Task& t : tasks) {
    json::Object entry{{"id", t.id},
                       {"title", t.title},
                       {"status", t.status},
                       {"owner", t.owner},
                       {"depends_on", t.depends_on},
                       {"section", t.section},
                       {"parent", t.parent}};
    if (t.held) entry.emplace_back("held", true);
    entries.emplace_back(std::move(entry));
  }
  return json::to_text(json::Object{{"tasks", std::move(entries)}}) + "\n";
}

std::vector<Task> parse_json(std::string_view bytes, const std::string& file) {
  const json::Value page = parse_page(bytes, file);
  const json::Array* entries = entries_of(page);
  if (!entries)
    throw Error(ErrorCode::Usage, file + ": no list of tasks",
                R"(it is {"tasks":[{"id":"T001","title":"…"}]})");
  Checked tasks;
  std::size_t number = 0;
  for (const json::Value& entry : *entries) {
    const std::string where = entry_place(file, ++number);
    if (!entry.as_object())
      throw Error(ErrorCode::Usage, where + "not an object");
    Task task;
    task.id = text_in(entry, "id", where);
    task.title = text_in(entry, "title", where);
    task.status = text_in(entry, "status", where);
    task.owner = text_in(entry, "owner", where);
    task.depends_on = ids_in(entry["depends_on"], where);
    task.section = text_in(entry, "section", where);
    task.parent = text_in(entry, "parent", where);
    task.held = entry["held"].as_bool().value_or(false);
    tasks.add(std::move(task), where);
  }
  return tasks.take();
}

}  // namespace orch::tasklist
