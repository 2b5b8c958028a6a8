// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class AddFeature : public ::testing::Test {
 protected:
  AddFeature() {
    box.make_repository();
    for (const char* branch :
         {"feature/001-a/overseer", "feature/001-a/impl-api", "topic", "old"})
      box.ok(std::string("git branch ") + branch);
  }
  Sandbox box;
};

TEST_F(AddFeature, RegistersTheBranchesBelowItsName) {
  const std::string before = box.ok("git for-each-ref");
  const json::Value data = box.type("git orch add-feature 001-a --json").data();
  EXPECT_EQ(data["feature"]["integration_branch"],
            json::Value("feature/001-a/overseer"));
  EXPECT_EQ(data["feature"]["name"], json::Value("001-a"));
  ASSERT_EQ(data["agents"].as_array()->size(), 2U);
  EXPECT_EQ(box.ok("git for-each-ref"), before);
  EXPECT_EQ(box.ok_in(box.worktree("001-a", "impl-api"),
                      "git symbolic-ref --short HEAD"),
            "feature/001-a/impl-api\n");
  EXPECT_EQ(box.type("git orch agent list --porcelain").lines().size(), 2U);
}

TEST_F(AddFeature, TakesNamedBranchesANameAndABase) {
  const json::Value data =
      box.type(
             "git orch add-feature 002-b 'The second' --base old "
             "--branch overseer=topic --branch impl-ui=feature/001-a/impl-api "
             "--json")
          .data();
  EXPECT_EQ(data["feature"]["name"], json::Value("The second"));
  EXPECT_EQ(data["feature"]["base"], json::Value("old"));
  EXPECT_EQ(data["feature"]["integration_branch"], json::Value("topic"));
}

TEST_F(AddFeature, RefusesWhatCannotBeAndChangesNothing) {
  box.ok("git orch init -q");
  const std::string before = box.fingerprint();
  const auto refused = [&](const std::string& line, const char* why) {
    const Result r = box.type("git orch add-feature " + line);
    EXPECT_GE(r.status, 128) << line;
    EXPECT_TRUE(holds(r.err, why));
    EXPECT_EQ(box.fingerprint(), before) << line;
  };
  refused("009-none", "there is no branch below 'feature/009-none/'");
  refused("003-c --branch overseer=gone", "there is no branch 'gone'");
  refused("003-c --branch overseer=main", "which is your own");
  refused("003-c --branch overseer", "is not <role>=<branch>");
  refused("003-c --branch impl-ui=topic",
          "no role of kind overseer\n"
          "hint: name its branch, too: --branch overseer=<branch>\n");
  refused("003-c --branch overzeer=topic", "did you mean 'overseer'?");
  refused("003-c --branch overseer=topic --branch securityops=old",
          "role 'securityops' requires 'sysadmin'");
  refused("X", "is no valid spec-id");
}

TEST_F(AddFeature, RefusesABranchThatAnotherAgentHas) {
  box.ok("git orch add-feature 001-a -q");
  const Result again = box.type("git orch add-feature 001-a");
  EXPECT_TRUE(holds(again.err, "is registered already"));
  const Result other = box.type(
      "git orch add-feature 002-b --branch overseer=feature/001-a/overseer");
  EXPECT_TRUE(holds(other.err, "belongs to agent '001-a/overseer'"));
}

}  // namespace
}  // namespace orch::test
