// SPDX-License-Identifier: MIT
#include "hosting/markdown.h"

#include <algorithm>

#include "text/text.h"

namespace orch::hosting {
namespace {

constexpr std::size_t kMostTitle = 250;
constexpr std::size_t kMostLine = 300;
constexpr std::size_t kMostBody = 60000;
constexpr std::size_t kMostRows = 100;
constexpr char kJoiner[] = "\u2060";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

std::string list_of(const std::string& heading,
                    const std::vector<std::string>& lines, std::size_t total) {
  if (lines.empty()) return "";
  std::string out = "\n### " + heading + "\n\n";
  for (std::size_t i = 0; i < lines.size() && i < kMostRows; ++i)
    out += "- " + lines[i] + "\n";
  const std::size_t shown = std::min(lines.size(), kMostRows);
  if (total > shown)
    out += "- and " + std::to_string(total - shown) + " more\n";
  return out;
}

std::string tasks_of(const Facts& facts) {
  std::vector<std::string> done, open;
  for (const TaskLine& t : facts.tasks) {
    const std::string line = code_span(t.id) + " " + code_span(t.title);
    if (t.status == "done")
      done.push_back(line);
    else if (t.status != "dropped")
      open.push_back(line + (t.status == "open" ? "" : ", " + t.status));
  }
  return list_of("Tasks done", done, done.size()) +
         list_of("Tasks open", open, open.size());
}

std::string tests_of(const Facts& facts) {
  std::vector<std::string> lines;
  for (const TestLine& t : facts.tests)
    lines.push_back(
        t.type + " tests of " + code_span(t.role) + ": " + t.result +
        (t.commit.empty() ? "" : " at " + code_span(t.commit.substr(0, 12))));
  return list_of("Tests", lines, lines.size());
}

std::string conflicts_of(const Facts& facts) {
  std::vector<std::string> lines;
  for (const ConflictLine& c : facts.conflicts) {
    std::string line =
        code_span(c.a) + " and " + code_span(c.b) + " (" + c.kind + ")";
    for (std::size_t i = 0; i < c.paths.size() && i < 10; ++i)
      line += (i == 0 ? ": " : ", ") + code_span(c.paths[i]);
    if (c.paths.size() > 10)
      line += " and " + std::to_string(c.paths.size() - 10) + " more";
    lines.push_back(line);
  }
  return list_of("Open conflicts", lines, lines.size());
}

}  // namespace

std::string code_span(std::string_view text) {
  const std::string line =
      text::cut(text::printable(text::trim(text)), kMostLine);
  if (line.empty()) return "";
  std::size_t longest = 0, run = 0;
  for (const char c : line) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool touches = line.front() == '`' || line.back() == '`';
  const std::string pad = touches ? " " : "";
  return fence + pad + line + pad + fence;
}

std::string title_text(std::string_view text) {
  const std::string line = text::printable(text::trim(text));
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    out += line[i];
    const bool more = i + 1 < line.size() && is_word(line[i + 1]);
    if (more && (line[i] == '@' || line[i] == '#' || line[i] == '!'))
      out += kJoiner;
  }
  return text::cut(out, kMostTitle);
}

std::string body_of(const Facts& facts) {
  std::string out = "Branch " + code_span(facts.head) + " of feature " +
                    code_span(facts.feature);
  if (facts.feature_name != facts.feature && !facts.feature_name.empty())
    out += " (" + code_span(facts.feature_name) + ")";
  out += ", into " + code_span(facts.base) + ".\n\n";
  out += "Role: " + code_span(facts.role) + ", agent " +
         code_span(facts.agent) + "\n";
  std::vector<std::string> subjects;
  for (const std::string& s : facts.subjects)
    if (auto span = code_span(s); !span.empty()) subjects.push_back(span);
  out += list_of("Commits", subjects, std::max(facts.commits, subjects.size()));
  out += tasks_of(facts) + tests_of(facts) + conflicts_of(facts);
  if (out.size() <= kMostBody) return out;
  // At the end of a line, so that no code span stays open.
  out.resize(out.rfind('\n', kMostBody) + 1);
  return out + "\n(cut here)\n";
}

}  // namespace orch::hosting
