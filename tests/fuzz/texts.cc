// SPDX-License-Identifier: MIT
//
// Any bytes on their way to a terminal.
#include "fuzz/targets.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

bool has_control(std::string_view text, std::string_view allowed) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20 || c == 0x7f) &&
        allowed.find(c) == std::string_view::npos)
      return true;
  // C1 controls in UTF-8.
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0)
      return true;
  return false;
}

}  // namespace

void texts(std::string_view input) {
  const std::string cell = text::printable(input);
  require(text::is_utf8(cell) && !has_control(cell, ""),
          "a cell does nothing to a terminal");
  require(text::printable(cell) == cell, "printable is idempotent");
  const std::string lines = text::printable_lines(input);
  require(text::is_utf8(lines) && !has_control(lines, "\n\t"),
          "running text does nothing to a terminal");
  const std::string utf8 = text::to_utf8(input);
  require(text::is_utf8(utf8), "to_utf8 gives UTF-8");
  require(!text::is_utf8(input) || utf8 == input, "UTF-8 stays as it is");
  for (const std::size_t width : {1U, 7U, 40U})
    require(text::display_width(text::clip(cell, width)) <= width,
            "a clipped text fits");
  for (const std::size_t bytes : {3U, 16U}) {
    const std::string cut = text::cut(utf8, bytes);
    require(cut.size() <= bytes && text::is_utf8(cut), "a cut text fits");
  }
  require(text::join(text::split(input, '\n'), "\n") == input,
          "join(split(x)) is x");
}

}  // namespace orch::fuzz
