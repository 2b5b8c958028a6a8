// SPDX-License-Identifier: MIT
#include "tmux/output.h"

#include <charconv>
#include <cstdio>
#include <map>

#include "text/text.h"

namespace orch::tmux {
namespace {

// Decimal digits in front, and the one blank behind them, if there is one.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || (at != end && *at != ' ')) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(at - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

}  // namespace

std::optional<Version> version_in(const std::string& output) {
  Version v;
  if (std::sscanf(output.c_str(), "tmux %d.%d", &v.major, &v.minor) != 2 &&
      std::sscanf(output.c_str(), "tmux next-%d.%d", &v.major, &v.minor) != 2)
    return std::nullopt;
  return v;
}

std::optional<Pane> pane_in(std::string_view line) {
  line = text::trim(line);
  const std::size_t blank = line.find(' ');
  if (!line.starts_with('%') || blank == std::string_view::npos)
    return std::nullopt;
  Pane pane{std::string(line.substr(0, blank)), 0, 0};
  if (pane.id.size() == 1 ||
      pane.id.find_first_not_of("0123456789", 1) != std::string::npos)
    return std::nullopt;
  line.remove_prefix(blank + 1);
  const auto pid = take_number<pid_t>(line);
  if (!pid || *pid <= 0) return std::nullopt;
  pane.pid = *pid;
  return pane;
}

std::optional<Paste> refusal_in(std::string_view line, const Pane& pane) {
  if (!line.starts_with(kRefused)) return std::nullopt;
  line.remove_prefix(kRefused.size());
  if (line.starts_with(' ')) line.remove_prefix(1);
  line = text::trim_end(line);
  take_number<int>(line);  // of the pane; by it, the line was found
  const auto pid = take_number<pid_t>(line);
  const auto dead = take_number<int>(line), mode = take_number<int>(line);
  return pid == pane.pid && dead == 0 && mode && mode != 0 ? Paste::InMode
                                                           : Paste::Gone;
}

void note_failures(const Answer& answer, const std::vector<Typing>& typings,
                   const std::vector<std::size_t>& written,
                   std::vector<Paste>& out) {
  std::map<std::string, std::string> refused;  // by pane id
  for (const std::string& line : text::split_list(answer.output, '\n')) {
    if (!line.starts_with(kRefused) || line.size() == kRefused.size()) continue;
    const std::size_t at = kRefused.size() + 1;
    refused["%" + line.substr(at, line.find(' ', at) - at)] = line;
  }
  const std::string told = answer.errors + answer.output + "\n";
  for (const std::size_t i : written) {
    if (const auto line = refused.find(typings[i].pane.id);
        line != refused.end())
      out[i] = refusal_in(line->second, typings[i].pane).value_or(out[i]);
    if (answer.ok) continue;
    if (answer.timed_out || answer.errors.empty())
      out[i] = Paste::Failed;
    else if (told.find("can't find pane: " + typings[i].pane.id + "\n") !=
             std::string::npos)
      out[i] = Paste::Gone;
  }
}

void note_shown(std::string_view output, std::string_view mark,
                const std::vector<Pane>& panes, std::vector<Shown>& out) {
  Shown* shown = nullptr;
  for (const std::string& line : text::split(output, '\n')) {
    if (!line.starts_with(mark)) {
      if (shown) shown->text += line + "\n";
      continue;
    }
    std::string_view rest(line);
    rest.remove_prefix(mark.size());
    const auto i = take_number<std::size_t>(rest);
    const auto pid = take_number<pid_t>(rest);
    shown = nullptr;
    if (!i || !pid || *i >= out.size() || *pid != panes[*i].pid) continue;
    shown = &out[*i];
    shown->is_there = true;
    shown->title = rest;
  }
}

}  // namespace orch::tmux
