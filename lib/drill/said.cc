// SPDX-License-Identifier: MIT
#include "drill/said.h"

#include "text/text.h"

namespace orch::drill {

std::string said_by(const process::Outcome& out) {
  constexpr std::size_t kShown = 200;
  if (out.timed_out) return "it took too long";
  const auto lines =
      text::split_list(out.errors.empty() ? out.output : out.errors, '\n');
  std::string text = "exit " + std::to_string(out.status);
  if (!lines.empty())
    text += ": " + text::cut(text::printable(lines.front()), kShown);
  return text;
}

}  // namespace orch::drill
