// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "store/leases.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

// Status columns change as the schema allows, whoever writes.
class Transitions : public StoreTest {
 protected:
  Transitions() {
    feature_ = add_feature("001-a");
    agent_ = add_agent(feature_, "001-a/impl-api").id;
  }
  std::string id() const { return std::to_string(feature_); }
  std::string agent() const { return std::to_string(agent_); }
  void run(const std::string& sql) { store_.database().execute(sql.c_str()); }
  std::int64_t number(const std::string& sql) {
    Statement s(store_.database(), sql);
    return s.step() ? s.integer(0) : -1;
  }
  // Whether the one row of `table` may go from one status to another.
  bool allows(const std::string& table, const std::string& column,
              const std::string& from, const std::string& to) {
    run("DELETE FROM " + table);
    insert(table, column, from);
    return refusal_of("UPDATE " + table + " SET " + column + " = '" + to +
                      "'") == "nothing";
  }
  void insert(const std::string& table, const std::string& column,
              const std::string& status) {
    if (table == "queue")
      run("INSERT INTO queue(spec_path, content_hash, status, enqueued_at) "
          "VALUES ('s', 'h', '" +
          status + "', 1)");
    else if (table == "pull_requests")
      run("INSERT INTO pull_requests(feature_id, role, title, status, "
          "base_branch, head_branch, created_at) VALUES (" +
          id() + ", 'r', 't', '" + status + "', 'b', 'h', 1)");
    else if (table == "asks")
      run("INSERT INTO asks(agent_id, action, text, status, created_at) "
          "VALUES (" +
          agent() + ", 'merge', 't', '" + status + "', 1)");
    else if (table == "checkins")
      run("INSERT INTO checkins(agent_id, slug, note, due_at, state, "
          "created_at) VALUES (" +
          agent() + ", 's', 'n', 1, '" + status + "', 1)");
    else
      ADD_FAILURE() << table << column;
  }

  std::int64_t feature_ = 0, agent_ = 0;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

void expect_exactly(
    const std::vector<std::string>& states, const Pairs& allowed,
    const std::function<bool(const std::string&, const std::string&)>& allows) {
  for (const std::string& from : states)
    for (const std::string& to : states) {
      const bool expected =
          from == to || std::find(allowed.begin(), allowed.end(),
                                  std::pair(from, to)) != allowed.end();
      EXPECT_EQ(allows(from, to), expected) << from << " -> " << to;
    }
}

TEST_F(Transitions, OfABatchItem) {
  expect_exactly(
      {"queued", "running", "paused", "done", "failed", "retrying", "dead"},
      {{"queued", "running"},
       {"queued", "paused"},
       {"queued", "dead"},
       {"running", "done"},
       {"running", "failed"},
       {"running", "paused"},
       {"running", "retrying"},
       {"running", "dead"},
       {"paused", "queued"},
       {"paused", "running"},
       {"paused", "dead"},
       {"failed", "retrying"},
       {"failed", "queued"},
       {"failed", "dead"},
       {"retrying", "running"},
       {"retrying", "queued"},
       {"retrying", "paused"},
       {"retrying", "dead"},
       {"dead", "queued"}},
      [&](const auto& from, const auto& to) {
        return allows("queue", "status", from, to);
      });
}

TEST_F(Transitions, OfAPullRequestEndWithMerged) {
  const std::vector<std::string> states = {"draft", "open", "approved",
                                           "merged", "closed"};
  Pairs allowed;
  for (const std::string& from : states)
    for (const std::string& to : states)
      if (from != "merged") allowed.emplace_back(from, to);
  expect_exactly(states, allowed, [&](const auto& from, const auto& to) {
    return allows("pull_requests", "status", from, to);
  });
}

TEST_F(Transitions, OfAnAskEndWithItsAnswer) {
  expect_exactly(
      {"open", "approved", "denied", "expired"},
      {{"open", "approved"}, {"open", "denied"}, {"open", "expired"}},
      [&](const auto& from, const auto& to) {
        return allows("asks", "status", from, to);
      });
}

TEST_F(Transitions, OfACheckInEndWithItsEnd) {
  Pairs allowed;
  for (const char* from : {"waiting", "paused"})
    for (const char* to : {"waiting", "paused", "done", "cancelled", "failed"})
      allowed.emplace_back(from, to);
  expect_exactly({"waiting", "paused", "done", "cancelled", "failed"}, allowed,
                 [&](const auto& from, const auto& to) {
                   return allows("checkins", "state", from, to);
                 });
}

TEST_F(Transitions, OfAFeatureEndWithArchived) {
  const std::string update = "UPDATE features SET status = ";
  run(update + "'completed'");
  run(update + "'in-progress'");
  run(update + "'completed'");
  run(update + "'archived'");
  for (const char* to : {"'in-progress'", "'completed'"})
    EXPECT_TRUE(refusal_of(update + to).find("illegal transition") !=
                std::string::npos);
}

TEST_F(Transitions, ABatchEndsOnceWhenAllItsItemsHave) {
  run("INSERT INTO batches(created_at) VALUES (1)");
  for (const char* hash : {"a", "b"})
    run(std::string("INSERT INTO queue(batch_id, spec_path, content_hash, "
                    "status, enqueued_at) VALUES (1, 's', '") +
        hash + "', 'running', 1)");
  run("UPDATE queue SET status = 'done', completed_at = 5 "
      "WHERE content_hash = 'a'");
  EXPECT_EQ(number("SELECT ended_at IS NULL FROM batches"), 1);
  run("UPDATE queue SET status = 'failed', completed_at = 7 "
      "WHERE content_hash = 'b'");
  EXPECT_EQ(number("SELECT ended_at FROM batches"), 7);
  run("UPDATE queue SET status = 'retrying' WHERE content_hash = 'b'");
  run("UPDATE queue SET status = 'dead', completed_at = 9 "
      "WHERE content_hash = 'b'");
  EXPECT_EQ(number("SELECT ended_at FROM batches"), 7);
}

TEST_F(Transitions, EndsAreFinalInTheOtherTables) {
  run("INSERT INTO blockers(feature_id, role, blocker_type, description, "
      "status, created_at) VALUES (" +
      id() + ", 'r', 'technical', 'd', 'resolved', 1)");
  EXPECT_NE(refusal_of("UPDATE blockers SET status = 'active'"), "nothing");
  run("INSERT INTO intents(ref, old_commit, new_commit, pid, pid_start, "
      "status, created_at) VALUES ('r', 'a', 'b', 1, 1, 'done', 1)");
  EXPECT_NE(refusal_of("UPDATE intents SET status = 'open'"), "nothing");
  run("INSERT INTO snapshots(agent, ref, commit_hash, reason, paths, taken_at, "
      "dropped_at) VALUES ('a', 'r', 'c', 'x', '[]', 1, 2)");
  EXPECT_NE(refusal_of("UPDATE snapshots SET dropped_at = NULL"), "nothing");
  run("INSERT INTO limits(runtime, source, resets_at, created_at, ended_at) "
      "VALUES ('r', 's', 9, 1, 2)");
  EXPECT_NE(refusal_of("UPDATE limits SET ended_at = NULL"), "nothing");
  run("INSERT INTO gates(tree, command, result, created_at) "
      "VALUES ('t', 'c', 'failed', 1)");
  EXPECT_NE(refusal_of("UPDATE gates SET result = 'passed'"), "nothing");
}

TEST_F(Transitions, AVerdictIsOneOfThree) {
  const std::string insert =
      "INSERT INTO verdicts(a_commit, b_commit, context, verdict, paths, "
      "types, created_at) VALUES ('1', '2', 'c', ";
  run(insert + "'unknown', '[]', '[]', 1)");
  EXPECT_NE(refusal_of(insert + "'maybe', '[]', '[]', 1)"), "nothing");
}

TEST_F(Transitions, AContradictionEndsWithItsResolution) {
  run("INSERT INTO task_events(event_id, event_type, message, created_at) "
      "VALUES (x'00', 't', 'a', 1), (x'01', 't', 'b', 1)");
  run("INSERT INTO contradictions(feature_id, topic, first_event, "
      "second_event, created_at) VALUES (" +
      id() + ", 'x', 1, 2, 1)");
  run("UPDATE contradictions SET status = 'resolved', resolved_at = 2");
  EXPECT_NE(refusal_of("UPDATE contradictions SET status = 'open'"), "nothing");
}

TEST_F(Transitions, ALeaseStaysAndItsNumberOnlyRises) {
  EXPECT_EQ(take_lease(store_, "x", "a", 10, 20)->fencing, 1);
  EXPECT_EQ(take_lease(store_, "x", "a", 12, 30)->fencing, 1);
  EXPECT_EQ(take_lease(store_, "x", "b", 15, 40), std::nullopt);
  EXPECT_EQ(take_lease(store_, "x", "b", 30, 40)->fencing, 2);
  release_lease(store_, "x");
  EXPECT_EQ(find_lease(store_, "x")->owner, std::nullopt);
  EXPECT_EQ(take_lease(store_, "x", "b", 31, std::nullopt)->fencing, 3);
  EXPECT_TRUE(find_lease(store_, "x")->is_held(std::int64_t{1} << 60));
  EXPECT_NE(refusal_of("UPDATE leases SET fencing = 1"), "nothing");
  EXPECT_NE(refusal_of("DELETE FROM leases"), "nothing");
  EXPECT_EQ(find_lease(store_, "y"), std::nullopt);
}

}  // namespace
}  // namespace orch::store
