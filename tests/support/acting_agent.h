// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/sandbox.h"

namespace orch::test {

// A script agent that runs shell lines, one turn when it is told to: what it
// calls, an agent calls. It is busy from its brief on, so nothing else is typed
// into its pane.
class ActingAgent {
 public:
  ActingAgent(const Sandbox& box, const std::string& role,
              const std::vector<std::string>& turns)
      : box_(box), place_(box.path("tmp") + "/" + role + "-") {
    std::string script;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      const std::string n = place_ + std::to_string(i);
      box.write(n + ".sh", "(\n. " + n + ".env\n" + turns[i] + "\n) > " + n +
                               ".part 2>&1\necho \"exit $?\" >> " + n +
                               ".part\nmv " + n + ".part " + n + ".out\n");
      script += "await-file " + n + ".env\nrun sh " + n + ".sh\n";
    }
    box.script(role, script);
    box.ok("git orch agent start " + role + " --runtime script -q");
  }

  // Lets it run its next turn; returns what that printed, and "exit <status>".
  // It is as late for it as for everybody in the box: a tick that comes behind
  // it takes nobody for silent.
  std::string act() {
    const auto now = box_.run_in("/", {"printenv", "ORCH_TEST_NOW"}).lines();
    return act(now.empty() ? "" : now[0]);
  }
  // The same at that time (milliseconds; empty: what the clock says).
  std::string act(const std::string& now) {
    const std::string n = place_ + std::to_string(next_++);
    box_.write(n + ".tmp", now.empty() ? "unset ORCH_TEST_NOW\n"
                                       : "export ORCH_TEST_NOW=" + now + "\n");
    std::filesystem::rename(n + ".tmp", n + ".env");
    const bool ended =
        eventually([&] { return std::filesystem::exists(n + ".out"); });
    return ended ? box_.read(n + ".out") : "the turn has not ended";
  }

 private:
  const Sandbox& box_;
  std::string place_;
  int next_ = 0;
};

}  // namespace orch::test
