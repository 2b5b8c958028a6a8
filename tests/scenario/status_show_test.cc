// SPDX-License-Identifier: MIT
//
// What a person finds at one look: who waits for them, who will collide and
// where, who is limited until when, and what has landed.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatusShow : public ::testing::Test {
 protected:
  StatusShow() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  json::Value data(const std::string& line = "git orch status --json") const {
    return box.type(line).data();
  }
  void collide() const {
    for (const char* role : {"impl-api", "impl-ui"}) {
      const std::string tree = box.worktree("001-a", role);
      box.write(tree + "/one.txt", std::string(role) + "\n");
      box.ok_in(tree, "git commit -qam " + std::string(role));
    }
    box.ok("git orch tick -q");
  }

  Sandbox box;
};

TEST_F(StatusShow, WhoWaitsForAPersonComesFirstWithWhatToType) {
  box.sql(
      "UPDATE agents SET state = 'needs-human', state_source = 'hook', pid = "
      "1, "
      "pid_start = 0, run = 'r' WHERE role = 'impl-ui'");
  // Its process is not one of this machine: as it is told.
  box.sql("UPDATE agents SET pid_namespace = 1 WHERE role = 'impl-ui'");
  const std::string text = box.ok("git orch status");
  EXPECT_TRUE(
      text.starts_with("needs you\n!  001-a/impl-ui waits for a person"))
      << text;
  EXPECT_TRUE(holds(text, "git orch agent attach 001-a/impl-ui\n"));
  const json::Value d = data();
  EXPECT_EQ(d["needs_human"], json::Value(1));
  const json::Value& need = (*d["needs"].as_array())[0];
  EXPECT_EQ(need["agent"], json::Value("001-a/impl-ui"));
  EXPECT_EQ(need["spec_id"], json::Value("001-a"));
  EXPECT_EQ(need["kind"], json::Value("needs-human"));
}

TEST_F(StatusShow, WhoWillCollideAndWhere) {
  collide();
  const std::string text = box.ok("git orch status");
  EXPECT_TRUE(holds(text,
                    "collision: 001-a/impl-api and 001-a/impl-ui in "
                    "one.txt; git orch conflicts show 1\n"));
  const json::Value d = data();
  const json::Value& c = (*d["open_conflicts"].as_array())[0];
  EXPECT_EQ(c["paths"], json::Value(json::Array{"one.txt"}));
  EXPECT_EQ(c["kind"], json::Value("collision"));
}

TEST_F(StatusShow, WhenALimitedAgentWakes) {
  box.ok("git orch limits set 001-a/impl-ui --in 43m -q");
  const json::Value d = data();
  const json::Value& limit = (*d["limits"].as_array())[0];
  EXPECT_EQ(limit["agent"], json::Value("001-a/impl-ui"));
  // With the grace that clocks need.
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "limited: 001-a/impl-ui wakes in 45m, at " +
                        *limit["wakes_at"].as_string() + "\n"));
}

TEST_F(StatusShow, WhatHasLandedInTheLastHour) {
  box.write(box.worktree("001-a", "impl-api") + "/api.txt", "x\n");
  const std::string tree = box.worktree("001-a", "impl-api");
  box.ok_in(tree, "git add .");
  box.ok_in(tree, "git commit -qm api");
  box.ok("git orch integrate 001-a/impl-api -q");
  const json::Value d = data();
  const json::Value& landed = (*d["landed"].as_array())[0];
  EXPECT_EQ(landed["agent"], json::Value("001-a/impl-api"));
  EXPECT_EQ(landed["into"], json::Value("feature/001-a/overseer"));
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "landed: 001-a/impl-api, " +
                        landed["commit"].as_string()->substr(0, 10) +
                        " into feature/001-a/overseer, now\n"));
  box.set("ORCH_TEST_NOW", "1800003600001");
  EXPECT_TRUE(data()["landed"].as_array()->empty());
}

TEST_F(StatusShow, AtWhichTaskAnAgentWorks) {
  box.ok(
      "git orch task add \"the list\" --id T001 --agent 001-a/impl-ui "
      "--feature 001-a -q");
  box.ok("git orch task start T001 --feature 001-a -q");
  const json::Value d = data();
  const json::Value& agents = (*d["features"].as_array())[0]["agents"];
  EXPECT_EQ((*agents.as_array())[2]["task"], json::Value("T001"));
  EXPECT_TRUE(holds(box.ok("git orch status"), "T001"));
}

TEST_F(StatusShow, ATaskOfNobodyIsThatOfWhoCommitsForIt) {
  box.ok("git orch task add \"the list\" --id T009 --feature 001-a -q");
  box.ok_in(box.worktree("001-a", "impl-ui"),
            "git commit -q --allow-empty -m \"T009 begun\"");
  const json::Value d = data();
  const json::Value& agents = (*d["features"].as_array())[0]["agents"];
  EXPECT_EQ((*agents.as_array())[2]["task"], json::Value("T009"));
}

TEST_F(StatusShow, APromptIsOneLineOfCounts) {
  box.set("LC_ALL", "C");
  EXPECT_EQ(box.ok("git orch status --format prompt"), "");
  collide();
  box.sql(
      "UPDATE agents SET state = 'busy', pid = 1, pid_namespace = 1, run = 'r' "
      "WHERE role = 'impl-ui'");
  EXPECT_EQ(box.ok("git orch status --format prompt"), "x1 *1\n");
  box.set("LC_ALL", "C.UTF-8");
  EXPECT_EQ(box.ok("git orch status --format prompt"), "✗1 ●1\n");
  // Where there is nothing of ours, a prompt shows nothing.
  const Result outside =
      box.type_in(box.path("home"), "git orch status --format prompt");
  EXPECT_EQ(outside.status, 0);
  EXPECT_EQ(outside.out + outside.err, "");
}

TEST_F(StatusShow, GlyphsAreAsciiWhereTheLocaleIsNot) {
  box.set("LC_ALL", "C");
  EXPECT_TRUE(holds(box.ok("git orch status"), ". stopped"));
  box.set("LC_ALL", "C.UTF-8");
  EXPECT_TRUE(holds(box.ok("git orch status"), "· stopped"));
}

TEST_F(StatusShow, ColoursAreGitsOwn) {
  box.set("TERM", "xterm");
  box.set("NO_COLOR", "");
  EXPECT_EQ(box.ok("git orch status").find('\x1b'), std::string::npos);
  EXPECT_TRUE(holds(box.ok("git -c color.ui=always orch status"), "\x1b[1m"));
  box.ok("git config color.orch always");
  EXPECT_TRUE(holds(box.ok("git orch status"), "\x1b[1m"));
  box.set("NO_COLOR", "1");
  EXPECT_EQ(box.ok("git orch status").find('\x1b'), std::string::npos);
}

TEST_F(StatusShow, VerboseTellsProgramsOfCommitsToo) {
  const std::string tree = box.worktree("001-a", "impl-api");
  box.write(tree + "/one.txt", "other\n");
  box.ok_in(tree, "git commit -qam \"the subject\"");
  box.write(tree + "/one.txt", "more\n");
  const json::Value d = data("git orch status -v --json");
  const json::Value& agents = (*d["features"].as_array())[0]["agents"];
  const json::Value& api = (*agents.as_array())[1];
  EXPECT_EQ(api["ahead"], json::Value(1));
  EXPECT_EQ(api["behind"], json::Value(0));
  EXPECT_EQ(api["dirty"], json::Value(1));
  EXPECT_EQ(api["last_commit"]["subject"], json::Value("the subject"));
}

TEST_F(StatusShow, FormatJsonIsWhatJsonPrints) {
  EXPECT_EQ(box.ok("git orch status --format json"),
            box.ok("git orch status --json"));
}

}  // namespace
}  // namespace orch::test
