// SPDX-License-Identifier: MIT
#include "overview/overview.h"
#include "store/blockers.h"
#include "store/conflicts.h"
#include "store/tasks.h"
#include "unit/store/rows.h"

namespace orch::overview {
namespace {

class Page : public store::StoreTest {
 protected:
  Page() {
    feature_.feature =
        store::find_feature(store_, add_feature("001-a")).value();
    AgentStatus overseer;
    overseer.agent = add_agent(feature_.feature.id, "001-a/overseer");
    feature_.agents = {overseer};
  }
  void log(const std::string& message, std::int64_t at) {
    store::Event e;
    e.spec_id = "001-a";
    e.role = "overseer";
    e.type = "status_update";
    e.message = message;
    e.at = at;
    store::insert_event(store_, e);
  }
  // The lines below the heading `name`.
  std::string section(const std::string& name) {
    const std::string page = feature_page(store_, feature_);
    const std::string heading = "\n## " + name + "\n\n";
    const std::size_t begin = page.find(heading);
    if (begin == std::string::npos) return "no section";
    const std::size_t end = page.find("\n## ", begin + 1);
    return page.substr(
        begin + heading.size(),
        end == std::string::npos ? end : end - begin - heading.size());
  }

  FeatureStatus feature_;
};

TEST_F(Page, OfAFeatureWithoutAnythingSaysSo) {
  for (const char* name : {"Assignments", "Known blockers", "Conflicts",
                           "Pull requests", "Integration results"})
    EXPECT_EQ(section(name), "None.\n") << name;
}

TEST_F(Page, TellsWhenEachAgentWasLastHeardOf) {
  feature_.agents[0].agent.state_since = 1000;
  log("later", 5000);
  log("clock went back", 4000);
  EXPECT_NE(section("Agents").find("| 1970-01-01T00:00:05Z |"),
            std::string::npos)
      << section("Agents");
}

TEST_F(Page, HasTasksBlockersConflictsRequestsAndTests) {
  store::Task task;
  task.feature_id = feature_.feature.id;
  task.task_id = "T001";
  task.title = "a | b";
  task.status = "doing";
  task.owner = "001-a/overseer";
  store::insert_task(store_, task);
  store::Blocker blocker;
  blocker.feature_id = feature_.feature.id;
  blocker.role = "overseer";
  blocker.type = "external";
  blocker.description = "no key";
  blocker.created_at = 1000;
  store::insert_blocker(store_, blocker);
  store::Conflict conflict;
  conflict.feature_id = feature_.feature.id;
  conflict.a = "001-a/overseer";
  conflict.b = "base";
  conflict.kind = "stale";
  conflict.paths = {"a.txt", "b_c.txt"};
  store::insert_conflict(store_, conflict);
  store_.database().execute(
      "INSERT INTO pull_requests(feature_id, role, pr_number, title, status, "
      "base_branch, head_branch, created_at) VALUES "
      "(1, 'overseer', 7, 'goals', 'open', 'main', 'feature/x', 1)");
  store_.database().execute(
      "INSERT INTO test_results(feature_id, role, test_type, commit_hash, "
      "status, total, passed, created_at) VALUES (1, 'overseer', "
      "'integration', '0123456789abcdef', 'failed', 9, 8, 1000)");
  EXPECT_EQ(section("Assignments"),
            "| Task | Title | Status | Owner | Waits for |\n"
            "|---|---|---|---|---|\n"
            "| T001 | a \\| b | doing | 001-a/overseer |  |\n");
  EXPECT_NE(section("Known blockers")
                .find("| 1 | overseer | external | no key |  | "
                      "1970-01-01T00:00:01Z |\n"),
            std::string::npos);
  EXPECT_NE(section("Conflicts")
                .find("| 1 | 001-a/overseer | base | stale | warning | a.txt, "
                      "b_c.txt |\n"),
            std::string::npos);
  EXPECT_NE(section("Pull requests")
                .find("| 7 | overseer | open | feature/x | main | goals |  |"),
            std::string::npos);
  EXPECT_NE(section("Integration results")
                .find("| overseer | integration | failed 8/9 | 0123456789ab | "
                      "1970-01-01T00:00:01Z |\n"),
            std::string::npos);
  EXPECT_NE(section("Agents").find("| integration failed 8/9 |\n"),
            std::string::npos);
}

TEST_F(Page, LetsNoTextMeanAnything) {
  log("<b> [x](y) `c` *d* _e_ snake_case ~f~ &amp; #g !h \\| \x1b[0m\n## i", 1);
  EXPECT_NE(section("Status updates")
                .find("| \\<b\\> \\[x\\](y) \\`c\\` \\*d\\* \\_e\\_ snake_case "
                      "\\~f\\~ \\&amp; \\#g \\!h \\\\\\| \\\\x1b\\[0m\\\\n\\#"
                      "\\# i |\n"),
            std::string::npos)
      << section("Status updates");
  feature_.feature.base = "refs/heads/a`b``c";
  EXPECT_NE(feature_page(store_, feature_).find("from ``` a`b``c ```, "),
            std::string::npos);
}

TEST_F(Page, InHtmlShowsHostileNamesAsTheyAre) {
  feature_.feature.name = "</title><img src=x onerror=\"a\">";
  feature_.feature.base = "refs/heads/<b>&'\"";
  store_.database().execute(
      "INSERT INTO pull_requests(feature_id, role, pr_number, title, url, "
      "status, base_branch, head_branch, created_at) VALUES "
      "(1, 'overseer', 7, 'a', 'https://x/?a=\"&b', 'open', 'm', 'h', 1), "
      "(1, 'overseer', 8, 'b', 'javascript:alert(1)', 'open', 'm', 'h', 1)");
  const std::string page = feature_html(store_, feature_);
  const auto has = [&](const char* part) {
    return page.find(part) != std::string::npos;
  };
  EXPECT_TRUE(
      has("<title>&lt;/title&gt;&lt;img src=x onerror=&quot;a&quot;"
          "&gt;</title>"));
  EXPECT_TRUE(has("<code>&lt;b&gt;&amp;&#39;&quot;</code>"));
  EXPECT_TRUE(has("<a href=\"https://x/?a=&quot;&amp;b\" "));
  EXPECT_TRUE(has("<td>javascript:alert(1)</td>"));
  EXPECT_FALSE(has("<img"));
  EXPECT_TRUE(has("<p class=\"faint\">None.</p>"));
}

TEST_F(Page, ReadsManyEventsWithoutLosingOne) {
  constexpr int kEvents = 1203;
  for (int i = 0; i < kEvents; ++i) log("e", i);
  int seen = 0;
  std::int64_t before = 0;
  const std::int64_t last =
      for_each_event(store_, "001-a", 0, [&](const store::Event& e) {
        EXPECT_GT(e.id, before);
        before = e.id;
        ++seen;
      });
  EXPECT_EQ(seen, kEvents);
  EXPECT_EQ(last, before);
  EXPECT_EQ(for_each_event(store_, "gone", 5, [](const store::Event&) {}), 5);
}

}  // namespace
}  // namespace orch::overview
