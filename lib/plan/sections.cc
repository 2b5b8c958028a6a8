// SPDX-License-Identifier: MIT
#include "plan/sections.h"

#include <array>
#include <cctype>

#include "text/text.h"

namespace orch::plan {
namespace {

constexpr std::size_t kLongestName = 60;

struct Name {
  std::string_view words;
  Meaning meaning;
};

constexpr Meaning own(Section section) { return {section, true, false}; }
constexpr Meaning like(Section section) { return {section, false, false}; }
constexpr Meaning kOther = {std::nullopt, false, false};
constexpr Meaning kApart = {std::nullopt, false, true};

constexpr auto kNames = std::to_array<Name>({
    {"project", own(Section::Project)},
    {"project name", like(Section::Project)},
    {"goal", own(Section::Goal)},
    {"goals", own(Section::Goal)},
    {"project goal", like(Section::Goal)},
    {"project goals", like(Section::Goal)},
    {"objective", like(Section::Goal)},
    {"objectives", like(Section::Goal)},
    {"overview", like(Section::Goal)},
    {"project overview", like(Section::Goal)},
    {"purpose", like(Section::Goal)},
    {"summary", like(Section::Goal)},
    {"executive summary", like(Section::Goal)},
    {"aim", like(Section::Goal)},
    {"aims", like(Section::Goal)},
    {"mission", like(Section::Goal)},
    {"constraint", own(Section::Constraints)},
    {"constraints", own(Section::Constraints)},
    {"technical constraints", like(Section::Constraints)},
    {"limitations", like(Section::Constraints)},
    {"restrictions", like(Section::Constraints)},
    {"non functional requirements", like(Section::Constraints)},
    {"nonfunctional requirements", like(Section::Constraints)},
    {"requirement", own(Section::Requirements)},
    {"requirements", own(Section::Requirements)},
    {"functional requirements", like(Section::Requirements)},
    {"user requirements", like(Section::Requirements)},
    {"feature list", like(Section::Requirements)},
    {"features", like(Section::Requirements)},
    {"key features", like(Section::Requirements)},
    {"core features", like(Section::Requirements)},
    {"user stories", like(Section::Requirements)},
    {"tasks", like(Section::Requirements)},
    {"task list", like(Section::Requirements)},
    {"to do", like(Section::Requirements)},
    {"todo", like(Section::Requirements)},
    {"deliverable", own(Section::Deliverables)},
    {"deliverables", own(Section::Deliverables)},
    {"output", like(Section::Deliverables)},
    {"outputs", like(Section::Deliverables)},
    {"artifacts", like(Section::Deliverables)},
    {"artefacts", like(Section::Deliverables)},
    {"success criteria", own(Section::SuccessCriteria)},
    {"success criterion", own(Section::SuccessCriteria)},
    {"success metrics", like(Section::SuccessCriteria)},
    {"measurable outcomes", like(Section::SuccessCriteria)},
    {"acceptance criteria", like(Section::SuccessCriteria)},
    {"exit criteria", like(Section::SuccessCriteria)},
    {"definition of done", like(Section::SuccessCriteria)},
    {"done when", like(Section::SuccessCriteria)},
    {"target", kOther},
    {"service", kOther},
    {"security", kOther},
    {"stack", kOther},
    {"tech stack", kOther},
    {"technology stack", kOther},
    {"technical context", kOther},
    {"context", kOther},
    {"background", kOther},
    {"introduction", kOther},
    {"environment", kOther},
    {"architecture", kOther},
    {"timeline", kOther},
    {"dependencies", kOther},
    {"scope", kOther},
    {"notes", kApart},
    {"risks", kApart},
    {"assumptions", kApart},
    {"out of scope", kApart},
    {"non goals", kApart},
    {"nongoals", kApart},
    {"references", kApart},
    {"open questions", kApart},
    {"questions", kApart},
    {"clarifications", kApart},
    {"key entities", kApart},
    {"edge cases", kApart},
    {"user scenarios and testing", kApart},
    {"glossary", kApart},
});

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Without "(mandatory)", "*(mandatory)*" and a colon at the end.
std::string_view without_tail(std::string_view name) {
  while (!name.empty()) {
    const char last = name.back();
    if (last == ')') {
      const std::size_t open = name.rfind('(');
      if (open == std::string_view::npos || open == 0) return name;
      name = name.substr(0, open);
    } else if (std::string_view(" \t*_`:").find(last) !=
               std::string_view::npos) {
      name.remove_suffix(1);
    } else {
      return name;
    }
  }
  return name;
}

// Without "2.1) ", "🎯 " and emphasis in front.
std::string_view without_front(std::string_view name) {
  std::size_t at = 0;
  while (at < name.size() &&
         (!is_alnum(name[at]) ||
          std::isdigit(static_cast<unsigned char>(name[at])) != 0))
    ++at;
  return name.substr(at);
}

// Lower case, '&' as "and", all else but letters and digits as one blank; '/'
// and ',' end a name.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '/' || c == ',') break;
    if (is_alnum(c) || (c & 0x80) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == '&')
      out += out.ends_with(' ') ? "and " : " and ";
    else if (!out.empty() && !out.ends_with(' '))
      out += ' ';
  }
  return std::string(text::trim_end(out));
}

std::optional<Meaning> find(std::string_view words) {
  for (const Name& name : kNames)
    if (name.words == words) return name.meaning;
  return std::nullopt;
}

// The mark of emphasis that a line begins with; may be empty.
std::string_view mark_of(std::string_view line) {
  for (const std::string_view mark : {"**", "__", "*", "_"})
    if (line.starts_with(mark)) return line.substr(0, mark.size());
  return {};
}

}  // namespace

std::optional<Meaning> meaning_of(std::string_view heading) {
  if (heading.size() > 4 * kLongestName) return std::nullopt;
  const std::string words = plain(without_front(without_tail(heading)));
  if (words.empty() || words.size() > kLongestName) return std::nullopt;
  if (const auto whole = find(words)) return whole;
  const std::size_t both = words.find(" and ");
  if (both == std::string::npos) return std::nullopt;
  return find(std::string_view(words).substr(0, both));
}

std::optional<Label> label_of(std::string_view line) {
  line = text::trim(line);
  Label label;
  if (const std::string_view mark = mark_of(line); !mark.empty()) {
    const std::size_t end =
        line.substr(0, kLongestName + 8).find(mark, mark.size());
    if (end == std::string_view::npos) return std::nullopt;
    label.emphasis = true;
    label.name = line.substr(mark.size(), end - mark.size());
    label.text = line.substr(end + mark.size());
    label.colon = label.name.ends_with(':') || label.text.starts_with(':');
    if (label.text.starts_with(':')) label.text.remove_prefix(1);
    if (label.name.ends_with(':')) label.name.remove_suffix(1);
    if (!label.colon && !label.text.empty()) return std::nullopt;
  } else if (const std::size_t colon =
                 line.substr(0, kLongestName + 1).find(':');
             colon != std::string_view::npos) {
    label.name = line.substr(0, colon);
    label.text = line.substr(colon + 1);
    label.colon = true;
    if (!label.text.empty() && label.text[0] != ' ' && label.text[0] != '\t')
      return std::nullopt;
  } else {
    if (line.size() > kLongestName) return std::nullopt;
    label.name = line;
  }
  label.text = text::trim(label.text);
  return label.name.empty() ? std::nullopt : std::optional(label);
}

std::string_view section_name(Section section) {
  static constexpr std::array<std::string_view, 6> kSections = {
      "PROJECT",      "GOAL",         "CONSTRAINTS",
      "REQUIREMENTS", "DELIVERABLES", "SUCCESS CRITERIA"};
  return kSections[static_cast<std::size_t>(section)];
}

}  // namespace orch::plan
