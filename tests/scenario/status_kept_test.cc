// SPDX-License-Identifier: MIT
//
// An answer that is kept is never another than the one that would be computed.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatusKept : public ::testing::Test {
 protected:
  StatusKept() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    box.ok("git orch tick -q");
  }
  std::string memo() const { return box.repo() + "/.git/orch/memo"; }
  // Asks until the answer is kept: not while the store was just written.
  void keep() const {
    ASSERT_TRUE(eventually([&] {
      box.ok("git orch status");
      return !box.read(memo()).empty();
    }));
  }
  // Replaces the kept answer by one that only a kept one can give.
  void mark() const {
    std::string text = box.read(memo());
    const std::string from = R"("name":"001-a")";
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    box.write(memo(), text.replace(at, from.size(), R"("name":"kept!")"));
  }
  bool is_kept() const {
    return box.ok("git orch status --json").find("kept!") != std::string::npos;
  }

  Sandbox box;
};

TEST_F(StatusKept, IsGivenAsLongAsNothingChanges) {
  keep();
  mark();
  EXPECT_TRUE(is_kept());
  EXPECT_TRUE(is_kept());
  // In every form that is kept, and through the verb's own program.
  EXPECT_TRUE(holds(box.ok("git orch-status --json"), "kept!"));
  EXPECT_TRUE(holds(box.ok("git orch status"), "001-a/impl-ui"));
}

TEST_F(StatusKept, EndsWithAWriteToTheStore) {
  keep();
  mark();
  box.ok("git orch send 001-a/impl-ui -m hello -q");
  EXPECT_FALSE(is_kept());
}

TEST_F(StatusKept, EndsWithARecordOfAHook) {
  keep();
  mark();
  // Nobody folds it before the question.
  const auto lock = file::Lock::take(box.repo() + "/.git/orch/lock/tick",
                                     file::Lock::Mode::Exclusive, 20000, "it");
  box.ok_in(box.worktree("001-a", "impl-ui"),
            "git commit -q --allow-empty -m work");
  EXPECT_FALSE(is_kept());
}

TEST_F(StatusKept, EndsWhenSomethingComesDue) {
  keep();
  mark();
  const std::int64_t due = std::strtoll(
      box.sql("SELECT min(due_at) FROM checkins WHERE state = 'waiting'")
          .c_str(),
      nullptr, 10);
  box.set("ORCH_TEST_NOW", std::to_string(due));
  EXPECT_FALSE(is_kept());
}

TEST_F(StatusKept, EndsWhenTheClockIsPutBack) {
  keep();
  mark();
  box.set("ORCH_TEST_NOW", "1000000000000");
  EXPECT_FALSE(is_kept());
}

TEST_F(StatusKept, EndsWithTheProcessOfAnAgent) {
  box.script("impl-ui", "await-message\n");
  box.ok("git orch agent start 001-a/impl-ui --runtime script -q");
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT state FROM agents WHERE role = 'impl-ui'") ==
           "idle\n";
  }));
  box.ok("git orch tick -q");
  keep();
  mark();
  ASSERT_TRUE(is_kept());
  const std::string pid =
      box.sql("SELECT pid FROM agents WHERE role = 'impl-ui'");
  box.type("kill -9 " + pid.substr(0, pid.size() - 1));
  EXPECT_TRUE(eventually([&] { return !is_kept(); }));
}

TEST_F(StatusKept, IsNoneThatSomebodyElseWroteOrThatIsTorn) {
  keep();
  const std::string whole = box.read(memo());
  const std::string real = box.ok("git orch status --json");
  for (const std::string& text :
       {std::string(), whole.substr(0, 30), std::string("git-orch memo 2\n"),
        whole.substr(0, whole.find('{') + 20),
        std::string("git-orch memo 1\n\n\n\n{}")}) {
    box.write(memo(), text);
    EXPECT_TRUE(holds(box.ok("git orch status"), "001-a/impl-ui")) << text;
  }
  EXPECT_EQ(box.ok("git orch status --json"), real);
}

// Whoever may write into the state directory may put anything there.
TEST_F(StatusKept, IsNotReadFromAnythingButAFileOfOurs) {
  keep();
  mark();
  ASSERT_TRUE(is_kept());
  const std::string aside = box.path("aside");
  const auto is_fresh = [&] {
    const Result r = box.type("git orch status --json");
    return r.status == 0 && r.out.find("kept!") == std::string::npos &&
           r.out.find("001-a/impl-ui") != std::string::npos;
  };
  // No new one is written while somebody writes to the store.
  for (const char* line :
       {"mv .git/orch/memo aside; ln -s \"$PWD/aside\" .git/orch/memo",
        "rm .git/orch/memo; mkfifo .git/orch/memo",
        "rm .git/orch/memo; ln -s memo .git/orch/memo",
        "rm .git/orch/memo; ln -s /dev/zero .git/orch/memo",
        "rm .git/orch/memo; truncate -s 20G .git/orch/memo",
        "rm .git/orch/memo; mkdir .git/orch/memo"}) {
    box.run_in(box.repo(), {"sh", "-ec", line});
    EXPECT_TRUE(is_fresh()) << line;
    box.run_in(box.repo(), {"sh", "-c",
                            "[ -e .git/orch/memo ] || "
                            "[ -L .git/orch/memo ] || "
                            ": >.git/orch/memo"});
  }
}

}  // namespace
}  // namespace orch::test
