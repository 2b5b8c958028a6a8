// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/runtime.h"

// What a pane shows, read with the signs of a runtime: the weakest source of an
// agent's state. Pure.
namespace orch::screen {

struct Shown {
  std::string_view
      text;  // the visible part of the pane, lines as tmux has them
  std::string_view title;  // of the pane
};

struct Finding {
  const runtime::Sign* sign;  // in the runtime
  std::string line;           // where it matched: a line, or the title
  const std::string& state() const { return sign->state; }
};

// The sign of highest priority that shows. Only the bottom counts: what an
// agent printed further up may quote anything. Absent when none does: the state
// cannot be told from here.
std::optional<Finding> evaluate(const runtime::Runtime& runtime,
                                const Shown& shown);

struct Limited {
  const runtime::Limit* limit;  // in the runtime
  std::string line;
  std::string until;  // the time as it reads there; empty when it is not told
};
// The usage limit that the bottom tells of, the lowest line first.
std::optional<Limited> find_limit(const runtime::Runtime& runtime,
                                  const Shown& shown);

}  // namespace orch::screen
