// SPDX-License-Identifier: MIT
#include "hosting/response.h"

#include <gtest/gtest.h>

namespace orch::hosting {
namespace {

constexpr std::int64_t kNow = 1800000000000;

Failure of(const Ending& ending, const std::string& printed = "") {
  return failure_of(ending, parse_response(printed), kNow);
}

TEST(Response, IsStatusHeadersAndBody) {
  const Response r = parse_response(
      "HTTP/2.0 200 OK\r\nContent-Type: application/json\r\n"
      "Etag: W/\"a:b\"\r\nbroken\r\n\r\n{\"a\":1}\n\nmore");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.headers.at("etag"), "W/\"a:b\"");
  EXPECT_EQ(r.headers.size(), 2U);
  EXPECT_EQ(r.body, "{\"a\":1}\n\nmore");
}

TEST(Response, IsAllBodyWithoutAStatusLine) {
  EXPECT_EQ(parse_response("{}").body, "{}");
  EXPECT_EQ(parse_response("{}").status, 0);
  for (const char* cut : {"", "HTTP/", "HTTP/2.0", "HTTP/2.0 20",
                          "HTTP/2.0 x\n", "HTTP/2.0 200 OK\r\nEtag"})
    EXPECT_EQ(parse_response(cut).body, "") << cut;
}

TEST(Failure, IsNoneForWhatSucceeded) {
  EXPECT_FALSE(of({}));
  EXPECT_FALSE(of({.status = 1, .errors = "gh: HTTP 304\n"},
                  "HTTP/2.0 304 Not Modified\r\n\r\n"));
}

TEST(Failure, SaysUntilWhenToWait) {
  const Failure after =
      of({.status = 1, .errors = "gh: HTTP 429\n"},
         "HTTP/2.0 429 Too Many Requests\r\nRetry-After: 90\r\n\r\n");
  EXPECT_EQ(after.what, Failing::Limited);
  EXPECT_EQ(after.until_ms, kNow + 90000);
  const Failure reset =
      of({.status = 1,
          .errors = "gh: API rate limit exceeded for user ID 1. (HTTP 403)\n"},
         "HTTP/2.0 403 Forbidden\r\nX-Ratelimit-Reset: 1800000300\r\n\r\n");
  EXPECT_EQ(reset.what, Failing::Limited);
  EXPECT_EQ(reset.until_ms, kNow + 300000);
  EXPECT_EQ(of({.status = 1, .errors = "HTTP 429"}).until_ms, kNow + 60000);
  // Neither the past nor next year.
  EXPECT_EQ(of({.status = 1}, "HTTP/2.0 429 x\r\nX-Ratelimit-Reset: 1\r\n\r\n")
                .until_ms,
            kNow + 1000);
  EXPECT_EQ(
      of({.status = 1}, "HTTP/2.0 429 x\r\nRetry-After: 999999999999\r\n\r\n")
          .until_ms,
      kNow + 86400000);
}

TEST(Complaint, IsALineWithoutSecrets) {
  EXPECT_EQ(complaint_text("cannot reach 'https://me:S/E@h/a/b?t=S': (no\n"
                           "https://h/#S) url=http://S@h git@h:a/b: no"),
            "cannot reach 'https://h/a/b': (no\\nhttps://h/) url=http://h "
            "git@h:a/b: no");
  // Not even where the line is cut.
  const std::string cut =
      complaint_text(std::string(280, 'x') + " https://me:SECRETSECRET@h/a");
  EXPECT_EQ(cut.find("me:"), std::string::npos);
  EXPECT_LE(cut.size(), 300U);
}

TEST(Failure, IsToldApart) {
  EXPECT_EQ(of({.status = 4, .errors = "please run:  gh auth login"}).what,
            Failing::NotLoggedIn);
  EXPECT_EQ(of({.status = 1, .errors = "gh: Bad credentials (HTTP 401)"}).what,
            Failing::NotLoggedIn);
  EXPECT_EQ(of({.status = 1, .errors = "HTTP 502: Bad Gateway"}).what,
            Failing::Broken);
  EXPECT_EQ(
      of({.status = 1, .errors = "error connecting to api.github.com"}).what,
      Failing::Unreachable);
  EXPECT_EQ(of({.timed_out = true}).what, Failing::Unreachable);
  const Failure no = of({.status = 1, .errors = "a\n\x1b[31mb\n"});
  EXPECT_EQ(no.what, Failing::Refused);
  EXPECT_EQ(no.text, "a; \\x1b[31mb");
  EXPECT_EQ(of({.status = 1}, "{\"message\":\"no such thing\"}").text,
            "no such thing");
  EXPECT_EQ(of({.status = 7}).text, "exit status 7");
}

}  // namespace
}  // namespace orch::hosting
