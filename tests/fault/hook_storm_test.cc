// SPDX-License-Identifier: MIT
//
// Many gits at once in many worktrees: no command fails or speaks, every
// commit is one event, and nothing of ours is left running.
#include <algorithm>

#include "fault/loop.h"
#include "file/file.h"
#include "support/rest.h"
#include "text/text.h"

namespace orch::test {
namespace {

class HookStorm : public ::testing::Test {
 protected:
  HookStorm() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  // Runs all shell texts at once, each in its directory; silent and successful.
  void run_at_once(
      const std::vector<std::pair<std::string, std::string>>& all) {
    std::string script;
    for (const auto& [directory, text] : all)
      script += "(set -e; cd '" + directory + "'\n" + text +
                "\n) || echo \"failed in " + directory + "\" &\n";
    const Result r = box.run_in(box.root(), {"sh", "-c", script + "wait\n"});
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.out + r.err, "");
  }
  void calm() const {
    EXPECT_TRUE(comes_to_rest(box));
    box.ok("git orch tick -q");
  }
  // "<commit> <how many events speak of it>", followed through rewrites.
  std::vector<std::string> told() const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", "-separator", " ",
         ".git/orch/orch.db",
         "SELECT CASE WHEN m.old_commit IS NULL THEN e.commit_hash "
         "ELSE m.new_commit END AS now, count(*) FROM task_events e "
         "LEFT JOIN commit_map m ON m.old_commit = e.commit_hash "
         "WHERE e.commit_hash IS NOT NULL GROUP BY now HAVING now NOT NULL"});
    return r.lines();
  }
  void expect_each_once(const std::string& range) const {
    const auto found = told();
    int commits = 0;
    for (const std::string& id : box.type("git rev-list " + range).lines()) {
      ++commits;
      EXPECT_EQ(std::count(found.begin(), found.end(), id + " 1"), 1)
          << range << ": " << id;
    }
    EXPECT_GT(commits, 0) << range;
  }
  bool all_have_ended() const {
    for (const std::string& pid : file::names_in("/proc")) try {
        if (pid[0] >= '0' && pid[0] <= '9' &&
            file::find_contents("/proc/" + pid + "/environ")
                    .value_or("")
                    .find("HOME=" + box.path("home")) != std::string::npos)
          return false;
      } catch (const std::exception&) {
        continue;  // it has just ended
      }
    return true;
  }
  void expect_calm_and_whole() const {
    EXPECT_TRUE(eventually([&] { return all_have_ended(); }));
    expect_whole(box);
    EXPECT_EQ(box.ok("find .git/orch/spool -name '*-*'"), "");
    EXPECT_EQ(box.type("cat .git/orch/log/tick.log").out, "");
  }

  Sandbox box;
};

TEST_F(HookStorm, AHundredCommitsAtOnceAreAHundredEvents) {
  std::vector<std::pair<std::string, std::string>> all;
  std::string names;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    box.ok("git worktree add -q -b w" + n + " ../w" + n);
    all.emplace_back(box.path("w" + n), "git commit -q --allow-empty -m c" + n);
    names += " w" + n;
  }
  run_at_once(all);
  calm();
  EXPECT_EQ(told().size(), 100U);
  expect_each_once("main.." + names.substr(1, names.find(' ', 1) - 1));
  expect_each_once(names.substr(1) + " --not main");
  expect_calm_and_whole();
}

// What agents do all day, all at the same moment. A tick that runs in the
// middle of a rebase or an amend sees commits before their hook has told.
TEST_F(HookStorm, RewritesAndMergesAmongThemDoubleNothing) {
  const std::vector<std::string> roles = {"impl-api", "impl-data", "impl-ui"};
  box.ok(
      "git orch init-feature 001-a -q --roles overseer,impl-api,impl-data,"
      "impl-ui");
  std::vector<std::pair<std::string, std::string>> all;
  const std::string turns = "for i in 1 2 3 4 5 6; do\n";
  for (const std::string& role : roles)
    all.emplace_back(box.worktree("001-a", role),
                     turns + "  echo $i >" + role +
                         ".txt; git add .; git commit -qm $i\n"
                         "  echo $i.2 >" +
                         role +
                         ".txt; git commit -qa --amend -m $i.2\n"
                         "  git commit -q --allow-empty -m $i.3\n"
                         "  git checkout -q --detach; git checkout -q -\n"
                         "  git rebase -q --no-verify main\ndone");
  all.emplace_back(box.worktree("001-a", "overseer"),
                   turns +
                       "  git commit -q --allow-empty -m $i\n"
                       "  git merge -q --no-ff -m m$i main\n"
                       "  git cherry-pick --allow-empty HEAD~1 >/dev/null\n"
                       "done");
  all.emplace_back(box.repo(),
                   turns + "  git commit -q --allow-empty -m base$i; done");
  run_at_once(all);
  calm();
  for (const std::string& role : roles)
    expect_each_once("main..feature/001-a/" + role);
  expect_each_once("--no-merges main..feature/001-a/overseer");
  expect_calm_and_whole();
}

}  // namespace
}  // namespace orch::test
