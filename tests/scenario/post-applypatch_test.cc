// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class PostApplypatch : public ::testing::Test {
 protected:
  PostApplypatch() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    top = box.worktree("001-a", "impl-api");
  }
  // A patch series of these commits, none of which any hook has seen.
  void mail(const std::vector<std::string>& subjects) const {
    box.ok_in(top, "git checkout -q --detach");
    for (const std::string& s : subjects) {
      box.write(top + "/" + s, s + "\n");
      box.ok_in(top, "git add -A");
      box.ok_in(top, "git -c core.hooksPath=/dev/null commit -qm " + s);
    }
    box.ok_in(top, "git format-patch -q -" + std::to_string(subjects.size()) +
                       " -o " + box.path("mail"));
    box.ok_in(top, "git checkout -q feature/001-a/impl-api");
  }
  void apply() const {
    box.run_in(top, {"sh", "-ec", "git am -q " + box.path("mail") + "/*"});
  }
  std::string events() const {
    return box.sql(
        "SELECT message, role FROM task_events WHERE commit_hash IS NOT NULL "
        "ORDER BY id");
  }
  Sandbox box;
  std::string top;
};

TEST_F(PostApplypatch, MakesOneEventOfEachPatch) {
  mail({"one", "two"});
  apply();
  const std::string both = "one|impl-api\ntwo|impl-api\n";
  EXPECT_TRUE(eventually([&] { return events() == both; })) << events();
  box.ok("git orch tick -q");
  EXPECT_EQ(events(), both);
}

TEST_F(PostApplypatch, LeavesARebaseThatAppliesPatchesToPostRewrite) {
  box.write(top + "/own", "own\n");
  box.ok_in(top, "git add -A");
  box.ok_in(top, "git commit -qm own");
  box.ok_in(top, "git rebase -q --apply --force-rebase HEAD~1");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(events(), "own|impl-api\n");
}

}  // namespace
}  // namespace orch::test
