// SPDX-License-Identifier: MIT
#include "store/features.h"

#include "store/counts.h"
#include "store/snapshots.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Features : public StoreTest {};

TEST_F(Features, AreFoundByNameAndById) {
  Feature f;
  f.spec_id = "001-a";
  f.name = "reading \xFF goals";
  f.integration_branch = "feature/001-a/overseer";
  f.base = "refs/heads/main";
  f.base_commit = "c";
  f.spec_path = "specs/a.md";
  f.created_at = 7;
  const std::int64_t id = insert_feature(store_, f);
  for (const auto& found :
       {find_feature(store_, "001-a"), find_feature(store_, id)}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->name, f.name);
    EXPECT_EQ(found->integration_branch, f.integration_branch);
    EXPECT_EQ(found->base, f.base);
    EXPECT_EQ(found->base_commit, "c");
    EXPECT_EQ(found->spec_path, "specs/a.md");
    EXPECT_EQ(found->status, "in-progress");
    EXPECT_EQ(found->created_at, 7);
    EXPECT_FALSE(found->completed_at);
  }
  EXPECT_FALSE(find_feature(store_, "001"));
  EXPECT_FALSE(find_feature(store_, id + 1));
}

TEST_F(Features, ExistOnce) {
  add_feature("001-a");
  EXPECT_NE(test::thrown_by([&] { add_feature("001-a"); }), "nothing");
}

TEST_F(Features, AreListedByStatusInOrderOfCreation) {
  add_feature("002-b");
  add_feature("001-a");
  store_.database().execute(
      "UPDATE features SET status = 'archived' WHERE spec_id = '002-b'");
  ASSERT_EQ(list_features(store_, "").size(), 2U);
  EXPECT_EQ(list_features(store_, "")[0].spec_id, "002-b");
  ASSERT_EQ(list_features(store_, "in-progress").size(), 1U);
  EXPECT_EQ(list_features(store_, "in-progress")[0].spec_id, "001-a");
}

TEST_F(Features, AreCountedByWhatAStatusShows) {
  const std::int64_t id = add_feature("001-a");
  add_feature("002-b");
  store_.database().execute(
      "INSERT INTO tasks(feature_id, task_id, title, status, updated_at) "
      "VALUES (1, 'T001', '', 'open', 0), (1, 'T002', '', 'open', 0), "
      "(1, 'T003', '', 'doing', 0), (1, 'T004', '', 'blocked', 0), "
      "(1, 'T005', '', 'done', 0), (1, 'T006', '', 'dropped', 0), "
      "(2, 'T001', '', 'open', 0);"
      "INSERT INTO blockers(feature_id, role, blocker_type, description, "
      "status, created_at) VALUES (1, 'r', 'external', '', 'active', 0), "
      "(1, 'r', 'external', '', 'resolved', 0);"
      "INSERT INTO conflicts(feature_id, a, b, kind, files, detected_at, "
      "resolved, resolved_at) VALUES (1, 'a', 'b', 'stale', '[]', 0, 0, NULL),"
      "(1, 'a', 'c', 'stale', '[]', 0, 1, 1)");
  const FeatureCounts c = count_feature(store_, id);
  EXPECT_EQ(c.open, 2);
  EXPECT_EQ(c.doing, 1);
  EXPECT_EQ(c.blocked, 1);
  EXPECT_EQ(c.done, 1);
  EXPECT_EQ(c.dropped, 1);
  EXPECT_EQ(c.blockers, 1);
  EXPECT_EQ(c.conflicts, 1);
  EXPECT_EQ(c.prs, 0);
  EXPECT_EQ(c.tests, 0);
}

class Agents : public StoreTest {};

TEST_F(Agents, KeepEveryColumnThatIsUpdated) {
  Agent a = add_agent(add_feature("001-a"), "001-a/impl-ui");
  EXPECT_EQ(a.state, "stopped");
  EXPECT_EQ(a.desired, "stopped");
  EXPECT_EQ(a.branch, "");
  EXPECT_EQ(a.pid, 0);
  a.role = "r";
  a.kind = "support";
  a.branch = "feature/001-a/impl-ui";
  a.worktree = "/w\xFF";
  a.runtime = "script";
  a.status = "blocked";
  a.desired = "running";
  a.state = "needs-human";
  a.state_source = "hook";
  a.state_since = 3;
  a.run = "run";
  a.pane = "%7";
  a.pane_pid = 8;
  a.pane_start = 9;
  a.pid = 10;
  a.pid_start = 11;
  a.boot_id = "boot";
  a.exit_status = 0;
  a.exited_at = 12;
  update_agent(store_, a);
  const Agent b = find_agent(store_, a.id).value();
  EXPECT_EQ(b.role, a.role);
  EXPECT_EQ(b.kind, a.kind);
  EXPECT_EQ(b.branch, a.branch);
  EXPECT_EQ(b.worktree, a.worktree);
  EXPECT_EQ(b.runtime, a.runtime);
  EXPECT_EQ(b.status, a.status);
  EXPECT_EQ(b.desired, a.desired);
  EXPECT_EQ(b.state, a.state);
  EXPECT_EQ(b.state_source, a.state_source);
  EXPECT_EQ(b.state_since, 3);
  EXPECT_EQ(b.run, a.run);
  EXPECT_EQ(b.pane, a.pane);
  EXPECT_EQ(b.pane_pid, 8);
  EXPECT_EQ(b.pane_start, 9);
  EXPECT_EQ(b.pid, 10);
  EXPECT_EQ(b.pid_start, 11);
  EXPECT_EQ(b.boot_id, a.boot_id);
  EXPECT_EQ(b.exit_status, 0);
  EXPECT_EQ(b.exited_at, 12);
  EXPECT_EQ(b.address, "001-a/impl-ui");
  EXPECT_EQ(b.created_at, 1);
}

TEST_F(Agents, AreFoundByAddressWorktreeAndBranch) {
  Agent a = add_agent(add_feature("001-a"), "001-a/impl-ui");
  a.branch = "feature/001-a/impl-ui";
  a.worktree = "/w";
  update_agent(store_, a);
  EXPECT_EQ(find_agent(store_, "001-a/impl-ui")->id, a.id);
  EXPECT_EQ(find_agent_in(store_, "/w")->id, a.id);
  EXPECT_EQ(find_agent_on(store_, "feature/001-a/impl-ui")->id, a.id);
  EXPECT_FALSE(find_agent(store_, "impl-ui"));
  EXPECT_FALSE(find_agent_in(store_, "/w/"));
  EXPECT_FALSE(find_agent_on(store_, "impl-ui"));
}

TEST_F(Agents, WithoutABranchOrWorktreeAreNotFoundByEmptyText) {
  add_agent(add_feature("001-a"), "001-a/impl-ui");
  EXPECT_FALSE(find_agent_in(store_, ""));
  EXPECT_FALSE(find_agent_on(store_, ""));
}

TEST_F(Agents, AreListedByFeatureInOrderOfCreation) {
  const std::int64_t a = add_feature("001-a"), b = add_feature("002-b");
  add_agent(a, "001-a/z");
  add_agent(b, "002-b/m");
  add_agent(a, "001-a/a");
  ASSERT_EQ(list_agents(store_, a).size(), 2U);
  EXPECT_EQ(list_agents(store_, a)[0].address, "001-a/z");
  EXPECT_EQ(list_agents(store_, a)[1].address, "001-a/a");
  EXPECT_EQ(list_agents(store_).size(), 3U);
}

TEST_F(Agents, HaveOnlyTheStatesOfTheVocabulary) {
  Agent a = add_agent(add_feature("001-a"), "001-a/x");
  for (const char* state :
       {"starting", "idle", "busy", "needs-human", "limited", "exited", "lost",
        "stopped", "unknown"}) {
    a.state = state;
    EXPECT_EQ(test::thrown_by([&] { update_agent(store_, a); }), "nothing");
  }
  a.state = "sleepy";
  EXPECT_NE(test::thrown_by([&] { update_agent(store_, a); }), "nothing");
}

class Snapshots : public StoreTest {};

TEST_F(Snapshots, AreListedOldestFirstWithoutDroppedOnes) {
  for (const char* ref : {"refs/orch/snapshots/1", "refs/orch/snapshots/2",
                          "refs/orch/snapshots/3"})
    insert_snapshot(store_, {.agent = "001-a/x",
                             .ref = ref,
                             .commit = "c",
                             .reason = "stop",
                             .paths = 2,
                             .taken_at = 5});
  store_.database().execute(
      "UPDATE snapshots SET dropped_at = 1 WHERE ref LIKE '%/2'");
  const auto all = list_snapshots(store_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].ref, "refs/orch/snapshots/1");
  EXPECT_EQ(all[0].paths, 2U);
  EXPECT_EQ(all[0].reason, "stop");
  EXPECT_EQ(all[1].ref, "refs/orch/snapshots/3");
}

}  // namespace
}  // namespace orch::store
