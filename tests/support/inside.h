// SPDX-License-Identifier: MIT
#pragma once

#include "support/sandbox.h"

// A machine that allows no sandboxes (a container without user namespaces) has
// nothing to try them on.
#define SKIP_WITHOUT_WALLS()                            \
  if (const std::string why = no_walls(); !why.empty()) \
  GTEST_SKIP() << "this machine allows no sandboxes: " << why

namespace orch::test {

// A repository with a feature 001 whose agents can be put behind walls.
class Inside : public ::testing::Test {
 protected:
  void set_up(const std::string& init = "git orch init -q") {
    box.make_repository();
    box.ok(init);
    box.ok(
        "git orch init-feature -q 001 --base main --roles "
        "overseer,impl-api,impl-data");
    worktree = box.worktree("001", "impl-api");
  }

  // Runs a script of sh as the agent, in its sandbox, until it has ended: its
  // status, and what its pane showed.
  Result inside(const std::string& script,
                const std::string& flag = "--sandbox") const {
    const Result started = box.run_in(
        box.repo(), {"git", "orch", "agent", "start", "-q", kAgent, "--runtime",
                     "shell", flag, "--", "sh", "-c", script});
    constexpr char kEnd[] = "with status ";
    const std::size_t at = started.err.find(kEnd);
    if (at == std::string::npos) {
      ADD_FAILURE() << started.out << started.err;
      return {255, "", started.err};
    }
    return {std::atoi(started.err.c_str() + at + sizeof kEnd - 1),
            box.ok(std::string("git orch agent log ") + kAgent), ""};
  }

  // It must end with 0; returns what it showed.
  std::string inside_ok(const std::string& script) const {
    const Result r = inside(script);
    EXPECT_EQ(r.status, 0) << script << "\n" << r.out;
    return r.out;
  }

  // Why bubblewrap, which is installed, can do nothing here; else empty.
  std::string no_walls() const {
    const Result r =
        box.run_in(box.root(), {"bwrap", "--unshare-pid", "--unshare-ipc",
                                "--cap-drop", "ALL", "--ro-bind", "/", "/",
                                "--dev", "/dev", "--proc", "/proc", "true"});
    return r.status == 0 ? "" : r.err;
  }

  std::string sql(const std::string& query) const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", query})
        .out;
  }

  std::string tip(const std::string& revision) const {
    return box.type("git rev-parse -q --verify " + revision).out;
  }

  static constexpr char kAgent[] = "001/impl-api";
  static constexpr char kBranch[] = "feature/001/impl-api";

  Sandbox box;
  std::string worktree;
};

}  // namespace orch::test
