// SPDX-License-Identifier: MIT
//
// What panes show, read with the signs of every runtime that ships.
#include "screen/screen.h"

#include "fuzz/targets.h"
#include "runtime/runtime.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

const std::vector<runtime::Runtime>& shipped() {
  static const auto kAll = [] {
    std::vector<runtime::Runtime> all;
    for (const char* name : {"claude", "codex", "gemini", "opencode", "script"})
      all.push_back(runtime::parse_runtime(
          source_file(std::string("templates/runtimes/") + name + ".yaml"),
          name));
    return all;
  }();
  return kAll;
}

}  // namespace

// The first line is the title.
void screen(std::string_view input) {
  const std::size_t end = input.find('\n');
  const screen::Shown shown{end == std::string_view::npos
                                ? std::string_view()
                                : input.substr(end + 1),
                            input.substr(0, end)};
  for (const runtime::Runtime& r : shipped()) {
    const auto found = screen::evaluate(r, shown);
    const auto again = screen::evaluate(r, shown);
    require(found.has_value() == again.has_value() &&
                (!found ||
                 (found->sign == again->sign && found->line == again->line)),
            "what a screen shows is deterministic");
    // What is shown is made text first.
    if (!text::is_utf8(input)) continue;
    if (found)
      require(input.find(found->line) != std::string_view::npos,
              "a sign stands on the screen");
    const auto limit = screen::find_limit(r, shown);
    if (limit)
      require(input.find(limit->until) != std::string_view::npos,
              "the end of a limit stands on the screen");
  }
}

}  // namespace orch::fuzz
