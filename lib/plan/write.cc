// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cctype>

#include "plan/document.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::plan {
namespace {

constexpr std::string_view kTop =
    "# A plan. Edit what you like and hand it back:\n"
    "#   git orch launch FILE\n"
    "plan: 1\n";

bool is_plain_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view(" _./@+()'*-").find(c) != std::string_view::npos;
}

// Whether YAML reads `text` as itself without quotes, whatever its version.
bool is_plain(std::string_view text) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"null", "true", "false", "yes", "no",
                                       "on", "off", "y", "n", "nan", "inf"});
  if (text.empty() || text.size() > 500 || text.ends_with(' ') ||
      std::isalpha(static_cast<unsigned char>(text[0])) == 0 ||
      !std::all_of(text.begin(), text.end(), is_plain_byte))
    return false;
  const std::string low = text::lower(text);
  return std::find(kWords.begin(), kWords.end(), low) == kWords.end();
}

// What a terminal or an editor would not show as it is: controls, and marks
// that turn or break lines.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c >= 0xE000;
}

std::string escaped(char32_t c) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  std::string out = digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(c >> (4 * i)) & 0xF];
  return out;
}

// The character at `at` of valid UTF-8, and its bytes.
struct Character {
  char32_t code;
  std::size_t size;
};
Character character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                                         : 4;
  char32_t code = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {code, size};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    if (text[i] == '"' || text[i] == '\\')
      (out += '\\') += text[i];
    else if (is_hidden(c.code) && !(c.code >= 0xE000 && c.code < 0xF900) &&
             c.code < 0x10000)
      out += escaped(c.code);
    else
      out += text.substr(i, c.size);
    i += c.size;
  }
  return out + '"';
}

// Whether lines can stand as they are below "|-".
bool is_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.starts_with('\n') ||
      text.ends_with('\n') || text.starts_with(' '))
    return false;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    if (c.code != '\n' && is_hidden(c.code)) return false;
    if (c.code == '\n' && text[i - 1] == ' ') return false;
    i += c.size;
  }
  return !text.ends_with(' ');
}

std::string scalar(const std::string& bytes, std::size_t indent) {
  const std::string text = text::to_utf8(bytes);
  if (is_plain(text)) return text;
  if (!is_block(text)) return quoted(text);
  std::string out = "|-";
  for (const std::string& line : text::split(text, '\n'))
    out += line.empty() ? "\n" : "\n" + std::string(indent + 2, ' ') + line;
  return out;
}

class Writer {
 public:
  void text(std::size_t indent, std::string_view key,
            const std::string& value) {
    if (value.empty()) return;
    lead(indent);
    ((out_ += key) += ": ") += scalar(value, indent) + "\n";
  }

  void number(std::size_t indent, std::string_view key, int value) {
    lead(indent);
    ((out_ += key) += ": ") += std::to_string(value) + "\n";
  }

  void list(std::size_t indent, std::string_view key,
            const std::vector<std::string>& values) {
    if (values.empty()) return;
    head(indent, key);
    for (const std::string& value : values)
      out_ += std::string(indent + 2, ' ') + "- " + scalar(value, indent + 2) +
              "\n";
  }

  // Ids on one line.
  void row(std::size_t indent, std::string_view key,
           const std::vector<std::string>& values) {
    if (values.empty()) return;
    lead(indent);
    std::vector<std::string> parts;
    for (const std::string& value : values) {
      const std::string text = text::to_utf8(value);
      parts.push_back(is_plain(text) ? text : quoted(text));
    }
    ((out_ += key) += ": [") += text::join(parts, ", ") + "]\n";
  }

  void head(std::size_t indent, std::string_view key) {
    lead(indent);
    (out_ += key) += ":\n";
  }

  // The next line begins an item at `indent`, whose keys stand two further in.
  void item() { item_ = true; }

  std::string take() { return std::move(out_); }
  std::string& out() { return out_; }

 private:
  void lead(std::size_t indent) {
    if (item_ && indent >= 2)
      out_ += std::string(indent - 2, ' ') + "- ";
    else
      out_ += std::string(indent, ' ');
    item_ = false;
  }

  std::string out_;
  bool item_ = false;
};

void write_project(Writer& out, const Kind& project) {
  if (project == Kind{}) return;
  out.head(0, "project");
  out.text(2, "type", project.team);
  out.number(2, "confidence", project.confidence);
  out.text(2, "decided_by", project.decided_by);
  out.list(2, "because", project.because);
}

template <typename Choice>
void write_roles(Writer& out, std::string_view key,
                 const std::vector<Choice>& choices) {
  if (choices.empty()) return;
  out.head(0, key);
  for (const Choice& choice : choices) {
    out.item();
    out.text(4, "role", choice.role);
    out.text(4, "because", choice.because);
  }
}

void write_tasks(Writer& out, const std::vector<PlannedTask>& tasks) {
  if (tasks.empty()) return;
  out.head(0, "tasks");
  for (const PlannedTask& task : tasks) {
    out.item();
    out.text(4, "id", task.id);
    out.text(4, "title", task.title);
    out.text(4, "role", task.role);
    out.text(4, "phase", task.phase);
    out.row(4, "depends_on", task.depends_on);
  }
}

template <typename Choice>
json::Array choices_json(const std::vector<Choice>& choices) {
  json::Array out;
  for (const Choice& choice : choices)
    out.emplace_back(
        json::Object{{"role", choice.role}, {"because", choice.because}});
  return out;
}

json::Array tasks_json(const std::vector<PlannedTask>& tasks) {
  json::Array out;
  for (const PlannedTask& task : tasks)
    out.emplace_back(json::Object{{"id", task.id},
                                  {"title", task.title},
                                  {"role", task.role},
                                  {"phase", task.phase},
                                  {"depends_on", task.depends_on}});
  return out;
}

}  // namespace

std::string write_plan(const Plan& plan) {
  Writer out;
  out.out() = kTop;
  out.text(0, "spec_id", plan.spec_id);
  out.text(0, "name", plan.name);
  out.text(0, "spec", plan.spec_path);
  out.text(0, "goal", plan.goal);
  out.text(0, "base", plan.base);
  out.text(0, "size", plan.size);
  out.text(0, "runtime", plan.runtime);
  write_project(out, plan.project);
  write_roles(out, "team", plan.team);
  write_roles(out, "dropped", plan.dropped);
  write_tasks(out, plan.tasks);
  out.list(0, "constraints", plan.constraints);
  out.list(0, "success_criteria", plan.success_criteria);
  out.list(0, "missing", plan.missing);
  return out.take();
}

json::Object plan_json(const Plan& plan) {
  json::Array phases;
  for (const Phase& phase : plan.phases)
    phases.emplace_back(
        json::Object{{"name", phase.name}, {"tasks", phase.tasks}});
  return {{"project", json::Object{{"type", plan.project.team},
                                   {"confidence", plan.project.confidence},
                                   {"decided_by", plan.project.decided_by},
                                   {"because", plan.project.because}}},
          {"team", choices_json(plan.team)},
          {"tasks", tasks_json(plan.tasks)},
          {"spec_id", plan.spec_id},
          {"name", plan.name},
          {"spec", plan.spec_path},
          {"goal", plan.goal},
          {"base", plan.base},
          {"size", plan.size},
          {"dropped", choices_json(plan.dropped)},
          {"phases", std::move(phases)},
          {"constraints", plan.constraints},
          {"success_criteria", plan.success_criteria},
          {"missing", plan.missing},
          {"runtime", plan.runtime}};
}

}  // namespace orch::plan
