// SPDX-License-Identifier: MIT
//
// A status that stays, on a real terminal: a pane of a tmux server of our own.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatusWatch : public ::testing::Test {
 protected:
  StatusWatch() {
    box.make_repository();
    box.set("LC_ALL", "C.UTF-8");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  ~StatusWatch() override { tmux({"kill-server"}); }

  std::string tmux(const std::vector<std::string>& args) const {
    std::vector<std::string> argv = {"tmux", "-S", box.path("look"), "-f",
                                     "/dev/null"};
    argv.insert(argv.end(), args.begin(), args.end());
    return box.run_in(box.repo(), argv).out;
  }
  // What it shows, as text.
  std::string screen() const { return tmux({"capture-pane", "-p"}); }
  void start(const std::string& more = "") const {
    tmux({"new-session", "-d", "-x", "100", "-y", "24",
          "git orch status --watch " + more + "; echo it ended with $?; cat"});
    ASSERT_TRUE(shows("q leave")) << screen();
  }
  void press(const std::string& key) const { tmux({"send-keys", key}); }
  bool shows(const std::string& part) const {
    return eventually([&] { return screen().find(part) != std::string::npos; });
  }

  Sandbox box;
};

TEST_F(StatusWatch, FollowsACommitOfAnybody) {
  start();
  EXPECT_TRUE(shows("0 conflicts"));
  for (const char* role : {"impl-api", "impl-ui"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git commit -qam " + std::string(role));
  }
  EXPECT_TRUE(shows("collision: 001-a/impl-api and 001-a/impl-ui in one.txt"))
      << screen();
}

TEST_F(StatusWatch, SendsToTheAgentThatIsChosen) {
  start();
  press("j");
  EXPECT_TRUE(shows("> 001-a/overseer"));
  press("j");
  EXPECT_TRUE(shows("> 001-a/impl-api"));
  press("s");
  EXPECT_TRUE(shows("to 001-a/impl-api: _"));
  tmux({"send-keys", "-l", "héllo; $(x)"});
  EXPECT_TRUE(shows("héllo; $(x)_"));
  press("Enter");
  EXPECT_TRUE(shows("sent to 001-a/impl-api")) << screen();
  EXPECT_EQ(box.sql("SELECT text FROM messages m JOIN agents a ON a.id = "
                    "m.agent_id WHERE a.role = 'impl-api' AND sender = "
                    "'person'"),
            "héllo; $(x)\n");
}

TEST_F(StatusWatch, FiltersAgentsAndShowsThemAllAgain) {
  start();
  press("/");
  tmux({"send-keys", "-l", "impl-ui"});
  EXPECT_TRUE(shows("/impl-ui_"));
  EXPECT_TRUE(eventually([&] {
    return screen().find("001-a/overseer ") == std::string::npos;
  })) << screen();
  press("Enter");
  EXPECT_TRUE(shows("/impl-ui  (escape: all)"));
  press("Escape");
  EXPECT_TRUE(shows("001-a/overseer "));
}

// The last character of a line that is as wide as the terminal, too.
TEST_F(StatusWatch, CutsNothingOffAFullLine) {
  box.sql(
      "UPDATE agents SET state = 'needs-human', pid = 1, pid_namespace = 1, "
      "run = 'r' WHERE role = 'impl-ui'");
  tmux({"new-session", "-d", "-x", "80", "-y", "24",
        "git orch status --watch; cat"});
  ASSERT_TRUE(shows("q leave")) << screen();
  EXPECT_TRUE(shows("git orch agent attach 001-a/impl-ui\n")) << screen();
}

TEST_F(StatusWatch, ShowsWhatMattersInALowPane) {
  box.sql(
      "UPDATE agents SET state = 'needs-human', pid = 1, pid_namespace = 1, "
      "run = 'r' WHERE role = 'impl-ui'");
  tmux({"new-session", "-d", "-x", "100", "-y", "6",
        "git orch status --watch; cat"});
  EXPECT_TRUE(shows("needs you")) << screen();
  press("j");
  EXPECT_TRUE(shows("> 001-a/overseer")) << screen();
  press("Escape");
  EXPECT_TRUE(shows("needs you")) << screen();
}

TEST_F(StatusWatch, LeavesTheTerminalAsItWas) {
  start();
  press("v");
  EXPECT_TRUE(shows("COMMITS"));
  press("q");
  EXPECT_TRUE(shows("it ended with 0"));
  EXPECT_EQ(screen().find("q leave"), std::string::npos);
  // Lines are edited and echoed again.
  tmux({"send-keys", "-l", "typed"});
  EXPECT_TRUE(shows("typed"));
}

TEST_F(StatusWatch, FitsATerminalOfAnotherSize) {
  start();
  tmux({"resize-window", "-x", "60", "-y", "9"});
  EXPECT_TRUE(eventually([&] {
    const std::string text = screen();
    return std::count(text.begin(), text.end(), '\n') == 9 &&
           text.find("up/down choose") != std::string::npos;
  })) << screen();
}

TEST_F(StatusWatch, EndsBySignal) {
  start();
  const std::string pid = tmux({"list-panes", "-F", "#{pane_pid}"});
  // The pane's shell has one child.
  const std::string child =
      box.run_in(box.repo(),
                 {"ps", "-o", "pid=", "--ppid", pid.substr(0, pid.size() - 1)})
          .out;
  box.type("kill -TERM " + child.substr(0, child.size() - 1));
  // git hands it on, and says how it was ended itself.
  EXPECT_TRUE(shows("it ended with 143")) << screen();
  tmux({"send-keys", "-l", "typed"});
  EXPECT_TRUE(shows("typed")) << screen();
}

TEST_F(StatusWatch, ShowsAllRepositories) {
  start("--all");
  EXPECT_TRUE(shows("healthy"));
  press("j");
  EXPECT_TRUE(shows("> " + box.repo())) << screen();
  press("Enter");  // into the repository
  EXPECT_TRUE(shows("001-a/impl-api"));
  press("q");
  EXPECT_TRUE(shows("HEALTH"));
}

TEST_F(StatusWatch, NeedsATerminalOrAProgram) {
  const Result r = box.type("git orch status --watch");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "needs a terminal"));
  EXPECT_EQ(box.type("git orch status --watch --format md").status, 129);
  // For programs: a line now, and one for each change, until nobody reads.
  const Result lines = box.run_in(
      box.repo(), {"sh", "-ec",
                   "git orch status -w --json | { read a; git orch send "
                   "001-a/impl-ui -m x -q; read b; echo \"$b\"; }"});
  EXPECT_TRUE(holds(lines.out, R"("unread":1)"));
}

}  // namespace
}  // namespace orch::test
