// SPDX-License-Identifier: MIT
#include "dashboard/access.h"

#include <gtest/gtest.h>

namespace orch::dashboard {
namespace {

const Rules kRules = rules_for(8080, {"Orch.Example"}, "secret");

int status_of(const http::Request& request) {
  const auto refusal = refuse(kRules, request);
  return refusal ? refusal->status : 200;
}

http::Request request_with(http::Pairs headers, std::string method = "GET") {
  headers.emplace_back("authorization", "Bearer secret");
  return {.method = std::move(method), .path = "/", .headers = headers};
}

TEST(DashboardGate, TakesTheHostExactly) {
  for (const char* host :
       {"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "orch.example"})
    EXPECT_EQ(status_of(request_with({{"host", host}})), 200) << host;
  for (const char* host : {"", "127.0.0.1", "127.0.0.1:80", "evil:8080",
                           "orch.example:8080", "localhost:8080."})
    EXPECT_EQ(status_of(request_with({{"host", host}})), 421) << host;
  EXPECT_EQ(status_of(request_with({})), 421);
}

TEST(DashboardGate, TakesTheOriginOfItsOwnPages) {
  const auto with = [](const char* origin) {
    return status_of(
        request_with({{"host", "localhost:8080"}, {"origin", origin}}));
  };
  EXPECT_EQ(with("http://localhost:8080"), 200);
  EXPECT_EQ(with("https://orch.example"), 200);
  EXPECT_EQ(with("https://localhost:8080"), 403);
  EXPECT_EQ(with("null"), 403);
  EXPECT_EQ(with(""), 403);
}

TEST(DashboardGate, RefusesTheOtherSiteBeforeItLooksAtTheToken) {
  EXPECT_EQ(status_of({.method = "GET", .headers = {{"host", "evil"}}}), 421);
  EXPECT_EQ(status_of({.method = "GET",
                       .headers = {{"host", "localhost:8080"},
                                   {"sec-fetch-site", "cross-site"}}}),
            403);
}

// A file that `--open` makes is another site to the browser.
TEST(DashboardGate, LetsAPersonComeFromElsewhereToThePageAlone) {
  http::Request visit = request_with({{"host", "localhost:8080"},
                                      {"sec-fetch-site", "cross-site"},
                                      {"sec-fetch-mode", "navigate"},
                                      {"sec-fetch-dest", "document"}});
  EXPECT_EQ(status_of(visit), 200);
  http::Request other = visit;
  other.path = "/api/status";
  EXPECT_EQ(status_of(other), 403);
  other = visit;
  other.method = "POST";
  EXPECT_EQ(status_of(other), 403);
  other = visit;
  other.headers.back().second = "nobody";
  EXPECT_EQ(status_of(other), 401);
  for (const char* framed : {"iframe", "empty", "image"}) {
    other = visit;
    other.headers[3].second = framed;
    EXPECT_EQ(status_of(other), 403) << framed;
  }
  other = visit;
  other.headers[2].second = "cors";
  EXPECT_EQ(status_of(other), 403);
  other = visit;
  other.headers.emplace_back("origin", "null");
  EXPECT_EQ(status_of(other), 403);
}

TEST(DashboardGate, TakesTheTokenFromOnePlace) {
  http::Request request{.method = "GET",
                        .query = {{"token", "secret"}},
                        .headers = {{"host", "localhost:8080"}}};
  EXPECT_EQ(status_of(request), 200);
  request.headers.emplace_back("authorization", "Bearer other");
  EXPECT_EQ(status_of(request), 401);
}

TEST(DashboardGate, ComparesTheWholeToken) {
  EXPECT_TRUE(is_same_secret("secret", "secret"));
  for (const char* other : {"", "s", "secre", "secrets", "Secret", "xxxxxx"})
    EXPECT_FALSE(is_same_secret("secret", other)) << other;
  EXPECT_FALSE(is_same_secret("", ""));
}

TEST(DashboardGate, TakesJsonToWrite) {
  const auto with = [](const char* type) {
    return status_of(request_with(
        {{"host", "localhost:8080"}, {"content-type", type}}, "POST"));
  };
  EXPECT_EQ(with("application/json"), 200);
  EXPECT_EQ(with("application/json; charset=utf-8"), 200);
  for (const char* type :
       {"", "text/plain", "application/jsonp", "application/json, text/plain"})
    EXPECT_EQ(with(type), 415) << type;
  EXPECT_EQ(status_of(request_with({{"host", "localhost:8080"}}, "PUT")), 405);
}

TEST(DashboardGate, AnswersOnASocketToLocalhostAlone) {
  const Rules rules = rules_for(0, {}, "secret");
  EXPECT_FALSE(refuse(rules, request_with({{"host", "localhost"}})));
  EXPECT_TRUE(refuse(rules, request_with({{"host", "127.0.0.1"}})));
}

}  // namespace
}  // namespace orch::dashboard
