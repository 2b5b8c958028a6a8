// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tmux/tmux.h"

// What tmux prints, read without asking anybody else: private to `tmux`. Panes
// show what programs write, so every byte of it may be hostile.
namespace orch::tmux {

// "tmux 3.3a", "tmux next-3.6".
std::optional<Version> version_in(const std::string& output);

// "%7 4711", and anything behind a blank; without a start time.
std::optional<Pane> pane_in(std::string_view line);

// What a client of tmux answered to commands for several panes.
struct Answer {
  std::string output, errors;
  bool ok = false;
  bool timed_out = false;
};

inline constexpr std::string_view kRefused = "orch-refused";
// "orch-refused <pane number> <pid> <dead> <in mode>", as a refused typing says
// it. Absent: not refused.
std::optional<Paste> refusal_in(std::string_view line, const Pane& pane);

// What is refused says so; what fails is told by tmux, and the rest goes on.
// `written`: of `typings` those that the answer is about; `out` has an outcome
// for each of `typings`.
void note_failures(const Answer& answer, const std::vector<Typing>& typings,
                   const std::vector<std::size_t>& written,
                   std::vector<Paste>& out);

// `output` has, for each pane, a line "<mark><index> <pid> <title>" and then
// what it shows; lines in front of the first mark are nobody's, and so are
// those of another process than the one in `panes`. `out` is as long as
// `panes`.
void note_shown(std::string_view output, std::string_view mark,
                const std::vector<Pane>& panes, std::vector<Shown>& out);

}  // namespace orch::tmux
