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
  std::string error_after(const std::string& answer) const {
    put("create.body", answer + "\n");
    const Result r = open();
    EXPECT_EQ(r.status, 3) << r.out;
    return r.data()["pr"]["error"].as_string()
               ? *r.data()["pr"]["error"].as_string()
               : r.out;
  }
  std::string rows() const {
    return sql("SELECT role, pr_number, url FROM pull_requests ORDER BY id");
  }
  std::string everything() const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", ".dump"})
        .out;
  }
};

TEST_F(OpenPrAnswers, OfAnotherRepositoryAreRefused) {
  ready();
  EXPECT_EQ(error_after("https://github.com/evil/other/pull/9"),
            "the forge answered with https://github.com/evil/other/pull/9, "
            "which is not in github.com/ann/app");
  EXPECT_EQ(rows(), "impl-api||\n");
  for (const char* url : {"https://evil.example/ann/app/pull/9",
                          "https://github.com/ann/app/more/pull/9",
                          "https://github.com/ann/apple/pull/9"})
    EXPECT_TRUE(error_after(url).ends_with("not in github.com/ann/app")) << url;
  EXPECT_EQ(rows(), "impl-api||\n");
  // Likewise for one that is opened later.
  EXPECT_EQ(box.type("git orch sync-pr").status, 3);
  EXPECT_EQ(rows(), "impl-api||\n");
  put("create.body", "https://github.com/Ann/App/pull/7\n");
  EXPECT_EQ(open().status, 0);
  EXPECT_EQ(rows(), "impl-api|7|https://github.com/Ann/App/pull/7\n");
}

TEST_F(OpenPrAnswers, OfAProgramOfTheUsersOwnAreComparedToo) {
  commit(api, "work");
  box.ok("git remote add origin ssh://git@127.0.0.1:9/team/app.git");
  box.ok("git config core.sshCommand false");
  box.ok("git config --global orch.forgeCommand my-forge");
  const auto answers = [&](const std::string& number, const std::string& url,
                           const std::string& more = "") {
    stand_in(
        "my-forge",
        "cat > $forge/question\necho '{\"version\":1,\"number\":" + number +
            ",\"status\":\"open\",\"url\":\"" + url + "\"" + more + "}'\n");
    return open();
  };
  for (const char* url :
       {"https://evil.example/team/app/pulls/3", "https://127.0.0.1/x/app/3",
        "https://127.0.0.1/team/app/../../evil/app/3",
        "https://127.0.0.1/team/app/pulls/4"})
    EXPECT_EQ(answers("3", url).status, 3) << url;
  EXPECT_EQ(rows(), "impl-api||\n");
  const Result other =
      answers("3", "https://127.0.0.1/team/app/3", ",\"head\":\"other\"");
  EXPECT_EQ(other.data()["pr"]["error"],
            json::Value("the forge answered with https://127.0.0.1/team/app/3, "
                        "which is of branch other"));
  EXPECT_EQ(answers("3", "https://127.0.0.1/team/app/3").status, 0);
  EXPECT_TRUE(
      holds(got("question"), "\"remote\":\"ssh://127.0.0.1:9/team/app.git\""));
  // The name that ssh has for a host is no address.
  sql("DELETE FROM pull_requests");
  box.ok("git remote set-url origin work:team/app.git");
  EXPECT_EQ(answers("3", "https://127.0.0.1/evil/app/3").status, 3);
  EXPECT_EQ(answers("3", "https://127.0.0.1/team/app/3").status, 0);
}

TEST_F(OpenPrAnswers, WithTheNumberOfAnotherBranchAreRefused) {
  add_remote();
  add_gh();
  open_seven();
  commit(box.worktree("001-a", "impl-ui"), "show it");
  box.ok("git push -q origin feature/001-a/impl-ui");
  for (const char* url : {"https://github.com/ann/app/pull/7",
                          "https://github.com/ANN/app/pull/7"}) {
    put("create.body", url + std::string("\n"));
    const Result r = open("impl-ui");
    EXPECT_EQ(r.status, 3) << r.out;
    EXPECT_EQ(r.data()["pr"]["error"],
              json::Value(std::string("the forge answered with ") + url +
                          ", which is that of feature/001-a/impl-api"));
  }
  EXPECT_EQ(rows(),
            "impl-api|7|https://github.com/ann/app/pull/7\nimpl-ui||\n");
  // Also when that one has ended.
  sql("UPDATE pull_requests SET status = 'closed' WHERE id = 1");
  EXPECT_EQ(open("impl-ui").status, 3);
  put("create.body", "https://github.com/ann/app/pull/8\n");
  EXPECT_EQ(open("impl-ui").status, 0);
}

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
