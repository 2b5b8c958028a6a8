// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// The role key `notify_on_commit_of`: told by the hook's own child.
class Watchers : public ::testing::Test {
 protected:
  Watchers() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  void role(const std::string& name, const std::string& more) const {
    box.write(box.repo() + "/.git/orch/roles/" + name + ".yaml",
              "name: " + name + "\nreports_to: overseer\n" + more);
  }
  void make_feature() const {
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,tester -q");
  }
  void commit(const std::string& agent, const std::string& file,
              const std::string& subject) const {
    const std::string at = box.worktree("001-a", agent);
    box.write(at + "/" + file, subject + "\n");
    box.ok_in(at, "git add -A");
    box.ok_in(at, "git commit -qm '" + subject + "'");
  }
  // The texts of what waits for the tester about commits, oldest first.
  std::vector<std::string> told() const {
    std::vector<std::string> out;
    const Result r =
        box.type("git orch inbox --agent 001-a/tester --kind message --json");
    const json::Value data = r.data();
    for (const json::Value& m : *data["messages"].as_array())
      if (m["text"].as_string()->find(" committed ") != std::string::npos)
        out.push_back(*m["text"].as_string());
    return out;
  }
  Sandbox box;
};

TEST_F(Watchers, AreToldOfACommitWithoutAnybodyAsking) {
  role("tester", "notify_on_commit_of: [impl-api]\n");
  make_feature();
  commit("impl-api", "a.cc", "first part");
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
  const std::string text = told()[0];
  EXPECT_TRUE(text.starts_with("impl-api committed "));
  EXPECT_TRUE(holds(text, " first part\n1 file:\n  a.cc\n"));
  // Its own commits and those of other roles are no news.
  commit("tester", "t.cc", "own");
  commit("overseer", "o.cc", "overseer's");
  box.ok("git orch tick -q");
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(Watchers, OfPathsAreToldWhenTheyAreTouched) {
  role("tester", "notify_on_commit_of: [impl-api]\nwatch: ['src/*.cc']\n");
  make_feature();
  commit("impl-api", "notes/a.md", "words");
  commit("impl-api", "src/a.cc", "code");
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
  box.ok("git orch tick -q");
  ASSERT_EQ(told().size(), 1U);
  EXPECT_TRUE(holds(told()[0], " code\n1 file:\n  src/a.cc\n"));
}

TEST_F(Watchers, AreToldOnceAlsoAfterARebase) {
  role("tester", "notify_on_commit_of: [impl-api]\n");
  make_feature();
  commit("impl-api", "a.cc", "one");
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
  const std::string api = box.worktree("001-a", "impl-api");
  box.ok_in(api, "git commit -q --amend -m another");
  box.ok_in(api, "git rebase -q --force-rebase HEAD~1");
  box.ok("git orch tick -q");
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(Watchers, AreToldOfACommitThatNoHookSaw) {
  role("tester", "notify_on_commit_of: [impl-api]\n");
  make_feature();
  box.ok("git orch tick -q");
  const std::string api = box.worktree("001-a", "impl-api");
  box.ok_in(api,
            "git -c core.hooksPath=/dev/null commit -q --allow-empty -m quiet");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  ASSERT_EQ(told().size(), 1U);
  EXPECT_TRUE(holds(told()[0], "quiet"));
  EXPECT_EQ(box.ok("git orch query --porcelain \"SELECT metadata FROM "
                   "task_events WHERE message = 'quiet'\""),
            "{\"source\":\"commit\",\"observed\":\"late\"}\n");
}

TEST_F(Watchers, WithABadRoleFileKeepNobodyElseFromTheirs) {
  role("tester", "notify_on_commit_of: [impl-api]\n");
  make_feature();
  role("impl-api", "nonsense: [\n");
  commit("impl-api", "a.cc", "one");
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
}

TEST_F(Watchers, OfPathsNeedARoleToWatch) {
  role("tester", "watch: [src]\n");
  const Result r = box.type(
      "git orch init-feature 001-a --roles overseer,impl-api,tester --json");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.out, "'watch' without 'notify_on_commit_of'"));
}

}  // namespace
}  // namespace orch::test
