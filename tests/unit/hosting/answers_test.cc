// SPDX-License-Identifier: MIT
#include "hosting/answers.h"

#include <gtest/gtest.h>

#include "hosting/protocol.h"
#include "json/value.h"

namespace orch::hosting {
namespace {

constexpr char kGitHub[] = R"({"data":{"repository":{"p7":{"number":7,
"url":"https://github.com/ann/app/pull/7","state":"OPEN","isDraft":true,
"mergedAt":null,"reviewDecision":"REVIEW_REQUIRED","headRefName":"topic",
"headRefOid":"4f1c","baseRefName":"main",
"reviews":{"nodes":[{"id":"R1","author":null,"state":"COMMENTED","body":" "},
{"id":"R2","author":{"login":"bob"},"state":"CHANGES_REQUESTED","body":"","url":"u"}]},
"comments":{"nodes":[{"id":"C1","author":{"login":"ann"},"body":"why?","url":"u"}]},
"reviewThreads":{"nodes":[{"isResolved":true,"comments":{"nodes":[{"id":"T1","body":"old"}]}},
{"isResolved":false,"comments":{"nodes":[{"id":"T2","author":{"login":"bob"},"body":"x","path":"a.c","line":3,"url":"u"}]}}]},
"commits":{"nodes":[{"commit":{"statusCheckRollup":{"contexts":{"nodes":[
{"__typename":"CheckRun","databaseId":55500000001,"name":"unit","status":"COMPLETED","conclusion":"FAILURE","detailsUrl":"d","checkSuite":{"app":{"slug":"github-actions"}}},
{"__typename":"CheckRun","databaseId":2,"name":"lint","status":"COMPLETED","conclusion":"BRAND_NEW","checkSuite":{"app":null}},
{"__typename":"CheckRun","name":"e2e","status":"IN_PROGRESS","conclusion":null},
{"__typename":"StatusContext","context":"ci/x","state":"ERROR","targetUrl":"t"}]}}}}]}}}}})";

Pull only(const Answer& answer) {
  const auto* pulls = std::get_if<Pulls>(&answer);
  if (!pulls || pulls->pulls.size() != 1) {
    ADD_FAILURE() << "not one pull request";
    return {};
  }
  return pulls->pulls[0];
}
Failing failing(const Answer& answer) {
  const auto* failure = std::get_if<Failure>(&answer);
  return failure ? failure->what : Failing::Nothing;
}

TEST(GitHub, GivesStateChecksAndRemarks) {
  const Pull p = only(read_github(kGitHub, {7}));
  EXPECT_EQ(p.status, "draft");
  EXPECT_EQ(p.review, "required");
  EXPECT_EQ(p.head_commit, "4f1c");
  ASSERT_EQ(p.checks.size(), 4U);
  EXPECT_EQ(p.checks[0].state, "failing");
  EXPECT_EQ(p.checks[0].job, "55500000001");
  EXPECT_EQ(p.checks[1].state, "pending");
  EXPECT_EQ(p.checks[1].job, "");
  EXPECT_EQ(p.checks[2].state, "pending");
  EXPECT_EQ(p.checks[3].name, "ci/x");
  EXPECT_EQ(p.checks[3].state, "failing");
  ASSERT_EQ(p.remarks.size(), 3U);
  EXPECT_TRUE(p.remarks[0].wants_changes);
  EXPECT_EQ(p.remarks[1].author, "ann");
  EXPECT_EQ(p.remarks[2].path, "a.c");
  EXPECT_EQ(p.remarks[2].line, 3);
}

TEST(GitHub, NeverTakesHalfAnAnswerForAWhole) {
  const std::string whole = kGitHub;
  for (std::size_t n = 0; n < whole.size(); n += 7)
    EXPECT_EQ(failing(read_github(whole.substr(0, n), {7})), Failing::Broken)
        << n;
}

TEST(GitHub, TellsWhatIsMissing) {
  const auto answer = read_github(
      R"({"data":{"repository":{"p7":null,"p8":{"number":8,"state":"NEVER"},
"p9":{"number":9,"state":"MERGED","mergedAt":"2026-11-22T10:00:00+02:00"}}},
"errors":[{"path":["repository","p7"],"message":"gone\u001b"}]})",
      {7, 8, 9});
  const auto& pulls = std::get<Pulls>(answer);
  EXPECT_EQ(pulls.missing.at(7), "gone\\x1b");
  EXPECT_EQ(pulls.missing.at(8), "the answer lacks it");
  ASSERT_EQ(pulls.pulls.size(), 1U);
  EXPECT_EQ(pulls.pulls[0].merged_at, 1795334400000);
  EXPECT_EQ(
      failing(read_github(
          R"({"errors":[{"type":"RATE_LIMITED","message":"slow"}]})", {7})),
      Failing::Limited);
  EXPECT_EQ(failing(read_github(R"({"data":{"repository":null},"errors":[
{"message":"Could not resolve to a Repository"}]})",
                                {7})),
            Failing::Refused);
  for (const char* odd : {"[]", "7", "null", "{}", "{\"data\":[]}"})
    EXPECT_EQ(failing(read_github(odd, {7})), Failing::Broken) << odd;
}

TEST(GitHub, AsksForAllInOneQuestion) {
  const auto question =
      json::parse(github_question({"github.com", "ann/app"}, {7, 8}));
  ASSERT_TRUE(question);
  const std::string& query = *(*question)["query"].as_string();
  EXPECT_NE(query.find("p7:pullRequest(number:7){...f}p8:"), std::string::npos);
  EXPECT_EQ((*question)["variables"]["name"], json::Value("app"));
}

TEST(GitLab, GivesStateChecksAndRemarks) {
  const auto answer = read_gitlab(
      R"({"data":{"project":{"p4":{"iid":"4",
"webUrl":"https://gitlab.example/t/app/-/merge_requests/4","state":"opened",
"draft":false,"approved":true,"sourceBranch":"topic","targetBranch":"main",
"diffHeadSha":"4f1c","headPipeline":{"status":"FAILED","jobs":{"nodes":[
{"id":"gid://gitlab/Ci::Build/99","name":"unit","status":"FAILED","allowFailure":false,"webPath":"/t/app/-/jobs/99"},
{"id":"gid://gitlab/Ci::Build/98","name":"odd","status":"FAILED","allowFailure":true},
{"id":"gid://gitlab/Ci::Build/97","name":"lint","status":"SUCCESS"}]}},
"notes":{"nodes":[{"id":"n1","system":true,"body":"assigned"},
{"id":"n2","system":false,"author":{"username":"bob"},"body":"why?","position":{"newPath":"a.c","newLine":3}}]}},
"p5":null}}})",
      {4, 5});
  const auto& pulls = std::get<Pulls>(answer);
  ASSERT_EQ(pulls.pulls.size(), 1U);
  const Pull& p = pulls.pulls[0];
  EXPECT_EQ(p.status, "approved");
  EXPECT_EQ(p.checks[0].job, "99");
  EXPECT_EQ(p.checks[0].url, "https://gitlab.example/t/app/-/jobs/99");
  EXPECT_EQ(p.checks[1].state, "skipped");
  EXPECT_EQ(checks_of(p), "failing");
  ASSERT_EQ(p.remarks.size(), 1U);
  EXPECT_EQ(p.remarks[0].path, "a.c");
  EXPECT_EQ(pulls.missing.count(5), 1U);
  EXPECT_EQ(failing(read_gitlab(R"({"data":{"project":null}})", {4})),
            Failing::Refused);
  EXPECT_EQ(failing(read_gitlab("{\"data\":{\"proj", {4})), Failing::Broken);
}

TEST(Gitea, IsReadPieceByPiece) {
  const auto answer = read_gitea_list(
      R"([{"number":6,"html_url":"https://codeberg.org/a/b/pulls/6","state":"closed","merged":true,"merged_at":"2026-11-22T10:00:00Z","head":{"ref":"x"},"base":{"ref":"main"}},
{"number":5,"html_url":"https://codeberg.org/a/b/pulls/5","state":"open","title":"T","head":{"ref":"topic","sha":"4f1c"},"base":{"ref":"main"}}])",
      {5, 6, 9});
  const auto& pulls = std::get<Pulls>(answer);
  ASSERT_EQ(pulls.pulls.size(), 2U);
  EXPECT_EQ(pulls.pulls[1].status, "merged");
  EXPECT_EQ(pulls.missing.count(9), 1U);
  Pull p = pulls.pulls[0];
  EXPECT_TRUE(read_gitea_status(
      R"({"state":"failure","statuses":[
{"context":"unit","status":"failure","description":"2 failed"}]})",
      p));
  std::vector<std::int64_t> reviews;
  EXPECT_TRUE(read_gitea_reviews(
      R"([{"id":1,"user":{"login":"bob"},"state":"REQUEST_CHANGES","body":"no","comments_count":2},
{"id":2,"user":{"login":"bob"},"state":"APPROVED","body":""},
{"id":3,"user":{"login":"eve"},"state":"PENDING","body":"draft"}])",
      p, reviews));
  EXPECT_TRUE(read_gitea_comments(
      R"([{"id":1,"user":{"login":"ann"},"body":"why?"}])", p));
  EXPECT_EQ(p.status, "approved");
  EXPECT_EQ(checks_of(p), "failing");
  ASSERT_EQ(p.remarks.size(), 2U);
  EXPECT_EQ(p.remarks[0].id, "review-1");
  EXPECT_EQ(p.remarks[1].id, "comment-1");
  EXPECT_EQ(reviews, std::vector<std::int64_t>{1});
  EXPECT_FALSE(read_gitea_reviews("[{", p, reviews));
  EXPECT_FALSE(read_gitea_comments("{\"message\":\"x\"}", p));
  EXPECT_EQ(failing(read_gitea_list(R"({"message":"token is required"})", {5})),
            Failing::Refused);
  EXPECT_EQ(failing(read_gitea_list("[{\"number\"", {5})), Failing::Broken);
}

TEST(Protocol, AsksAndReads) {
  EXPECT_EQ(sync_question("r", {{7, "u", "b", "h"}}, ""),
            R"({"version":1,"action":"sync","remote":"r","memory":null,)"
            R"("pulls":[{"number":7,"url":"u","base":"b","head":"h"}]})");
  const auto synced = read_sync(
      R"({"version":1,"memory":"m","pulls":[{"number":7,"status":"open",
"review":"odd","checks":[{"name":"unit","state":"odd"},{"name":"e2e","state":"failing","log":"l"}],
"remarks":[{"id":1,"text":"t"},{"text":"no id"}]}]})",
      {{7, "u", "b", "h"}, {8, "v", "b", "h"}}, 0);
  EXPECT_FALSE(synced.failure);
  EXPECT_EQ(synced.memory, "m");
  const Pull& p = synced.pulls.pulls.at(0);
  EXPECT_EQ(p.url, "u");
  EXPECT_EQ(p.review, "");
  EXPECT_EQ(p.checks[0].state, "pending");
  EXPECT_EQ(p.checks[1].log, "l");
  EXPECT_EQ(p.remarks.size(), 1U);
  EXPECT_EQ(synced.pulls.missing.count(8), 1U);
  EXPECT_TRUE(read_sync(R"({"version":1,"unchanged":true})", {}, 0).unchanged);
}

TEST(Protocol, ReadsRefusals) {
  const auto limited = read_open(
      R"({"version":1,
"error":{"kind":"limited","message":"slow","retry_after":30}})",
      1000);
  EXPECT_EQ(limited.failure.what, Failing::Limited);
  EXPECT_EQ(limited.failure.until_ms, 31000);
  for (const char* odd :
       {"", "[]", "{\"number\":1}", R"({"version":2,"number":1})",
        R"({"version":1,"number":0,"url":"u","status":"open"})",
        R"({"version":1,"number":1,"url":"u","status":"odd"})"})
    EXPECT_EQ(read_open(odd, 0).failure.what, Failing::Broken) << odd;
}

}  // namespace
}  // namespace orch::hosting
