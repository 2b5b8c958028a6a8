// SPDX-License-Identifier: MIT
#include "support/rest.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "process/process.h"

namespace orch::test {
namespace {

// Hook programs and verbs: once nobody waits for them any more, they are the
// start of a tick.
bool starts_ticks(std::string_view name) {
  static const std::set<std::string_view> kHooks = {
      "post-commit",   "post-checkout", "post-merge",     "post-rewrite",
      "post-applypat", "commit-msg",    "prepare-commit", "pre-rebase"};
  constexpr std::string_view kVerb = "git-orch-";
  return kHooks.contains(name) || (name.starts_with(kVerb) &&
                                   !name.substr(kVerb.size()).starts_with('-'));
}

}  // namespace

bool comes_to_rest(const Sandbox& box) {
  return eventually([&] {
    const auto all = process::processes_with("HOME=" + box.path("home"));
    std::set<pid_t> parents = {::getpid()};
    for (const auto& seen : all) parents.insert(seen.identity.pid);
    return std::none_of(all.begin(), all.end(), [&](const auto& seen) {
      if (seen.name == "git-orch-tick") return true;
      if (!starts_ticks(seen.name)) return false;
      const auto line = process::ancestry_of(seen.identity.pid);
      return line.size() < 2 || !parents.contains(line[1].pid);
    });
  });
}

}  // namespace orch::test
