// SPDX-License-Identifier: MIT
#include "hosting/pull.h"

#include <gtest/gtest.h>

namespace orch::hosting {
namespace {

std::string place(std::string_view url) {
  const auto found = find_place(url);
  return found ? found->host + " " + found->path : "none";
}

TEST(Place, IsReadFromEveryFormOfAnAddress) {
  EXPECT_EQ(place("https://github.com/ann/app.git"), "github.com ann/app");
  EXPECT_EQ(place("https://ann:secret@GitHub.com:443/ann/app/"),
            "github.com ann/app");
  EXPECT_EQ(place("ssh://git@gitlab.example:2222/team/sub/app.git"),
            "gitlab.example team/sub/app");
  EXPECT_EQ(place("git@codeberg.org:ann/app"), "codeberg.org ann/app");
  for (const char* url : {"/srv/app.git", "../app", "file:///srv/app.git",
                          "ext::sh -c x", "", "https://github.com",
                          "https://github.com/ann", "host:", "git@-oProxy:a/b",
                          "https://a b/c/d", "git@h:a/../b", "git@h:-x/y"})
    EXPECT_EQ(place(url), "none") << url;
}

TEST(PullPage, HasTheNumberAtItsEnd) {
  const auto page = find_page("https://gitlab.example/t/s/-/merge_requests/12");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->number, 12);
  EXPECT_EQ(page->place.path, "t/s");
  EXPECT_EQ(find_page("https://github.com/a/b/pull/7")->number, 7);
  EXPECT_EQ(find_page("https://gitea.example/a/b/pulls/7")->place.host,
            "gitea.example");
  for (const char* url :
       {"https://github.com/a/b/pull/7x", "https://github.com/a/b/pull/0",
        "https://github.com/a/b/pull/-1", "https://github.com/a/b/issues/7",
        "https://github.com/a/b/pull/99999999999999999999", "/pull/7"})
    EXPECT_FALSE(find_page(url)) << url;
}

TEST(BareAddress, LeadsToTheSamePlaceAndHasNoSecret) {
  for (const auto& [url, bare] :
       std::vector<std::pair<std::string, std::string>>{
           {"https://h/a/b.git", "https://h/a/b.git"},
           {"https://me:S@h:1/a/b", "https://h:1/a/b"},
           {"http://me:S/E@h/a/b", "http://h/a/b"},
           {"http://me:S@E@h/a/b", "http://h/a/b"},
           {"https://h/a/b.git?t=S", "https://h/a/b.git"},
           {"https://me:S@h/a/b#S", "https://h/a/b"},
           {"https://me:S?E#C@h/a/b", "https://…"},
           {"https://h/a/b?t=S@E", "https://…"},
           {"git@h:a/b", "h:a/b"},
           {"me:S@h:a/b", "h:a/b"},
           {"/srv/a@b:c", "/srv/a@b:c"},
           {"../a@b", "../a@b"},
           {"a@b", "a@b"},
           {"file:///srv/a@b?c", "file:///srv/a@b?c"},
           {"", ""}}) {
    EXPECT_EQ(bare_address(url), bare);
    EXPECT_EQ(bare_address(bare), bare);
  }
}

TEST(PageIn, IsOfThatRepositoryAndNumber) {
  const Place place{"h.example", "Team/app"};
  for (const char* url : {"https://h.example/Team/app/pull/7",
                          "https://H.example/team/APP/pull/7",
                          "https://h.example/team/app/-/merge_requests/7",
                          "https://h.example:8443/team/app/view/7"})
    EXPECT_TRUE(is_page_in(place, url, 7)) << url;
  for (const char* url :
       {"https://h.example/team/app/pull/8",
        "https://h.example/team/other/pull/7",
        "https://h.example.evil/team/app/pull/7",
        "https://h.example/evil/team/app/pull/7",
        "https://h.example/team/app/sub/pulls/7",
        "https://h.example/team/app2/view/7", "https://h.example/team",
        "https://h.example/team/app/../../evil/app/7", "team/app", ""})
    EXPECT_FALSE(is_page_in(place, url, 7)) << url;
}

TEST(Kind, IsToldByTheHost) {
  EXPECT_EQ(kind_of_host("github.com"), Kind::Gh);
  EXPECT_EQ(kind_of_host("gitlab.example"), Kind::Glab);
  EXPECT_EQ(kind_of_host("codeberg.org"), Kind::Tea);
  EXPECT_FALSE(kind_of_host("git.example"));
  for (const Kind kind : {Kind::Gh, Kind::Glab, Kind::Tea, Kind::Command})
    EXPECT_EQ(find_kind(kind_name(kind)), kind);
  EXPECT_FALSE(find_kind("hub"));
}

TEST(Checks, AreAsBadAsTheWorst) {
  Pull p;
  EXPECT_EQ(checks_of(p), "");
  p.checks = {{.name = "a", .state = "skipped"}};
  EXPECT_EQ(checks_of(p), "");
  p.checks.push_back({.name = "b", .state = "passing"});
  EXPECT_EQ(checks_of(p), "passing");
  p.checks.push_back({.name = "c", .state = "pending"});
  EXPECT_EQ(checks_of(p), "pending");
  p.checks.push_back({.name = "d", .state = "failing"});
  EXPECT_EQ(checks_of(p), "failing");
}

}  // namespace
}  // namespace orch::hosting
