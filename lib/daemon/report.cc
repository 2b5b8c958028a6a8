// SPDX-License-Identifier: MIT
#include "daemon/report.h"

#include <charconv>

namespace orch::daemon {
namespace {

// The number at the front of `rest`, which is taken off with the blank behind
// it.
template <typename Number>
bool take_number(std::string_view& rest, Number& out) {
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), out);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!rest.empty() && rest.front() != ' ') return false;
  if (!rest.empty()) rest.remove_prefix(1);
  return true;
}

bool take_line(std::string_view line, Report& out) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view word = line.substr(0, blank);
  std::string_view rest = line.substr(blank + 1);
  if (word == "lives") return take_number(rest, out.lives) && rest.empty();
  if (word == "due")
    return take_number(rest, out.due_at.emplace()) && rest.empty();
  process::Identity& process = out.processes.emplace_back();
  return word == "process" && take_number(rest, process.pid) &&
         take_number(rest, process.start) && rest.empty();
}

}  // namespace

std::string to_text(const Report& report) {
  std::string out = "lives " + std::to_string(report.lives) + "\n";
  if (report.due_at) out += "due " + std::to_string(*report.due_at) + "\n";
  for (const process::Identity& p : report.processes)
    out += "process " + std::to_string(p.pid) + " " + std::to_string(p.start) +
           "\n";
  return out + "end\n";
}

std::optional<Report> parse_report(std::string_view text) {
  Report out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line == "end") return text.empty() ? std::optional(out) : std::nullopt;
    if (!take_line(line, out)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace orch::daemon
