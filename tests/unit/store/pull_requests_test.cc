// SPDX-License-Identifier: MIT
#include "store/pull_requests.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class PullRequests : public StoreTest {
 protected:
  std::int64_t feature_ = add_feature("001-a");
  std::int64_t other_ = add_feature("002-b");

  void run(const std::string& sql) { store_.database().execute(sql.c_str()); }
  PullRequest added(const std::string& head, const std::string& status) {
    PullRequest row{.feature_id = feature_,
                    .role = "api",
                    .title = "t",
                    .status = status,
                    .base = "main",
                    .head = head,
                    .created_at = 5};
    row.id = insert_pull_request(store_, row);
    return row;
  }
};

TEST_F(PullRequests, ListsPullRequestsOfOneFeature) {
  run("INSERT INTO pull_requests(feature_id, role, pr_number, title, url, "
      "status, base_branch, head_branch, created_at, merged_at) VALUES "
      "(1, 'ui', 7, 't', 'u', 'merged', 'main', 'b', 5, 6), "
      "(1, 'api', NULL, 'offline', NULL, 'draft', 'main', 'c', 5, NULL), "
      "(2, 'ui', 8, 'x', 'y', 'open', 'main', 'd', 5, NULL)");
  const auto all = list_pull_requests(store_, feature_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].number, 7);
  EXPECT_EQ(all[0].status, "merged");
  EXPECT_EQ(all[0].merged_at, 6);
  EXPECT_EQ(all[0].head, "b");
  EXPECT_FALSE(all[1].number);
  EXPECT_FALSE(all[1].url);
  EXPECT_EQ(list_pull_requests(store_, other_).size(), 1U);
}

TEST_F(PullRequests, KeepEveryColumn) {
  PullRequest row = added("b", "draft");
  row.number = 7;
  row.title = "new";
  row.url = "https://forge.example/7";
  row.status = "approved";
  row.merged_at = 9;
  row.forge = "gh";
  row.checks = "failing";
  row.review = "changes";
  row.head_commit = "abc";
  row.error = "why";
  row.synced_at = 8;
  row.remote = "origin";
  row.body = "text";
  update_pull_request(store_, row);
  const auto back = find_pull_request_at(store_, "https://forge.example/7");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, row.id);
  EXPECT_EQ(back->title, "new");
  EXPECT_EQ(back->status, "approved");
  EXPECT_EQ(back->merged_at, 9);
  EXPECT_EQ(back->forge, "gh");
  EXPECT_EQ(back->checks, "failing");
  EXPECT_EQ(back->review, "changes");
  EXPECT_EQ(back->head_commit, "abc");
  EXPECT_EQ(back->error, "why");
  EXPECT_EQ(back->synced_at, 8);
  EXPECT_EQ(back->remote, "origin");
  EXPECT_EQ(back->body, "text");
}

TEST_F(PullRequests, AreFoundByTheirBranchesWhileOpen) {
  added("b", "closed");
  const PullRequest open = added("b", "open");
  added("b", "merged");
  EXPECT_EQ(find_open_pull_request(store_, "b", "main")->id, open.id);
  EXPECT_FALSE(find_open_pull_request(store_, "b", "next"));
  EXPECT_EQ(list_open_pull_requests(store_, feature_).size(), 1U);
  EXPECT_EQ(list_open_pull_requests(store_, other_).size(), 0U);
  EXPECT_EQ(list_open_pull_requests(store_, 0).size(), 1U);
}

TEST_F(PullRequests, TellEachThingOnce) {
  const PullRequest row = added("b", "open");
  EXPECT_FALSE(is_told(store_, row.id, "x"));
  mark_told(store_, row.id, "x", 1);
  mark_told(store_, row.id, "x", 2);
  EXPECT_TRUE(is_told(store_, row.id, "x"));
  EXPECT_FALSE(is_told(store_, row.id, "y"));
  delete_pull_request(store_, row.id);
  EXPECT_FALSE(find_pull_request(store_, row.id));
  EXPECT_FALSE(is_told(store_, row.id, "x"));
}

TEST_F(PullRequests, StayMerged) {
  PullRequest row = added("b", "merged");
  row.status = "open";
  EXPECT_NE(test::thrown_by([&] {
              update_pull_request(store_, row);
            }).find("stays merged"),
            std::string::npos);
}

}  // namespace
}  // namespace orch::store
