// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

// The grammar of usage lines: words, <placeholders>, [optional], (a | b) and
// "..." behind what may come again.
namespace orch::completion {

struct Synopsis {
  // Terms that may be the next operand: words, and placeholders as "<agent>".
  std::set<std::string> next;
  // Words that are written behind an option, as {"--by", {"day", "agent"}}.
  std::map<std::string, std::vector<std::string>> choices;
};

// `line` without "usage: git orch <verb>"; `operands` are those before the one
// that is being typed. What does not fit gives no terms.
Synopsis read_synopsis(const std::string& line,
                       const std::vector<std::string>& operands);

}  // namespace orch::completion
