// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class TaskClaim : public ::testing::Test {
 protected:
  TaskClaim() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
    box.ok("git orch task add one -q");
  }
  Result claim(const std::string& rest) const {
    return box.type("git orch task claim T001 --json " + rest);
  }
  Sandbox box;
};

TEST_F(TaskClaim, BelongsToOneAgentUnderANumber) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  EXPECT_EQ(json::to_text(claim("--agent impl-api --for 30m").data()["claim"]),
            R"({"owner":"001-a/impl-api","number":1,)"
            R"("expires_at":"2027-01-15T08:30:00Z"})");
  const Result other = claim("--agent impl-ui");
  EXPECT_EQ(other.status, 4);
  EXPECT_EQ(other.json()["error"]["code"], json::Value("contended"));
  EXPECT_EQ(other.json()["error"]["message"],
            json::Value("task 'T001' is claimed by 001-a/impl-api until "
                        "2027-01-15T08:30:00Z"));
  box.set("ORCH_TEST_NOW", "1800001800001");
  EXPECT_EQ(claim("--agent impl-ui").data()["claim"]["number"], json::Value(2));
}

TEST_F(TaskClaim, IsSpokenUnderByItsNumberOnly) {
  claim("--agent impl-api");
  box.ok("git orch task release T001 --claim 1 -q");
  claim("--agent impl-ui");
  const Result late = box.type("git orch task done T001 --claim 1 --json");
  EXPECT_EQ(late.status, 2);
  EXPECT_EQ(late.json()["error"]["code"], json::Value("refused_by_policy"));
  EXPECT_EQ(box.type("git orch task release T001 --claim 1").status, 2);
  box.ok("git orch task done T001 --claim 2 -q");
  EXPECT_EQ(claim("--agent impl-api").status, 2);
  EXPECT_EQ(box.type("git orch task release T001").status, 128);
}

TEST_F(TaskClaim, IsNotGivenForWhatWaits) {
  box.ok("git orch task add two --depends T001 -q");
  const Result r = box.type("git orch task claim T002 --agent impl-ui");
  EXPECT_EQ(r.status, 2);
  EXPECT_TRUE(holds(r.err, "task 'T002' is blocked: it waits for T001"));
}

TEST_F(TaskClaim, IsNamedByTheCommitsOfItsHolder) {
  const std::string api = box.worktree("001-a", "impl-api");
  const auto trailer = [&] {
    box.ok_in(api, "git commit -q --allow-empty -m 'a step'");
    return box.ok_in(api,
                     "git log -1 "
                     "--format=%(trailers:key=Orch-Task,valueonly,separator=)");
  };
  EXPECT_EQ(trailer(), "\n");
  claim("--agent impl-api");
  EXPECT_EQ(trailer(), "T001\n");
  EXPECT_TRUE(holds(box.ok("git orch task --porcelain"), "T001\tone\tdoing\t"));
  box.ok("git orch task done T001 -q");
  EXPECT_EQ(trailer(), "\n");
}

TEST_F(TaskClaim, NeedsAnAgent) {
  EXPECT_TRUE(holds(box.type("git orch task claim T001").err,
                    "a claim needs an agent"));
}

TEST_F(TaskClaim, OfManyAtOnceIsWonByOne) {
  const Result r = box.run_in(
      box.repo(),
      {"bash", "-c",
       "for i in $(seq 12); do a=impl-api; [ $((i % 2)) = 0 ] && a=impl-ui; "
       "git orch task claim T001 --agent $a --json > claim.$i & done; wait; "
       "grep -l '\"number\":1' claim.* | wc -l; "
       "grep -ho '\"owner\":\"001-a/[a-z-]*\"' claim.* | sort -u | wc -l; "
       "grep -l '\"number\":2' claim.* | wc -l"});
  // Those of the winner prolong it, and the other agent gets none.
  EXPECT_EQ(r.out, "6\n1\n0\n");
}

TEST_F(TaskClaim, ByAnAgentIsItsOwnAndKeepsOthersOut) {
  box.ok("git orch task claim T001 --agent impl-ui -q");
  const std::string out = box.path("home") + "/out";
  box.script("impl-api", "run sh -c \"git orch task done T001 --json > " + out +
                             "; true\"\nsay tried\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(eventually([&] {
    return box.ok("git orch agent log impl-api").find("\ntried\n") !=
           std::string::npos;
  })) << box.ok("git orch agent log impl-api");
  EXPECT_TRUE(holds(box.read(out), "task 'T001' is claimed by 001-a/impl-ui"));
  box.ok("git orch task done T001 -q");
}

}  // namespace
}  // namespace orch::test
