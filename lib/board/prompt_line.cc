// SPDX-License-Identifier: MIT
#include <map>

#include "board/board.h"

namespace orch::board {

std::string prompt_line(const json::Value& data, const Look& look) {
  std::map<std::string, std::int64_t> states;
  const auto count = [&](const json::Value& agents) {
    if (const json::Array* rows = agents.as_array())
      for (const json::Value& a : *rows)
        if (const std::string* state = a["state"].as_string()) ++states[*state];
  };
  std::int64_t conflicts = 0;
  if (const json::Array* features = data["features"].as_array())
    for (const json::Value& f : *features) {
      count(f["agents"]);
      conflicts += f["conflicts"].as_integer().value_or(0);
    }
  count(data["agents"]);
  std::string out;
  const auto add = [&](const char* wide, const char* plain, std::int64_t n) {
    if (n == 0) return;
    out += (out.empty() ? "" : " ") + std::string(look.ascii ? plain : wide) +
           std::to_string(n);
  };
  add("!", "!", data["needs_human"].as_integer().value_or(0));
  add("✗", "x", conflicts);
  add("●", "*", states["busy"] + states["starting"]);
  add("○", "o", states["idle"]);
  add("◷", "z", states["limited"]);
  add("↓", "-", states["exited"] + states["lost"]);
  return out;
}

}  // namespace orch::board
