// SPDX-License-Identifier: MIT
#include "support/openmetrics.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class MetricsVerb : public ::testing::Test {
 protected:
  MetricsVerb() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1790000000000");
  }
  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }
  Exposition read() const {
    const Exposition out = read_openmetrics(box.ok("git orch metrics"));
    EXPECT_EQ(out.error, "");
    return out;
  }
  // The value of a metric of this repository.
  std::optional<double> value(
      const std::string& name,
      std::map<std::string, std::string> labels = {}) const {
    labels["repository"] = box.repo() + "/.git";
    return read().find(name, labels);
  }

  Sandbox box;
};

TEST_F(MetricsVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(
      box.ok("git orch metrics -h").starts_with("usage: git orch metrics "));
  for (const char* line : {"git orch metrics a", "git orch metrics --porcelain",
                           "git orch metrics -o ''"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(MetricsVerb, IsEmptyAndSoundWithoutAStore) {
  EXPECT_EQ(box.ok("git orch metrics"), "# EOF\n");
  EXPECT_EQ(box.ok("git orch metrics --json"),
            R"({"version":1,"ok":true,"data":{"metrics":[]}})"
            "\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(MetricsVerb, TellsWhatThereIsAndWhatThereWas) {
  set_up();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m one");
  box.ok("git orch log-event 001-a overseer note x -q");
  box.ok("git orch send 001-a/impl-ui -m hi -q");
  box.ok("git orch log-conflict 001-a impl-ui a.txt -q");
  box.ok("git orch tick -q");
  box.sql("UPDATE messages SET level = 'typed', typed_at = sent_at + 300");
  box.sql(
      "INSERT INTO usage VALUES (2, 'c', 20718, 'm', 1000, 200, 30, 1250000)");
  box.sql(
      "INSERT INTO gates(tree, command, result, duration_ms, created_at) "
      "VALUES ('t', 'c', 'passed', 1500, 1)");
  EXPECT_EQ(value("git_orch_agents", {{"state", "stopped"}}), 2);
  EXPECT_EQ(value("git_orch_agents", {{"state", "busy"}}), 0);
  EXPECT_EQ(value("git_orch_conflicts_open"), 1);
  EXPECT_EQ(value("git_orch_messages_unread"), 1);
  EXPECT_EQ(value("git_orch_checkins_overdue"), 0);
  EXPECT_EQ(value("git_orch_last_tick_age_seconds"), 0);
  EXPECT_EQ(value("git_orch_daemon_running"), 0);
  EXPECT_EQ(value("git_orch_queue_items", {{"status", "queued"}}), 0);
  EXPECT_GT(value("git_orch_store_size_bytes").value_or(0), 4096);
  EXPECT_EQ(value("git_orch_events_total", {{"type", "note"}}), 1);
  EXPECT_EQ(value("git_orch_commits_total"), 1);
  EXPECT_EQ(value("git_orch_messages_total", {{"level", "queued"}}), 1);
  EXPECT_EQ(value("git_orch_messages_total", {{"level", "typed"}}), 1);
  EXPECT_EQ(value("git_orch_messages_total", {{"level", "read"}}), 0);
  EXPECT_EQ(value("git_orch_agent_restarts_total"), 0);
  EXPECT_GE(value("git_orch_store_waits_total"), 0);
  EXPECT_EQ(value("git_orch_gate_runs_total", {{"result", "passed"}}), 1);
  const std::string agent = "001-a/impl-ui";
  EXPECT_EQ(
      value("git_orch_tokens_total", {{"agent", agent}, {"kind", "input"}}),
      1000);
  EXPECT_EQ(value("git_orch_cost_usd_total", {{"agent", agent}}), 1.25);
  EXPECT_EQ(value("git_orch_message_delivery_seconds_bucket",
                  {{"level", "typed"}, {"le", "0.25"}}),
            0);
  EXPECT_EQ(value("git_orch_message_delivery_seconds_bucket",
                  {{"level", "typed"}, {"le", "0.5"}}),
            1);
  EXPECT_EQ(value("git_orch_gate_duration_seconds_sum"), 1.5);
  // The hook of the commit has measured itself; a tick has passed.
  EXPECT_GE(value("git_orch_hook_duration_seconds_count").value_or(0), 1);
  EXPECT_GE(value("git_orch_fold_delay_seconds_count").value_or(0), 1);
  EXPECT_GE(value("git_orch_tick_duration_seconds_count").value_or(0), 1);
}

TEST_F(MetricsVerb, KeepsHostileNamesInTheirPlace) {
  set_up();
  const std::string hostile = "a\"} 1\n# EOF\n\\";
  box.run_in(box.repo(), {"git", "orch", "log-event", "001-a", "overseer",
                          hostile, "x", "-q"});
  const std::string name =
      box.sql("SELECT event_type FROM task_events LIMIT 1");
  EXPECT_EQ(value("git_orch_events_total",
                  {{"type", name.substr(0, name.size() - 1)}}),
            1);
}

TEST_F(MetricsVerb, PrintsTheSameAsJson) {
  set_up();
  const json::Value metrics =
      box.type("git orch metrics --json").data()["metrics"];
  const json::Value& agents = metrics.as_array()->at(0);
  EXPECT_EQ(agents["name"], json::Value("git_orch_agents"));
  EXPECT_EQ(agents["type"], json::Value("gauge"));
  EXPECT_TRUE(agents["unit"].is_null());
  EXPECT_EQ(json::to_text(agents["samples"].as_array()->at(0)),
            R"({"name":"git_orch_agents","labels":{"state":"busy"},)"
            R"("value":0})");
}

TEST_F(MetricsVerb, ReplacesAFileAsAWhole) {
  set_up();
  const std::string path = box.path("orch.prom");
  EXPECT_EQ(box.ok("git orch metrics --output " + path),
            "wrote " + path + "\n");
  const std::string first = box.read(path);
  EXPECT_EQ(read_openmetrics(first).error, "");
  EXPECT_TRUE(holds(first, "git_orch_events_total") ||
              holds(first, "git_orch_commits_total"));
  box.ok("git orch log-event 001-a overseer note x -q");
  box.ok("git orch metrics -o " + path + " -q");
  EXPECT_TRUE(holds(box.read(path), "type=\"note\"} 1\n"));
  EXPECT_EQ(box.type("git orch metrics --json -o " + path).data()["file"],
            json::Value(path));
  EXPECT_EQ(read_openmetrics(box.ok("git orch metrics -o -")).error, "");
  // Neither through a link nor into our own state.
  box.run_in(box.repo(), {"ln", "-s", path, box.path("link")});
  EXPECT_EQ(box.type("git orch metrics -o " + box.path("link")).status, 128);
  EXPECT_EQ(box.type("git orch metrics -o .git/orch/x").status, 128);
  EXPECT_EQ(box.type("git orch metrics -o /dev/null").status, 128);
}

}  // namespace
}  // namespace orch::test
