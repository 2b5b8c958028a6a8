// SPDX-License-Identifier: MIT
#include "board/board.h"
#include "board/rows.h"
#include "board/watch.h"
#include "cli/output.h"
#include "text/text.h"

namespace orch::board {
namespace {

using cli::Tone;
using json::Value;

Tone tone_of_health(const std::string& health) {
  if (health == "healthy") return Tone::Good;
  return health == "warning" ? Tone::Busy : Tone::Bad;
}

// "2 busy, 1 idle".
std::string states_text(const Value& states) {
  std::string out;
  if (const json::Object* all = states.as_object())
    for (const auto& [state, count] : *all)
      out += (out.empty() ? "" : ", ") + std::to_string(number_of(count)) +
             " " + state;
  return out.empty() ? "-" : out;
}

bool shows(const Value& repository, const Look& look) {
  return text_of(repository["path"]).find(look.filter) != std::string::npos ||
         text_of(repository["health"]).find(look.filter) != std::string::npos;
}

void add_to(cli::Table& table, const Value& r, const Look& look) {
  const std::string path = text_of(r["path"]);
  const std::string health = text_of(r["health"]);
  const bool is_marked = !look.marked.empty() && path == look.marked;
  const std::vector<Tone> tones = {is_marked ? Tone::Strong : Tone::Plain,
                                   tone_of_health(health)};
  const std::string name = mark_of(path, look) + path;
  if (!r["reason"].is_null()) {
    table.add({name, health, "-", text_of(r["reason"]), "-", "-", "-", "-"},
              tones);
    return;
  }
  table.add(
      {name, health, std::to_string(number_of(r["features"])),
       states_text(r["agents"]), std::to_string(number_of(r["needs_human"])),
       std::to_string(number_of(r["conflicts"])),
       std::to_string(number_of(r["overdue"])), ago(r["last_tick"], look)},
      tones);
}

}  // namespace

std::vector<std::string> agents_in(const Value& data, const Look& look) {
  std::vector<std::string> out;
  const auto add = [&](const Value& agents) {
    for (const Value& a : rows_of(agents))
      if (passes(a, look.filter)) out.push_back(text_of(a["id"]));
  };
  for (const Value& f : rows_of(data["features"])) add(f["agents"]);
  add(data["agents"]);
  return out;
}

std::vector<std::string> repositories_in(const Value& data, const Look& look) {
  std::vector<std::string> out;
  for (const Value& r : rows_of(data["repositories"]))
    if (shows(r, look)) out.push_back(text_of(r["path"]));
  return out;
}

std::string all_text(const Value& data, const Look& look) {
  if (rows_of(data["repositories"]).empty())
    return "no repository of yours has git orch; git orch init sets one up\n";
  cli::Table table({"REPOSITORY", "HEALTH", "FEATURES", "AGENTS", "NEED YOU",
                    "CONFLICTS", "OVERDUE", "LAST TICK"});
  for (const Value& r : rows_of(data["repositories"]))
    if (shows(r, look)) add_to(table, r, look);
  return needs_text(data, look) + table.text() + below_text(data, look);
}

}  // namespace orch::board
