// SPDX-License-Identifier: MIT
#include "support/forge.h"

namespace orch::test {
namespace {

// Answers of a forge that are not what was asked for, and addresses with
// secrets in them.
class OpenPrAnswers : public ForgeTest {
 protected:
  void ready() const {
    add_remote();
    add_gh();
    commit(api, "work");
    box.ok("git push -q origin feature/001-a/impl-api");
  }
  Result open(const std::string& agent = "impl-api") const {
    return box.type("git orch open-pr --json --agent " + agent);
  }
  std::string everything() const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", ".dump"})
        .out;
  }
};

TEST_F(OpenPrAnswers, AndAddressesLoseTheirSecrets) {
  commit(api, "work");
  box.ok("git config orch.forge glab");
  stand_in("glab", "echo 'glab 1.53.0 (a1b2c3d)'\n");
  box.ok("git remote add origin http://me:SEC/RET4@127.0.0.1/team/app.git");
  const Result slash = open();
  EXPECT_EQ(slash.data()["pr"]["error"],
            json::Value("glab: the address of the remote, "
                        "'http://127.0.0.1/team/app.git', names no repository "
                        "of a forge"));
  const Result push = box.type("git orch open-pr --agent impl-api --push");
  EXPECT_EQ(push.status, 3);
  EXPECT_TRUE(holds(push.err, "cannot push")) << push.err;
  box.ok(
      "git remote set-url origin "
      "http://127.0.0.1:9/team/app.git?private_token=RET5");
  const Result query = open();
  EXPECT_TRUE(holds(query.out, "'http://127.0.0.1:9/team/app.git', names no"));
  EXPECT_EQ(box.type("git config orch.remote https://me:RET6@h/a/b").status, 0);
  const Result unknown = open();
  EXPECT_TRUE(holds(unknown.out + unknown.err, "'https://h/a/b'"));
  for (const std::string& said :
       {slash.out, slash.err, push.out, push.err, query.out, query.err,
        unknown.out, unknown.err, everything()})
    EXPECT_FALSE(holds(said, "RET")) << said;
}

TEST_F(OpenPrAnswers, LoseTheSecretsInThem) {
  ready();
  put("create.err", "no: https://x:TOK1@github.com/ann/app?token=TOK2\n");
  put("create.status", "1");
  const Result no = open();
  EXPECT_EQ(no.data()["pr"]["error"],
            json::Value("gh: no: https://github.com/ann/app"));
  put("create.status", "0");
  put("create.body", "https://x:TOK3@github.com/ann/app/pull/7\n");
  const Result yes = box.type("git orch open-pr --agent impl-api");
  EXPECT_TRUE(yes.out.starts_with("https://github.com/ann/app/pull/7\n"));
  EXPECT_FALSE(holds(everything(), "TOK"));
}

}  // namespace
}  // namespace orch::test
