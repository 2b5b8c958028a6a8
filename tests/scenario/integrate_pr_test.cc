// SPDX-License-Identifier: MIT
#include "support/forge.h"

namespace orch::test {
namespace {

class IntegratePr : public ForgeTest {
 protected:
  IntegratePr() {
    box.write(api + "/a.txt", "a\n");
    box.ok_in(api, "git add -A");
    commit(api, "one");
  }
  Result integrate(const std::string& args) const {
    return box.type("git orch integrate --no-gates " + args);
  }
};

TEST_F(IntegratePr, PushesTheBranchAndOpensARequestForIt) {
  add_remote();
  add_gh();
  put("create.body", "https://github.com/ann/app/pull/7\n");
  const Result r = integrate("--pr --push --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["pr"]["number"], json::Value(7));
  EXPECT_EQ(r.data()["pr"]["base"], json::Value("main"));
  EXPECT_EQ(on_remote(), "refs/heads/feature/001-a/overseer\n");
}

TEST_F(IntegratePr, LandsAlsoWhereNoForgeIsInReach) {
  const Result r = integrate("--pr --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["landed"].as_array()->size(), 1U);
  EXPECT_EQ(r.data()["pr"]["number"], json::Value());
  EXPECT_TRUE(holds(r.err, "the forge does not have it"));
  EXPECT_EQ(integrate("--push").status, 129);
}

}  // namespace
}  // namespace orch::test
