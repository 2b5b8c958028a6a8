// SPDX-License-Identifier: MIT
#include "screen/screen.h"

#include <vector>

#include "text/text.h"

namespace orch::screen {
namespace {

using Lines = std::vector<std::string>;

// Without empty lines: a box at the bottom may be far below what was printed
// last.
Lines lines_of(std::string_view text) {
  Lines lines = text::split(text, '\n');
  std::erase_if(
      lines, [](const std::string& line) { return text::trim(line).empty(); });
  return lines;
}

std::size_t first_of_bottom(const Lines& lines, int count) {
  const auto wanted = static_cast<std::size_t>(count);
  return lines.size() > wanted ? lines.size() - wanted : 0;
}

// The lowest line of the bottom that shows the sign. A line below it that says
// otherwise makes it a quotation.
std::optional<std::string> find_line(const runtime::Sign& sign,
                                     const Lines& lines) {
  const std::size_t first = first_of_bottom(lines, sign.lines);
  for (std::size_t i = lines.size(); i-- > first;) {
    if (sign.pattern->matches(lines[i])) return lines[i];
    if (sign.unless_below && sign.unless_below->matches(lines[i])) break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Finding> evaluate(const runtime::Runtime& runtime,
                                const Shown& shown) {
  const Lines lines = lines_of(shown.text);
  const std::string title(shown.title);
  for (const runtime::Sign& sign : runtime.signs) {
    if (sign.source == runtime::Source::Title) {
      if (sign.pattern->matches(title)) return Finding{&sign, title};
    } else if (sign.source == runtime::Source::Screen) {
      if (auto line = find_line(sign, lines)) return Finding{&sign, *line};
    }
  }
  return std::nullopt;
}

std::optional<Limited> find_limit(const runtime::Runtime& runtime,
                                  const Shown& shown) {
  const Lines lines = lines_of(shown.text);
  for (std::size_t i = lines.size(); i-- > 0;)
    for (const runtime::Limit& limit : runtime.limits)
      if (i >= first_of_bottom(lines, limit.lines) &&
          limit.pattern.matches(lines[i]))
        return Limited{&limit, lines[i],
                       limit.pattern.find_part(lines[i]).value_or("")};
  return std::nullopt;
}

}  // namespace orch::screen
