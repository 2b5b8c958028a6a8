// SPDX-License-Identifier: MIT
#include "task/task.h"

#include "error/error.h"
#include "store/events.h"
#include "store/messages.h"
#include "unit/store/rows.h"

namespace orch::task {
namespace {

class Tasks : public store::StoreTest {
 protected:
  Tasks() {
    const std::int64_t id = add_feature("001-a");
    feature_ = *store::find_feature(store_, id);
    api_ = add_agent(id, "001-a/impl-api");
    ui_ = add_agent(id, "001-a/impl-ui");
  }
  store::Task added(const std::string& id,
                    const std::vector<std::string>& waits_for = {}) {
    return add(store_, feature_,
               {.id = id, .title = "title of " + id, .depends_on = waits_for},
               {});
  }
  void says(const std::string& commit, const std::string& message,
            std::int64_t at = 1) {
    store::Transaction transaction(store_);
    record_commit(store_, feature_.id, commit, message, at);
    refresh(store_, feature_, at);
    transaction.commit();
  }
  void rewritten(const std::string& before,
                 const std::optional<std::string>& after) {
    store::Transaction transaction(store_);
    store::map_commit(store_, before, after, 1);
    refresh(store_, feature_, 1);
    transaction.commit();
  }
  std::string status(const std::string& id) {
    const auto task = require_task(store_, feature_, id);
    return task.status + (task.commit ? " " + task.commit->substr(0, 2) : "");
  }
  std::vector<std::string> types() {
    std::vector<std::string> out;
    for (const auto& e :
         store::list_events(store_, {.limit = 100, .oldest_first = true}))
      if (e.type != "task_added") out.push_back(e.type);
    return out;
  }
  std::vector<std::string> told(const store::Agent& agent) {
    std::vector<std::string> out;
    for (const auto& m :
         store::list_messages(store_, agent.id, store::Which::All))
      out.push_back(m.text);
    return out;
  }
  static std::string id(char c) { return std::string(40, c); }
  Actor as(const store::Agent& a) {
    return {.name = a.address, .role = a.role};
  }

  store::Feature feature_;
  store::Agent api_, ui_;
};

using Texts = std::vector<std::string>;

TEST_F(Tasks, FollowTheCommitsThatNameAndCompleteThem) {
  added("T001");
  says(id('a'), "T001 first step");
  EXPECT_EQ(status("T001"), "doing aa");
  says(id('b'), "the rest\n\ndone T001", 2);
  EXPECT_EQ(status("T001"), "done bb");
}

TEST_F(Tasks, KnowWhatCommitsSaidBeforeTheyWereAdded) {
  says(id('a'), "closes T009");
  EXPECT_EQ(added("T009").status, "done");
}

TEST_F(Tasks, AreReopenedByARevertAndClosedByTheRevertOfTheRevert) {
  added("T001");
  says(id('a'), "done T001");
  says(id('b'), "Revert \"done T001\"\n\nThis reverts commit " + id('a') + ".");
  EXPECT_EQ(status("T001"), "open");
  EXPECT_EQ(types(), Texts{"task_reopened"});
  says(id('c'),
       "Reapply \"done T001\"\n\nThis reverts commit " + id('b') + ".");
  EXPECT_EQ(status("T001"), "done aa");
}

TEST_F(Tasks, FallBackToDoingWhenOnlyTheLastStepIsReverted) {
  added("T001");
  says(id('a'), "T001 begin");
  says(id('b'), "done T001", 2);
  says(id('c'), "Revert\n\nThis reverts commit " + id('b') + ".", 3);
  EXPECT_EQ(status("T001"), "doing aa");
}

TEST_F(Tasks, FollowACommitThroughAmendAndDrop) {
  added("T001");
  says(id('a'), "done T001");
  rewritten(id('a'), id('b'));
  EXPECT_EQ(status("T001"), "open");
  says(id('b'), "T001 not quite");
  EXPECT_EQ(status("T001"), "doing bb");
  rewritten(id('b'), std::nullopt);
  EXPECT_EQ(status("T001"), "open");
}

TEST_F(Tasks, ARevertOfACommitThatWasRewrittenSinceStillCounts) {
  added("T001");
  says(id('a'), "done T001");
  says(id('b'), "Revert\n\nThis reverts commit " + id('a') + ".");
  rewritten(id('a'), id('c'));
  says(id('c'), "done T001");
  EXPECT_EQ(status("T001"), "open");
}

TEST_F(Tasks, ARewrittenCommitKeepsTheTimeOfTheOneThatItWas) {
  added("T001");
  says(id('a'), "done T001", 1);
  say(store_, feature_, "T001", {.status = "doing"}, {});
  EXPECT_EQ(status("T001"), "doing");
  rewritten(id('a'), id('b'));
  says(id('b'), "done T001", std::int64_t{1} << 50);
  EXPECT_EQ(status("T001"), "doing");
}

TEST_F(Tasks, AreReleasedAndTheirOwnersToldOnceInOneTransaction) {
  added("T001");
  added("T002");
  added("T003", {"T001", "T002"});
  assign(store_, feature_, "T003", &ui_, {});
  EXPECT_EQ(status("T003"), "blocked");
  EXPECT_EQ(told(ui_), Texts{"T003 is yours: title of T003"});
  says(id('a'), "done T001");
  EXPECT_EQ(status("T003"), "blocked");
  say(store_, feature_, "T002", {.status = "done"}, {});
  EXPECT_EQ(status("T003"), "open");
  const Texts expected = {"T003 is yours: title of T003",
                          "T003 can start: T001, T002 are finished: title of "
                          "T003"};
  EXPECT_EQ(told(ui_), expected);
  says(id('b'), "T001 again");
  say(store_, feature_, "T002", {.status = "done"}, {});
  EXPECT_EQ(told(ui_), expected);
  EXPECT_EQ(types(),
            (Texts{"task_assigned", "task_completed", "task_unblocked"}));
}

TEST_F(Tasks, ADroppedDependencyReleasesToo) {
  added("T001");
  added("T002", {"T001"});
  say(store_, feature_, "T001", {.status = "dropped"}, {});
  EXPECT_EQ(status("T002"), "open");
}

TEST_F(Tasks, ABlockCoversWhatWasKnownBeforeAndIsTakenBack) {
  added("T001");
  say(store_, feature_, "T001", {.status = "doing"}, as(api_));
  say(store_, feature_, "T001", {.status = "blocked", .reason = "no key"},
      as(api_));
  EXPECT_EQ(require_task(store_, feature_, "T001").reason, "no key");
  EXPECT_EQ(require_task(store_, feature_, "T001").owner, "001-a/impl-api");
  EXPECT_EQ(unblock(store_, feature_, "T001", {}).status, "doing");
  EXPECT_EQ(types(), (Texts{"task_started", "task_blocked", "task_unblocked"}));
}

TEST_F(Tasks, WaitForEachOtherNever) {
  added("T001");
  added("T002", {"T001"});
  added("T003", {"T002"});
  EXPECT_EQ(
      test::thrown_by([&] { depend(store_, feature_, "T001", {"T003"}); }),
      "refused_by_policy: task 'T001' cannot wait for 'T003': they would wait "
      "for each "
      "other (T001 -> T003 -> T002 -> T001)");
  EXPECT_EQ(
      test::thrown_by([&] { depend(store_, feature_, "T001", {"T001"}); }),
      "refused_by_policy: task 'T001' cannot wait for 'T001': they would wait "
      "for each "
      "other (T001 -> T001)");
  EXPECT_EQ(status("T001"), "open");
  EXPECT_EQ(undepend(store_, feature_, "T002", {"T001"}).status, "open");
}

TEST_F(Tasks, AreClaimedByOneAgentUnderANumberThatRises) {
  added("T001");
  EXPECT_EQ(claim(store_, feature_, "T001", api_, 60000).fencing, 1);
  EXPECT_EQ(claim(store_, feature_, "T001", api_, 60000).fencing, 1);
  EXPECT_TRUE(
      test::thrown_by([&] { claim(store_, feature_, "T001", ui_, 60000); })
          .starts_with(
              "contended: task 'T001' is claimed by 001-a/impl-api until "));
  release(store_, feature_, "T001", as(api_), 1);
  EXPECT_EQ(require_task(store_, feature_, "T001").owner, std::nullopt);
  EXPECT_EQ(claim(store_, feature_, "T001", ui_, 60000).fencing, 2);
  EXPECT_EQ(
      test::thrown_by([&] {
        say(store_, feature_, "T001", {.status = "done", .fencing = 1},
            as(api_));
      }),
      "refused_by_policy: claim 1 of task 'T001' is outdated: the latest is 2");
  EXPECT_EQ(test::thrown_by([&] {
              say(store_, feature_, "T001", {.status = "done"}, as(api_));
            }),
            "refused_by_policy: task 'T001' is claimed by 001-a/impl-ui");
  say(store_, feature_, "T001", {.status = "done", .fencing = 2}, as(ui_));
  EXPECT_EQ(
      test::thrown_by([&] { claim(store_, feature_, "T001", api_, 60000); }),
      "refused_by_policy: task 'T001' is done");
}

TEST_F(Tasks, AClaimThatIsOverCanBeTakenByAnother) {
  added("T001");
  claim(store_, feature_, "T001", api_, 0);
  EXPECT_EQ(claim(store_, feature_, "T001", ui_, 60000).fencing, 2);
  EXPECT_EQ(require_task(store_, feature_, "T001").owner, "001-a/impl-ui");
}

TEST_F(Tasks, AreImportedWhollyOrNotAtAll) {
  const std::vector<tasklist::Task> ring = {
      {.id = "T001", .title = "a", .depends_on = {"T002"}},
      {.id = "T002", .title = "b", .depends_on = {"T001"}}};
  EXPECT_NE(test::thrown_by(
                [&] { import_tasks(store_, feature_, ring, Merge::All); }),
            "nothing");
  EXPECT_TRUE(store::list_tasks(store_, feature_.id).empty());
}

TEST_F(Tasks, TakeOverTitlesAndWhatIsSaidFromAnImport) {
  added("T001");
  const auto done = import_tasks(store_, feature_,
                                 {{.id = "T001", .title = "renamed"},
                                  {.id = "T002",
                                   .title = "new",
                                   .status = "done",
                                   .depends_on = {"T001"}}},
                                 Merge::All);
  EXPECT_EQ(done.added, 1);
  EXPECT_EQ(done.updated, 1);
  EXPECT_EQ(require_task(store_, feature_, "T001").title, "renamed");
  EXPECT_EQ(status("T002"), "done");
  const auto again = import_tasks(
      store_, feature_, {{.id = "T001", .title = "other"}}, Merge::OnlyNew);
  EXPECT_EQ(again.added + again.updated, 0);
  EXPECT_EQ(require_task(store_, feature_, "T001").title, "renamed");
}

TEST_F(Tasks, GetTheNextFreeNumber) {
  EXPECT_EQ(add(store_, feature_, {.title = "x"}, {}).task_id, "T001");
  added("T041");
  EXPECT_EQ(add(store_, feature_, {.title = "y"}, {}).task_id, "T042");
}

}  // namespace
}  // namespace orch::task
