// SPDX-License-Identifier: MIT
#include "hookinput/git_lines.h"

#include "text/text.h"

namespace orch::hookinput {

std::vector<policy::Move> moves_in(std::string_view input) {
  std::vector<policy::Move> moves;
  for (const std::string& line : text::split_list(input, '\n')) {
    const std::size_t first = line.find(' ');
    if (first == std::string::npos) continue;
    const std::size_t second = line.find(' ', first + 1);
    if (second == std::string::npos) continue;
    moves.push_back({line.substr(0, first),
                     line.substr(first + 1, second - first - 1),
                     line.substr(second + 1)});
  }
  return moves;
}

std::vector<std::string> pushed_refs_in(std::string_view input) {
  std::vector<std::string> refs;
  for (const std::string& line : text::split_list(input, '\n')) {
    auto words = text::split_list(line, ' ');
    if (words.size() == 4) refs.push_back(std::move(words[2]));
  }
  return refs;
}

std::vector<std::pair<std::string, std::string>> rewritten_in(
    std::string_view input) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& line : text::split(input, '\n')) {
    const auto words = text::split(line, ' ');
    if (words.size() >= 2 && !words[0].empty() && !words[1].empty())
      pairs.emplace_back(words[0], words[1]);
  }
  return pairs;
}

}  // namespace orch::hookinput
