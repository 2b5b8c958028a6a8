// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Agent : public ::testing::Test {
 protected:
  Agent() { box.make_repository(); }

  void feature(const std::string& spec_id = "001-a") const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature " + spec_id +
           " --roles overseer,impl-api,impl-ui -q");
  }
  json::Value agent(const std::string& address) const {
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      if (a["id"] == json::Value(address)) return a;
    return {};
  }
  Sandbox box;
};

TEST_F(Agent, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch agent -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch agent [list [-v]]\n"));
  feature();
  const std::string before = box.fingerprint();
  for (const char* line :
       {"git orch agent start", "git orch agent stop",
        "git orch agent start impl-api impl-ui",
        "git orch agent stop impl-api impl-ui", "git orch agent strat impl-api",
        "git orch agent list impl-api", "git orch agent clean impl-api",
        "git orch agent log impl-api -n none",
        "git orch agent log impl-api --lines 0",
        "git orch agent start impl-api --runtme script"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line << "\n" << r.out << r.err;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch agent")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch agent strat impl-api").err,
                    "error: unknown action 'strat', did you mean 'start'?\n"));
  EXPECT_TRUE(holds(box.type("git orch agent bogus").err,
                    "\nhint: known: list, start, stop, restart, attach, log, "
                    "clean, compact\n"));
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(Agent, ListsNothingAndCreatesNothingWithoutAStore) {
  EXPECT_EQ(box.ok("git orch agent --json"),
            R"({"version":1,"ok":true,"data":{"agents":[]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch agent list"), "no agents\n");
  EXPECT_EQ(box.ok("git orch agent list --porcelain"), "");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Agent, ListsAnAgentThatWasNeverStartedAsStopped) {
  feature();
  EXPECT_TRUE(
      holds(box.ok("git orch agent list --json"),
            R"({"id":"001-a/impl-api","feature":"001-a","role":"impl-api",)"
            R"("branch":"feature/001-a/impl-api","worktree":")" +
                box.worktree("001-a", "impl-api") +
                R"(","runtime":null,"state":"stopped",)"
                R"("source":"command","since":")"));
  EXPECT_TRUE(holds(box.ok("git orch agent list --json"),
                    R"("pane":null,"pid":null,"exit_status":null,)"
                    R"("cli_version":null,"conversation":null,)"
                    R"("restart_at":null,"why":"never started",)"
                    R"("ports":{}})"));
  const auto lines = box.type("git orch agent list --porcelain").lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[1].starts_with(
      "001-a/impl-api\t001-a\timpl-api\tfeature/001-a/impl-api\t" +
      box.worktree("001-a", "impl-api") + "\t\tstopped\tcommand\t"))
      << lines[1];
  EXPECT_TRUE(lines[1].ends_with("Z\t\t\t"));
  EXPECT_EQ(box.ok("git orch agent list -z").back(), '\0');
  EXPECT_EQ(box.ok("git orch agent list -q"), "");
  EXPECT_TRUE(holds(box.ok("git orch agent"), "AGENT           STATE"));
}

TEST_F(Agent, SuggestsTheNearestNameForAnUnknownOne) {
  feature();
  const Result r = box.type("git orch agent stop impl-ap");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "fatal: unknown agent 'impl-ap'\n"));
  EXPECT_TRUE(holds(r.err, "impl-api"));
  const json::Value error =
      box.type("git orch agent stop 001-b/impl-api --json").json()["error"];
  EXPECT_EQ(error["code"], json::Value("unknown_name"));
  EXPECT_EQ(error["hint"], json::Value("did you mean '001-a/impl-api'?"));
}

TEST_F(Agent, AsksForTheFeatureWhenARoleIsInTwo) {
  feature("001-a");
  feature("002-b");
  const json::Value error =
      box.type("git orch agent log impl-api --json").json()["error"];
  EXPECT_EQ(error["code"], json::Value("ambiguous"));
  EXPECT_TRUE(
      holds(*error["hint"].as_string(), "001-a/impl-api, 002-b/impl-api"));
  // Inside a worktree of one of them it is that feature's.
  EXPECT_TRUE(holds(box.ok_in(box.worktree("002-b", "overseer"),
                              "git orch agent log impl-api --json"),
                    R"("agent":"002-b/impl-api")"));
}

TEST_F(Agent, HasNoPaneToAttachToBeforeItStarts) {
  feature();
  const Result r = box.type("git orch agent attach impl-api");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: agent '001-a/impl-api' has no pane\n"
            "hint: git orch agent start 001-a/impl-api\n");
  EXPECT_EQ(
      box.type("git orch agent attach impl-api --json").json()["error"]["code"],
      json::Value("dead_pane"));
}

TEST_F(Agent, IsAttachedToFromATerminalAlone) {
  feature();
  box.ok("git orch agent start impl-api --runtime script -q");
  const Result r = box.type("git orch agent attach impl-api");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: cannot attach to '001-a/impl-api': standard input is no "
            "terminal\nhint: git orch agent log 001-a/impl-api\n");
  EXPECT_EQ(
      box.type("git orch agent attach impl-api --json").json()["error"]["code"],
      json::Value("io"));
}

TEST_F(Agent, ShowsItsPaneToAPersonWhoAttaches) {
  feature();
  box.ok("git orch agent start impl-api --runtime script -q");
  // A terminal of our own for the person.
  const std::string screen = box.path("run") + "/screen";
  ASSERT_EQ(box.run_in(box.repo(), {"tmux", "-S", screen, "-f", "/dev/null",
                                    "new-session", "-d", "-x", "200", "-y",
                                    "50", "git orch agent attach impl-api"})
                .status,
            0);
  EXPECT_TRUE(eventually([&] {
    return box.run_in(box.repo(), {"tmux", "-S", screen, "capture-pane", "-p"})
               .out.find("001-a/impl-api") != std::string::npos;
  }));
  box.type("tmux -S " + screen + " kill-server");
  EXPECT_TRUE(eventually(
      [&] { return agent("001-a/impl-api")["state"] == json::Value("idle"); }));
}

TEST_F(Agent, AttachesNobodyToAPaneThatIsAnothersByNow) {
  feature();
  box.ok("git orch agent start impl-api --runtime script -q");
  // As after the server has ended and another made a pane of that number.
  ASSERT_EQ(
      box.run_in(box.repo(),
                 {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                  "UPDATE agents SET pane_pid = 1 WHERE role = "
                  "'impl-api'"})
          .status,
      0);
  const Result r = box.type("git orch agent attach impl-api");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "agent '001-a/impl-api' has no pane"));
}

TEST_F(Agent, KeepsTheEndOfItsLogAlsoWhenThePaneIsGone) {
  feature();
  EXPECT_EQ(box.ok("git orch agent log impl-api"), "");
  box.script("impl-api", "say one\nsay two\nsay three\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(eventually([&] {
    return box.ok("git orch agent log impl-api").ends_with("three\n\n> \n");
  }));
  const std::string tail = "two\nthree\n\n> \n";
  EXPECT_EQ(box.ok("git orch agent log impl-api -n 4"), tail);
  EXPECT_EQ(box.ok("git orch agent log impl-api --lines 2"), "\n> \n");
  box.ok("git orch agent stop impl-api -q");
  EXPECT_EQ(box.ok("git orch agent log impl-api -n 4"), tail);
  EXPECT_EQ(box.ok("git orch agent log impl-api -n 1 --json"),
            R"({"version":1,"ok":true,"data":{"agent":"001-a/impl-api",)"
            R"("text":"> \n","coloured":"> \n\u001b[m"}})"
            "\n");
}

TEST_F(Agent, FindsNothingToStopInADirectoryWithoutAnAgent) {
  feature();
  const Result r = box.type("git orch agent stop --dir ../tmp");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "fatal: no agent works in '../tmp'\n"));
  EXPECT_TRUE(holds(r.err, "hint: git orch agent start --dir ../tmp\n"));
}

}  // namespace
}  // namespace orch::test
