// SPDX-License-Identifier: MIT
//
// What an agent's own CLI calls at its turns, under kill and the four errors:
// the turn never fails, and what was said without a warning is in the store.
#include "fault/fault_plan.h"
#include "fault/loop.h"
#include "file/file.h"

namespace orch::test {
namespace {

class AgentHookFaults : public ::testing::Test {
 protected:
  AgentHookFaults() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    const std::string id =
        box.sql("SELECT id FROM agents WHERE role = 'impl-api'");
    box.set("ORCH_AGENT", id.substr(0, id.size() - 1));
    box.set("ORCH_GIT_DIR", box.repo() + "/.git");
  }
  Faulted call(const std::string& fault, int n) const {
    return run_faulted(
        box, box.repo(), fault, n,
        {std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/git-orch--agent-hook",
         "needs-human"});
  }
  // What it has told and no tick has taken in yet. That it is no agent's
  // process, a tick finds out.
  std::ptrdiff_t told() const {
    const std::string spool = box.read(box.repo() + "/.git/orch/spool/events");
    std::ptrdiff_t n = 0;
    for (std::size_t at = spool.find("needs-human"); at != std::string::npos;
         at = spool.find("needs-human", at + 1))
      ++n;
    return n;
  }

  Sandbox box;
};

TEST_F(AgentHookFaults, NeverFailTheTurnAndTellOrWarn) {
  box.ok("git orch tick -q");
  EXPECT_EQ(call("count", 0).result.status, 0);
  const auto counts = text::split(box.read(box.path("fault-report")), ' ');
  const FaultPlan plan(counts, 2, 15);
  FaultProgress progress("agent hook", plan.total());
  int fired = 0;
  for (const FaultPlan::Part& part : plan.parts()) {
    for (const int n : part.points) {
      SCOPED_TRACE(part.fault + " " + std::to_string(n));
      box.ok("git orch tick -q");
      // As if another tick waited: it starts none.
      const auto turn = file::Lock::take(
          box.repo() + "/.git/orch/lock/tick-next", file::Lock::Mode::Exclusive,
          10'000, "the next tick");
      EXPECT_EQ(told(), 0);
      const Faulted f = call(part.fault, n);
      SCOPED_TRACE(f.where + f.result.err);
      const bool is_killed = f.fired && part.fault == "kill";
      EXPECT_EQ(f.result.status, is_killed ? kKilled : 0);
      EXPECT_EQ(f.result.out, "");
      EXPECT_LE(told(), 1);
      if (!is_killed && f.result.err.empty()) {
        EXPECT_EQ(told(), 1);
      }
      const std::ptrdiff_t before = told();
      call("kill", 0);
      EXPECT_EQ(told(), before + 1);
      expect_whole(box);
      progress.add(f.fired);
      fired += f.fired;
      if (HasFailure()) return;
    }
    progress.end(part.fault, part.calls);
  }
  EXPECT_GT(fired, 3);
}

}  // namespace
}  // namespace orch::test
