// SPDX-License-Identifier: MIT
#include "fault/loop.h"

namespace orch::test {
namespace {

// A launch that is killed anywhere is completed by the next one: every agent
// runs, in a pane that is known, briefed, scheduled; nothing is there twice.
class KilledLaunch : public ::testing::Test {
 protected:
  KilledLaunch() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git config orch.runtime script");
  }
  static std::string of(const std::string& spec) {
    return " WHERE a.feature_id = (SELECT id FROM features WHERE spec_id = '" +
           spec + "') ";
  }
  std::string panes() const {
    return box
        .run_in(box.repo(),
                {"sh", "-c",
                 "tmux -S \"$(find \"$XDG_RUNTIME_DIR\" -type s | head -n 1)\" "
                 "list-panes -a -F x | wc -l"})
        .out;
  }

  void stop(const std::string& spec) const {
    for (const char* role : {"orchestrator", "developer", "tester"})
      box.ok("git orch agent stop -q " + spec + "/" + role);
  }

  void check(const std::string& spec, int n) const {
    SCOPED_TRACE("killed at system call " + std::to_string(n));
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return box.sql(
                 "SELECT count(DISTINCT a.id) FROM agents a JOIN messages m ON "
                 "m.agent_id = a.id" +
                 of(spec) + "AND m.kind = 'brief' AND m.level = 'acked'") ==
             "3\n";
    }));
    EXPECT_EQ(box.sql("SELECT count(*) FROM agents a" + of(spec) +
                      "AND desired = 'running' AND pane <> ''"),
              "3\n");
    EXPECT_EQ(box.sql("SELECT count(*) FROM checkins c JOIN agents a ON a.id = "
                      "c.agent_id" +
                      of(spec) + "AND c.state = 'waiting'"),
              "3\n");
    EXPECT_EQ(box.sql("SELECT count(*) FROM tasks a" + of(spec)), "2\n");
    EXPECT_EQ(box.sql("SELECT status FROM plans a" + of(spec)), "launched\n");
    EXPECT_EQ(panes(), "3\n");
    EXPECT_EQ(box.type("ls .git/orch/journal").out, "");
    EXPECT_EQ(box.ok("git status --porcelain"), "");
  }

  Sandbox box;
};

TEST_F(KilledLaunch, IsCompletedByTheNext) {
  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-launch";
  // A launch waits for its agents by looking again and again, so how many calls
  // it makes is measured; the first quarter is there however fast they are.
  const std::string whole = box.path("whole.md");
  box.write(whole, "GOAL: whole\nREQUIREMENTS:\n- implement it\n- test it\n");
  const int calls =
      system_calls(box, box.repo(), {program, "-q", whole, "--plan", "pro"});
  check("whole", 0);
  stop("whole");
  const int fired = fault_loop(
      calls / 4,
      [&](int n) {
        if (n > calls) return false;
        const std::string spec = "f" + std::to_string(n);
        const std::string path = box.path(spec + ".md");
        box.write(path, "GOAL: " + spec +
                            "\nREQUIREMENTS:\n- implement it\n- test it\n");
        const Result r = run_killed(box, box.repo(), n,
                                    {program, "-q", path, "--plan", "pro"});
        if (r.status == 0) return false;
        EXPECT_EQ(r.status, kKilled) << r.err;
        const Result again =
            box.type("git orch launch -q " + path + " --plan pro");
        EXPECT_EQ(again.status, 0) << "killed at " << n << ": " << again.err;
        check(spec, n);
        stop(spec);
        return true;
      },
      199, 97);
  EXPECT_GT(fired, 1);
}

}  // namespace
}  // namespace orch::test
