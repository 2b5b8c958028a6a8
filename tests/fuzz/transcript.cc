// SPDX-License-Identifier: MIT
//
// What agent CLIs write down of a conversation.
#include "transcript/transcript.h"

#include "fuzz/targets.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

using orch::transcript::Reader;
using orch::transcript::Used;

bool is_same(const std::optional<Used>& a, const std::optional<Used>& b) {
  return a.has_value() == b.has_value() &&
         (!a ||
          (a->at == b->at && a->model == b->model && a->tokens == b->tokens));
}

}  // namespace

void transcript(std::string_view input) {
  // The same lines in one go, and by a new reader for each, which knows only
  // what the last one has written down.
  Reader whole("");
  std::string state;
  std::int64_t floor_at = 0;
  for (const std::string& line : text::split(input, '\n')) {
    Reader part(state, floor_at);
    require(part.state() == state || state.empty(), "a state is read back");
    const auto one = whole.read(line), two = part.read(line);
    require(is_same(one, two), "a reader goes on where another has stopped");
    if (one)
      require(one->tokens.input >= 0 && one->tokens.output >= 0 &&
                  one->tokens.cached >= 0 &&
                  one->tokens.cost_micros.value_or(0) >= 0,
              "no use is negative");
    state = part.state();
    require(state == whole.state(), "both remember the same");
    floor_at = 0;
  }
  Reader hostile{std::string(input)};
  hostile.read(input);
}

}  // namespace orch::fuzz
