// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "board/board.h"
#include "json/value.h"

// A status that stays on the terminal and changes as its repository does.
namespace orch::board {

struct Watched {
  // The data as it is now. What it throws is shown, and it is asked again.
  std::function<json::Value()> data;
  // How it is shown.
  std::function<std::string(const json::Value&, const Look&)> text;
  // What can be chosen, in the order in which it is shown.
  std::function<std::vector<std::string>(const json::Value&, const Look&)>
      items;
  // The programs behind the keys, for what is chosen; `send` may be absent.
  std::function<std::vector<std::string>(const std::string& item)> enter;
  std::function<std::vector<std::string>(const std::string& item,
                                         const std::string& text)>
      send;
  // Readable when the data may have changed (-1: nothing tells), and whether
  // they have since the last call.
  int changes = -1;
  std::function<bool()> take_changes = [] { return false; };
  int every_ms = 1000;                   // ages are drawn anew
};

// Until q, Escape or Ctrl-C is typed, or nobody looks any more. Throws
// Error{Usage} without a terminal.
void watch(const Watched& watched, bool verbose);

// The addresses in a status, and the paths in one of all repositories, in their
// order, as far as they pass the filter.
std::vector<std::string> agents_in(const json::Value& data, const Look& look);
std::vector<std::string> repositories_in(const json::Value& data,
                                         const Look& look);

}  // namespace orch::board
