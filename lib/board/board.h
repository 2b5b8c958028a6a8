// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "json/value.h"

// A status for people, made from the same data that `status --json` prints, so
// that the two cannot differ and a kept answer is as good as a fresh one.
namespace orch::board {

struct Look {
  std::int64_t now = 0;  // ages and countdowns are from here
  bool verbose = false;  // also what `status -v` adds to an agent
  bool ascii = false;    // no glyphs beyond ASCII
  // Only agents whose line holds this; empty: all.
  std::string filter = {};
  // The agent that is marked, by its address; empty: none.
  std::string marked = {};
  // What waits, collides, is limited and has landed stands before the agents.
  bool summary_first = false;
};

// The whole page, with its last newline.
std::string status_text(const json::Value& data, const Look& look);

// One line without a newline, for a shell's prompt or tmux's status line: what
// needs a person, then conflicts, agents by state, limits. Empty when there is
// no feature. tmux runs what stands in "#(…)": no text of anybody is in it.
std::string prompt_line(const json::Value& data, const Look& look);

// All repositories of this user: a line each, with their health.
std::string all_text(const json::Value& data, const Look& look);

}  // namespace orch::board
