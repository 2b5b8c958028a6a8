// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// What an agent is told later than at its first start.
class BriefAgain : public ::testing::Test {
 protected:
  BriefAgain() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }
  bool comes_to(const std::string& query, const std::string& wanted) const {
    return eventually([&] {
      box.ok("git orch tick -q");
      return box.sql(query) == wanted;
    });
  }
  std::string briefs(const std::string& role) const {
    return box.sql(
        "SELECT count(*) FROM messages m JOIN agents a ON a.id = "
        "m.agent_id WHERE m.kind = 'brief' AND m.level = 'acked' AND "
        "a.role = '" +
        role + "'");
  }
  void start(const std::string& role) const {
    box.ok("git orch agent start " + role + " --runtime script -q");
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return briefs(role) == "1\n";
    }));
  }
  std::string tree() const { return box.worktree("001-a", "impl-ui"); }
  Sandbox box;
};

TEST_F(BriefAgain, SaysWhereTheAgentWasWhenItGoesOn) {
  EXPECT_EQ(box.ok("git orch brief impl-ui").find("Where you were"),
            std::string::npos);
  EXPECT_TRUE(holds(box.ok("git orch brief impl-ui --reason resume"),
                    "You go on with work that you began before.\n"));
  EXPECT_TRUE(holds(box.ok("git orch brief impl-ui --reason resume"),
                    "Where you were:\n  You have not committed yet.\n"));
  box.write(tree() + "/one.txt", "new\n");
  box.ok_in(tree(), "git commit -qam 'the first half'");
  box.write(tree() + "/two.txt", "more\n");
  const std::string text = box.ok("git orch brief impl-ui --reason compact");
  EXPECT_TRUE(holds(text,
                    "Your conversation was compacted; this is your brief "
                    "again.\n"));
  EXPECT_TRUE(
      holds(text, ": " + box.ok_in(tree(), "git rev-parse HEAD").substr(0, 12) +
                      " the first half\n  Not committed: two.txt\n"));
  const Result wrong = box.type("git orch brief impl-ui --reason resum");
  EXPECT_EQ(wrong.status, 129);
  EXPECT_TRUE(holds(wrong.err, "did you mean 'resume'"));
}

TEST_F(BriefAgain, ShowsACheckpoint) {
  box.ok("git orch task add 'draw the page' --feature 001-a -q");
  box.ok("git orch task assign T001 impl-ui -q");
  box.ok("git orch log-conflict 001-a impl-ui one.txt");
  const std::string text = box.ok("git orch brief impl-ui --checkpoint");
  for (const char* part :
       {"CHECKPOINT of 001-a/impl-ui, 20",
        "Open tasks:\n  T001  open  draw "
        "the page\n",
        "Open conflicts:\n  1: 001-a/impl-ui and", "What comes next:\n"})
    EXPECT_TRUE(holds(text, part));
  EXPECT_EQ(
      box.type("git orch brief impl-ui --checkpoint --reason resume").status,
      129);
  EXPECT_EQ(box.type("git orch brief impl-ui --checkpoint --send").status, 129);
}

TEST_F(BriefAgain, NamesItsTasksAndCountsTheFreeOnes) {
  for (const char* title : {"draw the page", "mend the page", "print it"})
    box.run_in(box.repo(), {"git", "orch", "task", "add", title, "-q"});
  box.ok("git orch task assign T001 impl-ui -q");
  box.ok("git orch task done T002 -q");
  const std::string text = box.ok("git orch brief impl-ui");
  EXPECT_TRUE(holds(text,
                    "Your tasks:\n  T001  open  draw the page\n  1 open "
                    "task without an owner: git orch task list"));
  EXPECT_EQ(text.find("mend the page"), std::string::npos);
}

TEST_F(BriefAgain, TellsOneOrAllThatRunAgain) {
  start("impl-ui");
  const Result one =
      box.type("git orch brief impl-ui --send --reason compact --json");
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_EQ((*one.data()["messages"].as_array())[0]["to"],
            json::Value("001-a/impl-ui"));
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return briefs("impl-ui") == "2\n";
  }));
  // One that does not run is briefed when it starts.
  const Result stopped = box.type("git orch brief overseer --send");
  EXPECT_EQ(stopped.status, 128);
  EXPECT_TRUE(holds(stopped.err, "agent '001-a/overseer' does not run"));
  start("overseer");
  const Result all = box.type("git orch brief --all");
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_TRUE(holds(all.out, "briefed 001-a/impl-ui, message "));
  EXPECT_TRUE(holds(all.out, "briefed 001-a/overseer, message "));
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return briefs("impl-ui") == "3\n" && briefs("overseer") == "2\n";
  }));
  EXPECT_EQ(box.type("git orch brief --all impl-ui").status, 129);
  EXPECT_EQ(box.type("git orch brief --send").status, 129);
}

TEST_F(BriefAgain, ComesByItselfWhenTheCliHasCompacted) {
  start("impl-ui");
  // As a person, or the CLI by itself, does it: not by our own verb.
  const std::string socket = box.ok("git config --default '' orch.tmuxSocket");
  box.ok("git orch send impl-ui -m /compact --wait acked -q");
  EXPECT_EQ(briefs("impl-ui"), "1\n");
  const std::string pane = box.sql("SELECT pane FROM agents WHERE pane <> ''");
  ASSERT_FALSE(pane.empty());
  const json::Value data =
      box.type("git orch agent list --json").data()["agents"];
  ASSERT_TRUE(data.as_array());
  box.run_in(box.repo(),
             {"sh", "-c",
              "tmux -S \"$(find \"$XDG_RUNTIME_DIR\" -type s | head -n 1)\" "
              "send-keys -t '" +
                  pane.substr(0, pane.size() - 1) + "' /compact Enter"});
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return briefs("impl-ui") == "2\n";
  }));
  EXPECT_TRUE(
      holds(box.sql("SELECT text FROM messages WHERE kind = 'brief' ORDER "
                    "BY id DESC LIMIT 1"),
            "Your conversation was compacted"));
  // `agent compact` briefs by itself: the hook adds no second one.
  ASSERT_TRUE(
      comes_to("SELECT state FROM agents WHERE role = 'impl-ui'", "idle\n"));
  box.ok("git orch agent compact impl-ui -q");
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return briefs("impl-ui") == "3\n";
  }));
  EXPECT_TRUE(
      comes_to("SELECT count(*) FROM meta WHERE key LIKE 'compacted %' "
               "AND value <> '0'",
               "0\n"));
  EXPECT_EQ(briefs("impl-ui"), "3\n");
}

TEST_F(BriefAgain, CutsATextThatIsABook) {
  box.run_in(box.repo(), {"git", "orch", "task", "add", std::string(20000, 'x'),
                          "--agent", "impl-ui", "-q"});
  const std::string text = box.ok("git orch brief impl-ui");
  EXPECT_TRUE(holds(text, "  T001  open  xxx"));
  EXPECT_LT(text.size(), 5000U);
}

TEST_F(BriefAgain, FillsInTheWordsOfTheRole) {
  const std::string path = box.repo() + "/.git/orch/roles/impl-ui.yaml";
  box.write(path, box.read(path) +
                      "brief: |\n  {agent} works on {feature} in {branch}.\n"
                      "paths: {allow: [src/ui/], deny: ['*.lock']}\n"
                      "writes: [mock-ups/]\n");
  const std::string text = box.ok("git orch brief impl-ui");
  for (const char* part :
       {"001-a/impl-ui works on 001-a in feature/001-a/impl-ui.\n",
        "Change only these paths: src/ui/\n",
        "Leave these paths alone: *.lock\n",
        "Your own output goes to mock-ups/\n"})
    EXPECT_TRUE(holds(text, part));
}

}  // namespace
}  // namespace orch::test
