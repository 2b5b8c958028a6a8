// SPDX-License-Identifier: MIT
//
// kill -9 of a restore, at system calls spread over its whole run: the store is
// the old one or the new one, and sound.
#include <cstdlib>

#include "support/sandbox.h"

namespace orch::test {
namespace {

class KilledRestore : public ::testing::Test {
 protected:
  void SetUp() override {
    if (box.run_in(box.root(), {"strace", "-V"}).status != 0)
      GTEST_SKIP() << "no strace";
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
    box.ok("git orch log-event 001-a overseer note old -q");
    box.ok("git orch backup copy.db -q");
    box.ok("git orch log-event 001-a overseer note new -q");
    box.ok("git orch backup whole.db -q");
  }

  // Runs it killed at its `n`th call that changes a file.
  Result restore_killed(int n) const {
    return box.run_in(
        box.repo(),
        {"strace", "-f", "-o", "/dev/null", "-e",
         "inject=pwrite64,write,fdatasync,fsync,rename,renameat2,ftruncate,"
         "unlink:signal=KILL:when=" +
             std::to_string(n),
         std::string(ORCH_BUILD_DIR) + "/bin/git-orch-restore", "copy.db"});
  }
  std::string messages() const {
    return box.ok(
        "git orch query --porcelain 'SELECT group_concat(message) FROM "
        "(SELECT message FROM task_events ORDER BY id)'");
  }

  Sandbox box;
};

TEST_F(KilledRestore, LeavesTheOldStoreOrTheNewOne) {
  const int step = std::getenv("ORCH_TEST_FULL") ? 7 : 23;
  int fired = 0;
  bool seen_old = false;
  for (int n = 1;; n += step) {
    const Result r = restore_killed(n);
    const std::string now = messages();
    EXPECT_TRUE(now == "old,new\n" || now == "old\n")
        << now << "killed at " << n;
    seen_old = seen_old || now == "old,new\n";
    EXPECT_EQ(box.ok("git orch query --porcelain 'PRAGMA integrity_check'"),
              "ok\n")
        << "killed at " << n;
    if (r.status == 0) break;
    ++fired;
    // What the killed one left is in nobody's way.
    box.ok("git orch restore -q whole.db");
    ASSERT_EQ(messages(), "old,new\n");
    if (HasFailure()) break;
  }
  EXPECT_GT(fired, 5);
  EXPECT_TRUE(seen_old);
  EXPECT_EQ(messages(), "old\n");
}

}  // namespace
}  // namespace orch::test
