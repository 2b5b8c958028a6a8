// SPDX-License-Identifier: MIT
#include "support/forge.h"

namespace orch::test {
namespace {

// The forges that are not GitHub.
class SyncPrForges : public ForgeTest {
 protected:
  // A pull request of impl-api that a forge has as number 4.
  void record(const std::string& forge, const std::string& url) const {
    commit(api, "work");
    sql("INSERT INTO pull_requests(feature_id, role, pr_number, title, url, "
        "status, base_branch, head_branch, created_at, forge) VALUES (1, "
        "'impl-api', 4, 't', '" +
        url +
        "', 'open', 'feature/001-a/overseer', 'feature/001-a/impl-api', "
        "5, '" +
        forge + "')");
  }
  std::string messages() const {
    return sql("SELECT text FROM messages ORDER BY id");
  }
  Result sync() const { return box.type("git orch sync-pr --json"); }
};

constexpr char kGlab[] = R"sh(
args="$* "
case "$*" in
--version) echo 'glab 1.53.0 (a1b2c3d)'; exit ;;
*graphql*)
  cat > $forge/question
  printf 'HTTP/2.0 200 OK\r\nContent-Type: application/json\r\n\r\n'
  cat $forge/graphql.body ;;
*/trace*) echo 'compiling'; echo 'list_test failed' ;;
*)
  case "$args" in *"If-None-Match: \"same\" "*)
    printf 'HTTP/2.0 304 Not Modified\r\n\r\n'
    echo 'glab: HTTP 304' >&2
    exit 1 ;;
  esac
  printf 'HTTP/2.0 200 OK\r\nEtag: "same"\r\n\r\n[]' ;;
esac
)sh";

TEST_F(SyncPrForges, AsksGitLabInOneQuestion) {
  record("glab", "https://gitlab.example/team/sub/app/-/merge_requests/4");
  stand_in("glab", kGlab);
  put("graphql.body",
      R"({"data":{"project":{"p4":{"iid":"4",
"webUrl":"https://gitlab.example/team/sub/app/-/merge_requests/4",
"state":"opened","draft":false,"approved":false,
"detailedMergeStatus":"REQUESTED_CHANGES","diffHeadSha":"4f1c",
"sourceBranch":"feature/001-a/impl-api",
"targetBranch":"feature/001-a/overseer","headPipeline":{"jobs":{"nodes":[
{"id":"gid://gitlab/Ci::Build/99","name":"unit","status":"FAILED",
"webPath":"/team/sub/app/-/jobs/99"}]}},"notes":{"nodes":[
{"id":"n1","author":{"username":"bob"},"body":"why?"}]}}}}})");
  const Result first = sync();
  EXPECT_EQ(first.status, 0) << first.out << first.err;
  const json::Value row = (*first.data()["prs"].as_array())[0];
  EXPECT_EQ(row["checks"], json::Value("failing"));
  EXPECT_EQ(row["review"], json::Value("changes"));
  EXPECT_TRUE(holds(got("question"), "{\"path\":\"team/sub/app\"}"));
  EXPECT_TRUE(holds(calls(), "projects/team%2Fsub%2Fapp/jobs/99/trace\n"));
  EXPECT_TRUE(holds(messages(), "> list_test failed\n"));
  EXPECT_TRUE(holds(messages(), "by bob\n> why?\n"));
  sync();
  calls();
  EXPECT_EQ(sync().status, 0);
  EXPECT_FALSE(holds(calls(), "graphql"));
}

constexpr char kTea[] = R"sh(
case "$*" in
--version) printf 'Version: 0.12.0\tgolang: 1.25\tgo-sdk: v0.21.0\n'; exit ;;
*/pulls\?*) cat $forge/pulls.body ;;
*/status) echo '{"statuses":[{"context":"unit","status":"failure"}]}' ;;
*/reviews) cat $forge/reviews.body ;;
*/reviews/11/comments)
  echo '[{"id":3,"user":{"login":"bob"},"body":"here","path":"a.c"}]' ;;
*/issues/4/comments)
  echo '[{"id":2,"user":{"login":"ann"},"body":"why?"}]' ;;
esac
)sh";

TEST_F(SyncPrForges, AsksGiteaPieceByPiece) {
  record("tea", "https://codeberg.org/ann/app/pulls/4");
  stand_in("tea", kTea);
  put("pulls.body",
      R"([{"number":4,"html_url":"https://codeberg.org/ann/app/pulls/4",
"state":"open","title":"t","head":{"ref":"x","sha":"4f1c"},
"base":{"ref":"y"}}])");
  put("reviews.body",
      R"([{"id":11,"user":{"login":"bob"},"state":"REQUEST_CHANGES",
"body":"","comments_count":1}])");
  const Result r = sync();
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(sql("SELECT checks, review, status FROM pull_requests"),
            "failing|changes|open\n");
  EXPECT_TRUE(holds(messages(), "3 new comments"));
  EXPECT_TRUE(holds(messages(), "by bob, on a.c\n> here\n"));
  EXPECT_TRUE(holds(messages(), "by ann\n> why?\n"));
  // Half of one of the answers.
  put("reviews.body", "[{\"id\":12,");
  put("pulls.body",
      R"([{"number":4,"html_url":"https://codeberg.org/ann/app/pulls/4",
"state":"closed","merged":true,"head":{"sha":"4f1c"}}])");
  EXPECT_EQ(sync().status, 3);
  EXPECT_EQ(sql("SELECT status, error FROM pull_requests"),
            "open|the forge does not tell of it: the answer about it is cut "
            "off\n");
}

TEST_F(SyncPrForges, AsksAProgramOfTheUsersOwn) {
  record("command", "https://forge.example/app/4");
  stand_in("my-forge", "cat > $forge/question\ncat $forge/answer\n");
  box.ok("git config --global orch.forgeCommand my-forge");
  put("answer",
      R"({"version":1,"memory":"m1","pulls":[{"number":4,"status":"open",
"checks":[{"name":"unit","state":"failing","log":"list_test failed"}]}]})");
  const Result r = sync();
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(holds(got("question"), "\"action\":\"sync\""));
  EXPECT_TRUE(holds(messages(), "check unit\n> list_test failed\n"));
  put("answer", R"({"version":1,"unchanged":true,"memory":"m2"})");
  EXPECT_EQ(sync().status, 0);
  EXPECT_TRUE(holds(got("question"), "\"memory\":\"m1\""));
  put("answer",
      R"({"version":1,"error":{"kind":"not-logged-in","message":"no key"}})");
  EXPECT_EQ(sync().status, 3);
  EXPECT_EQ(sql("SELECT checks, error FROM pull_requests"),
            "failing|my-forge is not logged in: no key\n");
  box.ok("git config --global orch.forgeTimeout 1s");
  stand_in("my-forge", "exec sleep 600\n");
  EXPECT_EQ(sync().status, 3);
  EXPECT_EQ(sql("SELECT error FROM pull_requests"),
            "my-forge: no answer in time\n");
}

}  // namespace
}  // namespace orch::test
