// SPDX-License-Identifier: MIT
#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// A repository that was copied as files while its agents work: the copy knows
// their processes and worktrees, and none of them are its own.
class DeinitCopy : public ::testing::Test {
 protected:
  DeinitCopy() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a --roles overseer --start "
        "--runtime script -q");
    const json::Value answer = box.type("git orch agent list --json").data();
    pid = *(*answer["agents"].as_array())[0]["pid"].as_integer();
    box.write(tree() + "/idea.txt", "not yet committed\n");
    // Not in the midst of what the agent does about its brief, nor of a tick.
    EXPECT_TRUE(eventually(
        [&] { return box.sql("SELECT state FROM agents") == "idle\n"; }));
    EXPECT_TRUE(comes_to_rest(box));
    box.ok(
        "flock .git/orch/lock/tick-next flock .git/orch/lock/tick "
        "cp -a . ../copy");
  }

  std::string tree() const { return box.worktree("001-a", "overseer"); }
  std::string copy() const { return box.path("copy"); }
  void expect_untouched() const {
    EXPECT_EQ(box.type("kill -0 " + std::to_string(pid)).status, 0);
    EXPECT_EQ(box.read(tree() + "/idea.txt"), "not yet committed\n");
    EXPECT_TRUE(
        holds(box.ok("git orch agent list --porcelain"), std::to_string(pid)));
  }

  Sandbox box;
  std::int64_t pid = 0;
};

TEST_F(DeinitCopy, LeavesTheAgentsOfTheOriginalAlone) {
  const Result r = box.type_in(copy(), "git orch deinit");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out.find("stopped"), std::string::npos) << r.out;
  EXPECT_EQ(r.out.find(tree()), std::string::npos) << r.out;
  EXPECT_TRUE(holds(r.out,
                    "kept    feature/001-a/overseer\n        git update-ref "
                    "-d refs/heads/feature/001-a/overseer\n"));
  EXPECT_EQ(box.type("test -e " + copy() + "/.git/orch").status, 1);
  expect_untouched();
  box.ok_in(copy(), "git update-ref -d refs/heads/feature/001-a/overseer");
}

TEST_F(DeinitCopy, PurgesNothingOfTheOriginals) {
  EXPECT_EQ(box.type_in(copy(), "git orch deinit --purge").status, 1);
  expect_untouched();
}

TEST_F(DeinitCopy, NeitherStopsNorStartsThemByOtherVerbs) {
  const std::string refusal =
      "fatal: '001-a/overseer' is an agent of '" + box.repo() +
      "/.git', and '" + copy() +
      "/.git' a copy of that\nhint: git orch deinit, then git orch init";
  for (const char* line :
       {"git orch agent stop overseer", "git orch agent restart overseer",
        "git orch agent start overseer --runtime script"}) {
    const Result r = box.type_in(copy(), line);
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_TRUE(holds(r.err, refusal)) << line << r.err;
  }
  box.type_in(copy(), "git orch resume");
  box.type_in(copy(), "git orch tick");
  expect_untouched();
  const Result doctor = box.type_in(copy(), "git orch doctor");
  EXPECT_TRUE(holds(doctor.out, "of which this repository is a copy"));
  EXPECT_EQ(doctor.out.find("worktree repair"), std::string::npos);
}

}  // namespace
}  // namespace orch::test
