// SPDX-License-Identifier: MIT
#include "plan/spec_tasks.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "error/error.h"
#include "graph/ring.h"
#include "tasklist/entry.h"
#include "tasklist/tasklist.h"
#include "tasklist/words.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::plan {
namespace {

using Kind = Line::Kind;

std::string single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text::trim(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n';
    if (!blank)
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

std::string_view without_box(std::string_view text) {
  for (const std::string_view box : {"[ ]", "[x]", "[X]"})
    if (text.starts_with(box) && (text.size() == 3 || text[3] == ' '))
      return text::trim(text.substr(3));
  return text;
}

// "UTF-8 everywhere" looks like an id and a title, and is none.
bool is_marked_id(std::string_view text, const std::string& id) {
  if (!text.starts_with(id)) return true;  // emphasis or brackets around it
  if (id.find('-') == std::string::npos) return true;  // T001
  const std::string_view rest = text.substr(id.size());
  for (const std::string_view mark : {":", ". ", " - ", " – ", " — "})
    if (rest.starts_with(mark)) return true;
  return false;
}

std::string counted(std::size_t n) {
  std::string digits = std::to_string(n);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return "T" + digits;
}

bool is_phase(std::string_view heading) {
  return heading.size() > 6 && text::lower(heading.substr(0, 6)) == "phase ";
}

// The phases that headings give, asked with growing lines.
class Phases {
 public:
  explicit Phases(const std::vector<Line>& lines) : lines_(lines) {}

  // Empty without a heading "Phase …" around `line`.
  std::string at(std::size_t line) {
    for (; next_ < lines_.size() && lines_[next_].number <= line; ++next_) {
      const Line& here = lines_[next_];
      if (here.kind != Kind::Heading) continue;
      while (!open_.empty() && open_.back()->level >= here.level)
        open_.pop_back();
      open_.push_back(&here);
    }
    for (auto it = open_.rbegin(); it != open_.rend(); ++it)
      if (is_phase((*it)->text)) return text::cut((*it)->text, 256);
    return {};
  }

 private:
  const std::vector<Line>& lines_;
  std::size_t next_ = 0;
  std::vector<const Line*> open_;
};

[[noreturn]] void refuse(const std::string& file, const SpecTask& task,
                         const std::string& what) {
  throw Error(ErrorCode::Usage,
              file + ":" + std::to_string(task.line) + ":1: " + what);
}

}  // namespace

std::string Work::text() const {
  return id + (id.empty() || title.empty() ? "" : ": ") + title;
}

Work work_of(const Point& point) {
  const std::string text = single_blanks(without_box(point.text));
  tasklist::Entry entry = tasklist::read_entry(text);
  const bool marked = tasklist::is_task_id(entry.id) &&
                      (entry.id.empty() || is_marked_id(text, entry.id));
  Work work;
  work.phase = point.heading;
  work.line = point.line;
  work.depends_on = std::move(entry.depends_on);
  if (!entry.id.empty() && !marked) {
    work.title = text;
    return work;
  }
  work.id = std::move(entry.id);
  work.title = std::move(entry.title);
  return work;
}

std::vector<SpecTask> tasks_of(const std::vector<Work>& requirements,
                               const std::vector<Work>& deliverables) {
  std::vector<const Work*> works;
  std::unordered_set<std::string> titles, ids;
  for (const Work& work : requirements) {
    titles.insert(text::lower(work.title));
    works.push_back(&work);
  }
  for (const Work& work : deliverables)
    if (titles.insert(text::lower(work.title)).second) works.push_back(&work);
  std::vector<SpecTask> tasks;
  for (const Work* work : works) {
    SpecTask task;
    if (ids.insert(work->id).second) task.id = work->id;
    task.title = work->title.empty() ? work->id : work->title;
    task.phase = work->phase;
    task.depends_on = work->depends_on;
    task.line = work->line;
    tasks.push_back(std::move(task));
  }
  std::size_t number = 0;
  for (SpecTask& task : tasks)
    while (task.id.empty())
      if (std::string id = counted(++number); ids.insert(id).second)
        task.id = std::move(id);
  return tasks;
}

std::vector<SpecTask> boxes_of(std::string_view page,
                               const std::vector<Line>& lines,
                               const std::string& file,
                               const std::set<std::size_t>& not_work) {
  if (page.find("[ ]") == page.npos && page.find("[x]") == page.npos &&
      page.find("[X]") == page.npos)
    return {};
  Phases phases(lines);
  std::vector<SpecTask> tasks;
  for (tasklist::Item& item : tasklist::parse(page, file)) {
    if (not_work.contains(item.line)) continue;
    SpecTask task;
    task.phase = phases.at(item.line);
    if (task.phase.empty()) task.phase = std::move(item.section);
    task.title = item.title.empty() ? item.id : std::move(item.title);
    task.id = std::move(item.id);
    task.done = item.done;
    task.depends_on = std::move(item.depends_on);
    task.line = item.line;
    tasks.push_back(std::move(task));
  }
  return tasks;
}

void require_order(const std::vector<SpecTask>& tasks,
                   const std::string& file) {
  graph::Needs needs;
  for (const SpecTask& task : tasks) needs[task.id] = task.depends_on;
  for (const SpecTask& task : tasks)
    for (const std::string& id : task.depends_on)
      if (!needs.contains(id))
        refuse(file, task,
               "task '" + task.id + "' waits for '" + id +
                   "', which is none of the tasks");
  const std::vector<std::string> ring = graph::ring_in(needs);
  if (ring.empty()) return;
  const auto at =
      std::find_if(tasks.begin(), tasks.end(),
                   [&](const SpecTask& t) { return t.id == ring[0]; });
  refuse(file, *at, "tasks wait for each other: " + text::join(ring, " -> "));
}

}  // namespace orch::plan
