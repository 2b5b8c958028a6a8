// SPDX-License-Identifier: MIT
#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// Who fell behind is told once.
class Behind : public ::testing::Test {
 protected:
  Behind() {
    box.make_repository();
    box.ok("git orch init -q --no-hooks");
    box.ok(
        "git orch init-feature 001-a -q --roles overseer,impl-api,impl-data");
    box.ok("git orch tick -q");
  }

  void commit(const std::string& at, const std::string& file,
              const std::string& text) const {
    box.write(at + "/" + file, text);
    box.ok_in(at, "git add -A");
    box.ok_in(at, "git commit -qm 'change " + file + "'");
  }
  std::string at(const std::string& role) const {
    return box.worktree("001-a", role);
  }
  // The texts that are not read yet.
  std::string told(const std::string& role) const {
    return box.sql(
        "SELECT m.text FROM messages m JOIN agents a ON a.id = m.agent_id "
        "WHERE a.role = '" +
        role + "' AND m.kind = 'message' AND m.level = 'queued'");
  }
  std::string count(const std::string& role) const {
    return box.sql(
        "SELECT count(*) FROM messages m JOIN agents a ON a.id = m.agent_id "
        "WHERE a.role = '" +
        role + "' AND m.kind = 'message'");
  }
  Sandbox box;
};

TEST_F(Behind, AreToldOnceForEachTipWithWhatItMeans) {
  commit(at("impl-api"), "one.txt", "mine\n");
  commit(at("overseer"), "two.txt", "theirs\n");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(told("impl-api"),
            "feature/001-a/overseer has 1 commit that your branch lacks\n"
            "none of the files that you changed is touched\n"
            "it merges cleanly\n"
            "take it in with: git orch sync run\n");
  EXPECT_EQ(count("impl-data"), "1\n");
  EXPECT_EQ(count("overseer"), "0\n");
  // The next takes the place of what is not read.
  commit(at("overseer"), "one.txt", "theirs\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(told("impl-api"),
            "feature/001-a/overseer has 2 commits that your branch lacks\n"
            "1 file that you changed, too:\n  one.txt\n"
            "it would conflict in 1 file:\n  one.txt\n"
            "look with: git orch check-conflicts\n");
  EXPECT_EQ(box.sql("SELECT reason FROM messages WHERE level = 'expired' AND "
                    "agent_id = (SELECT id FROM agents WHERE role = "
                    "'impl-api')"),
            "replaced by message " +
                box.sql("SELECT max(m.id) FROM messages m JOIN agents a ON "
                        "a.id = m.agent_id WHERE a.role = 'impl-api' AND "
                        "m.kind = 'message'"));
}

TEST_F(Behind, AreNotToldOfTheirOwnWorkComingBack) {
  commit(at("impl-api"), "api.txt", "mine\n");
  box.ok_in(at("overseer"),
            "git merge -q --no-ff --no-edit feature/001-a/impl-api");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("impl-api"), "0\n");
  EXPECT_EQ(count("impl-data"), "1\n");
  // Whoever has taken it in need not read of it.
  box.ok_in(at("impl-data"), "git merge -q feature/001-a/overseer");
  commit(at("overseer"), "more.txt", "more\n");
  box.ok_in(at("impl-data"), "git merge -q feature/001-a/overseer");
  box.ok("git orch tick -q");
  EXPECT_EQ(told("impl-data"), "");
}

TEST_F(Behind, AreToldOfTheBaseWhenItHasGoneFar) {
  for (int i = 0; i < 9; ++i) commit(box.repo(), "base.txt", std::to_string(i));
  box.ok("git orch tick -q");
  EXPECT_EQ(count("overseer"), "0\n");
  commit(box.repo(), "base.txt", "ten");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("overseer"), "1\n");
  EXPECT_EQ(count("impl-api"), "0\n");
  // And again only after as many more.
  commit(box.repo(), "base.txt", "eleven");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("overseer"), "1\n");
}

TEST_F(Behind, AreNotToldWhereThePolicySaysNever) {
  box.write(box.repo() + "/.git/orch/policy.yaml", "sync:\n  tell: never\n");
  commit(at("overseer"), "two.txt", "theirs\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("impl-api"), "0\n");
}

TEST_F(Behind, AreToldNoMoreWhenTheyWereSynced) {
  commit(at("overseer"), "two.txt", "theirs\n");
  box.ok("git orch tick -q");
  box.ok("git orch sync run impl-api");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("impl-api"), "2\n");
  EXPECT_TRUE(
      told("impl-api").starts_with("your branch was brought up to feature/"));
}

// The hook's own child does it, with nobody asking.
TEST(FastLane, TellsWithinOneHookRun) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  box.write(box.repo() + "/.git/orch/roles/tester.yaml",
            "name: tester\nreports_to: overseer\n"
            "notify_on_commit_of: [developer]\nwatch: [src]\n");
  box.write(box.repo() + "/.git/orch/roles/developer.yaml",
            "name: developer\nreports_to: overseer\n");
  box.ok("git orch init-feature 001-a -q --roles overseer,developer,tester");
  const std::string top = box.worktree("001-a", "developer");
  const auto told = [&](const std::string& part, const std::string& n) {
    return eventually([&] {
      return box.sql(
                 "SELECT count(*) FROM messages m JOIN agents a ON a.id = "
                 "m.agent_id WHERE a.role = 'tester' AND m.text LIKE '%" +
                 part + "%'") == n + "\n";
    });
  };
  const auto commit = [&](const std::string& file, const std::string& text) {
    box.write(top + "/" + file, text);
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm '" + text + "'");
  };
  commit("src/a.cc", "plain");
  EXPECT_TRUE(told(" plain", "1"));
  // A merge commit of its own.
  box.ok_in(top, "git checkout -q -b side HEAD~1");
  commit("src/side.cc", "aside");
  box.ok_in(top, "git checkout -q feature/001-a/developer");
  box.ok_in(top, "git merge -q --no-ff -m joined side");
  EXPECT_TRUE(told(" joined", "1"));
  // What came by mail.
  box.ok_in(top, "git checkout -q -b post");
  box.write(top + "/src/b.cc", "mailed\n");
  box.ok_in(top, "git add -A");
  box.ok_in(top, "git -c core.hooksPath=/dev/null commit -qm mailed");
  box.ok_in(top, "git format-patch -q -1 -o " + box.path("mail"));
  box.ok_in(top, "git checkout -q feature/001-a/developer");
  // No child of an earlier hook is at work or waits.
  EXPECT_TRUE(comes_to_rest(box));
  box.run_in(top, {"sh", "-ec", "git am -q " + box.path("mail") + "/*"});
  EXPECT_EQ(box.ok_in(top, "git log -1 --format=%s"), "mailed\n");
  EXPECT_TRUE(told(" mailed", "1"));
  // A commit that was made during a rebase.
  box.ok_in(top,
            "git rebase -q --force-rebase --exec 'git commit -q --allow-empty "
            "-m within && mkdir -p src && echo x > src/c.cc && git add -A && "
            "git commit -q -m inside' HEAD~1");
  EXPECT_TRUE(told(" inside", "1"));
  // Nothing of what is not watched, nothing twice.
  commit("notes.md", "words");
  box.ok("git orch tick -q");
  EXPECT_TRUE(told(" words", "0"));
  EXPECT_TRUE(told(" plain", "1"));
  EXPECT_TRUE(told(" mailed", "1"));
}

}  // namespace
}  // namespace orch::test
