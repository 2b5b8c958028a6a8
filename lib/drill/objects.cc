// SPDX-License-Identifier: MIT
#include "drill/objects.h"

#include <algorithm>

#include "text/text.h"

namespace orch::drill {
namespace {

std::vector<std::string> said_of(const Arena& arena) {
  const process::Outcome out = arena.git({"fsck", "--no-dangling"});
  if (out.ok()) return {};
  auto lines = text::split_list(out.errors + out.output, '\n');
  if (lines.empty()) lines.emplace_back("git fsck failed");
  return lines;
}

}  // namespace

std::vector<std::string> said_twice(const std::vector<std::string>& first,
                                    const std::vector<std::string>& second) {
  std::vector<std::string> out;
  std::copy_if(first.begin(), first.end(), std::back_inserter(out),
               [&](const std::string& line) {
                 return std::find(second.begin(), second.end(), line) !=
                        second.end();
               });
  return out;
}

std::vector<std::string> broken_in(const Arena& arena) {
  const auto first = said_of(arena);
  return first.empty() ? first : said_twice(first, said_of(arena));
}

}  // namespace orch::drill
