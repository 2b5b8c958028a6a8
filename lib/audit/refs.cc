// SPDX-License-Identifier: MIT
#include "audit/refs.h"

#include "git/git.h"
#include "text/text.h"

namespace orch::audit {

std::string read_refs(const Repository& repository) {
  return git::require(
      repository,
      {.args = {"for-each-ref", "--format=%(refname) %(objectname) %(symref)",
                "refs/heads", "refs/tags", "refs/replace",
                "refs/orch/snapshots"}});
}

store::Refs parse_refs(const std::string& listing) {
  store::Refs out;
  for (const std::string& line : text::split_list(listing, '\n')) {
    const auto words = text::split_list(line, ' ');
    if (words.size() >= 2)
      out[words[0]] = words.size() == 2 ? words[1] : kSymbolic + words[2];
  }
  return out;
}

std::vector<Change> changes_between(const store::Refs& before,
                                    const store::Refs& now) {
  std::vector<Change> out;
  for (const auto& [ref, to] : now) {
    const auto was = before.find(ref);
    if (was == before.end())
      out.push_back({ref, "", to});
    else if (was->second != to)
      out.push_back({ref, was->second, to});
  }
  for (const auto& [ref, from] : before)
    if (!now.contains(ref)) out.push_back({ref, from, ""});
  return out;
}

}  // namespace orch::audit
