// SPDX-License-Identifier: MIT
#include "predict/verify.h"

namespace orch::predict {

std::vector<Difference> compare_with_git(
    const Repository& repository, const git::Quarantine& quarantine,
    const std::vector<git::Pair>& pairs,
    const std::vector<git::Merge>& merges) {
  const auto answers = git::merge_all(repository, quarantine, pairs);
  std::vector<Difference> out;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const git::Merge &found = merges[i], &git = answers[i];
    if (found.verdict != git.verdict || found.paths != git.paths ||
        found.types != git.types)
      out.push_back({pairs[i], found, git});
  }
  return out;
}

}  // namespace orch::predict
