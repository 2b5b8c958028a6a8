// SPDX-License-Identifier: MIT
#include "plan/spec.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "plan/lines.h"
#include "plan/parts.h"
#include "plan/sections.h"
#include "plan/spec_tasks.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::plan {
namespace {

using Kind = Line::Kind;

// "Feature Specification: Reading goals" is about reading goals.
std::string title_of(std::string_view heading) {
  static constexpr std::array<std::string_view, 6> kFronts = {
      "feature specification:",
      "specification:",
      "spec:",
      "prd:",
      "feature:",
      "product requirements document:"};
  const std::string low = text::lower(heading);
  for (const std::string_view front : kFronts)
    if (low.starts_with(front))
      return std::string(text::trim(heading.substr(front.size())));
  return std::string(heading);
}

// `User description: "text"`, as spec-kit quotes what it was asked.
std::string quoted_input(std::string_view text) {
  static constexpr std::string_view kFront = "User description:";
  if (text.starts_with(kFront)) text = text::trim(text.substr(kFront.size()));
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  return std::string(text::trim(text));
}

// The paragraphs of a part, each on one line, without items and code.
std::vector<std::string> paragraphs_of(const Part& part) {
  std::vector<std::string> out;
  bool open = false;
  for (const Line& line : part.lines) {
    if (line.kind != Kind::Text || line.text[0] == '|') {
      open = false;
    } else if (open && !line.text.starts_with("**")) {
      (out.back() += ' ') += line.text;
    } else {
      out.emplace_back(line.text);
      open = true;
    }
  }
  return out;
}

class Reading {
 public:
  explicit Reading(const std::vector<Part>& parts) : parts_(parts) {}

  Spec spec() {
    read_title();
    for (const Part& part : parts_) read_part(part);
    if (!has_any_) read_plain_page();
    if (spec_.requirements.empty()) read_stories();
    if (spec_.goal.empty()) spec_.goal = goal_on_top();
    for (const Section section :
         {Section::Project, Section::Goal, Section::Constraints,
          Section::Requirements, Section::Deliverables,
          Section::SuccessCriteria})
      if (!has_.contains(section)) spec_.missing.push_back(section);
    spec_.tasks = tasks_of(requirements_, deliverables_);
    return std::move(spec_);
  }

 private:
  void read_title() {
    for (const Part& part : parts_)
      for (const Line& line : part.lines)
        if (part.kind == Part::Kind::Top && line.kind == Kind::Heading &&
            spec_.title.empty())
          spec_.title = title_of(line.text);
  }

  void read_part(const Part& part) {
    if (part.kind == Part::Kind::Top) return;
    if (part.kind != Part::Kind::Known) return add_other(part);
    has_any_ = true;
    has_.insert(part.section);
    switch (part.section) {
      case Section::Project:
        return read_project(part);
      case Section::Goal:
        if (const std::string text = prose_of(part); !text.empty())
          (spec_.goal += spec_.goal.empty() ? "" : "\n\n") += text;
        return;
      case Section::Constraints:
        return add_texts(part, spec_.constraints);
      case Section::SuccessCriteria:
        return add_texts(part, spec_.success_criteria);
      case Section::Requirements:
        return add_work(part, spec_.requirements, requirements_);
      case Section::Deliverables:
        return add_work(part, spec_.deliverables, deliverables_);
    }
  }

  void read_project(const Part& part) {
    const std::string text = prose_of(part);
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view first = std::string_view(text).substr(0, end);
    if (first.starts_with("- ")) first.remove_prefix(2);
    if (!first.empty() && !titled_) spec_.title = first;
    const std::string_view rest =
        text::trim(std::string_view(text).substr(end));
    if (!rest.empty()) spec_.others.emplace_back(part.name, std::string(rest));
    titled_ |= !first.empty();
  }

  void add_other(const Part& part) {
    spec_.others.emplace_back(part.name, raw_text_of(part));
  }

  static void add_texts(const Part& part, std::vector<std::string>& to) {
    for (const Point& point : points_of(part, Points::All))
      if (std::string text = work_of(point).text(); !text.empty())
        to.push_back(std::move(text));
  }

  static void add_work(const Part& part, std::vector<std::string>& texts,
                       std::vector<Work>& works) {
    for (Point& point : points_of(part, Points::All)) {
      if (point.heading.empty()) point.heading = part.name;
      add_point(point, texts, works);
    }
  }

  static void add_point(const Point& point, std::vector<std::string>& texts,
                        std::vector<Work>& works) {
    Work work = work_of(point);
    if (work.title.empty() && work.id.empty()) return;
    texts.push_back(work.text());
    works.push_back(std::move(work));
  }

  // No heading that we know: every list is wanted.
  void read_plain_page() {
    for (const Part& part : parts_) {
      if (part.kind == Part::Kind::Apart) continue;
      for (Point& point : points_of(part, Points::Lists)) {
        if (point.heading.empty()) point.heading = part.name;
        add_point(point, spec_.requirements, requirements_);
      }
    }
    for (const Part& part : parts_) {
      if (!spec_.goal.empty() || part.kind == Part::Kind::Apart) continue;
      if (part.kind == Part::Kind::Top)
        spec_.goal = goal_of(part);
      else if (const auto all = paragraphs_of(part); !all.empty())
        spec_.goal = all[0];
    }
  }

  // "### User Story 1 - Log in (Priority: P1)" of a page without requirements.
  void read_stories() {
    static constexpr std::string_view kStory = "User Story ";
    for (const Part& part : parts_)
      for (const Line& line : part.lines) {
        if (line.kind != Kind::Heading || !line.text.starts_with(kStory))
          continue;
        std::string_view name = line.text;
        if (const std::size_t at = name.rfind("(Priority"); at != name.npos)
          name = text::trim(name.substr(0, at));
        const std::size_t dash = name.find_first_of("-:");
        if (dash == name.npos) continue;
        add_point({std::string(text::trim(name.substr(dash + 1))),
                   std::string(line.text), line.number},
                  spec_.requirements, requirements_);
      }
  }

  static std::string goal_of(const Part& part) {
    std::string first;
    for (const std::string& paragraph : paragraphs_of(part)) {
      const auto label = label_of(paragraph);
      if (label && label->emphasis && label->name == "Input")
        return quoted_input(label->text);
      const bool note = label && label->colon && label->emphasis;
      if (first.empty() && !note) first = paragraph;
    }
    return first;
  }

  std::string goal_on_top() const {
    for (const Part& part : parts_)
      if (part.kind == Part::Kind::Top)
        if (std::string goal = goal_of(part); !goal.empty()) return goal;
    return {};
  }

  const std::vector<Part>& parts_;
  Spec spec_;
  std::set<Section> has_;
  std::vector<Work> requirements_, deliverables_;
  bool has_any_ = false, titled_ = false;
};

// Which kinds of part have boxes that are work.
bool is_work(const Part& part) {
  switch (part.kind) {
    case Part::Kind::Known:
      return part.section == Section::Requirements ||
             part.section == Section::Deliverables;
    case Part::Kind::Apart:
      return false;
    default:
      return true;
  }
}

}  // namespace

Spec parse_spec(std::string_view bytes, const std::string& file) {
  const std::string text = readable_text(bytes, file);
  const std::vector<Line> lines = lines_of(text);
  const std::vector<Part> parts = parts_of(lines);
  Spec spec = Reading(parts).spec();
  std::set<std::size_t> not_work;
  for (const Part& part : parts)
    if (!is_work(part))
      for (const Line& line : part.lines) not_work.insert(line.number);
  std::vector<SpecTask> boxes = boxes_of(text, lines, file, not_work);
  if (!boxes.empty()) spec.tasks = std::move(boxes);
  require_order(spec.tasks, file);
  return spec;
}

std::string spec_id_of(std::string_view path) {
  static const std::set<std::string, std::less<>> kGeneric = {
      "spec", "plan", "tasks", "readme", "index", "specification"};
  const std::string low = text::lower(path);
  std::vector<std::string> names = text::split_list(low, '/');
  if (names.empty()) return {};
  std::string_view name = names.back();
  for (const std::string_view end :
       {".md", ".markdown", ".txt", ".yaml", ".yml", ".json"})
    if (name.ends_with(end) && name.size() > end.size()) {
      name.remove_suffix(end.size());
      if (kGeneric.contains(name) && names.size() > 1 &&
          names[names.size() - 2].find_first_not_of('.') != std::string::npos)
        name = names[names.size() - 2];
      break;
    }
  std::string out;
  for (const char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_' || (c == '.' && !out.ends_with('.'));
    if (fits && (!out.empty() || (c != '.' && c != '_')))
      out += c;
    else if (!fits && !out.empty() && !out.ends_with('-'))
      out += '-';
    if (out.size() == 100) break;
  }
  while (out.ends_with('-') || out.ends_with('.')) out.pop_back();
  return text::is_spec_id(out) ? out : "";
}

}  // namespace orch::plan
