// SPDX-License-Identifier: MIT
//
// Moves that a file stands in the way of, or that git does not make.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SyncRefused : public ::testing::Test {
 protected:
  SyncRefused() {
    box.make_repository();
    box.ok("git orch init -q --no-hooks");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    api = box.worktree("001-a", "impl-api");
    overseer = box.worktree("001-a", "overseer");
  }
  // What the overseer commits, ignored files among it.
  void land(const std::string& script) const {
    shell(overseer, script + "\ngit add -Af . && git commit -qm more");
  }
  void shell(const std::string& at, const std::string& script) const {
    const Result r = box.run_in(at, {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << r.err;
  }
  void ignore(const std::string& pattern) const {
    box.write(box.repo() + "/.git/info/exclude", pattern + "\n");
  }
  std::string outcome(int status) const {
    const Result r = box.type("git orch sync run --json impl-api");
    EXPECT_EQ(r.status, status) << r.out << r.err;
    const json::Value data = r.data();
    const json::Value& row = data["agents"].as_array()->at(0);
    const std::string* reason = row["reason"].as_string();
    return *row["outcome"].as_string() + (reason ? ": " + *reason : "");
  }
  std::string tip() const { return box.ok_in(api, "git rev-parse HEAD"); }
  std::string status() const {
    return box.ok_in(api, "git status --porcelain");
  }
  bool is_marked() const {
    const std::string dir = box.ok_in(api, "git rev-parse --absolute-git-dir");
    return file::exists(dir.substr(0, dir.size() - 1) + "/orch-sync");
  }

  Sandbox box;
  std::string api, overseer;
};

TEST_F(SyncRefused, ByAnIgnoredFileWhereADirectoryIsToBe) {
  land("mkdir -p build/deep; echo x > build/deep/x");
  ignore("build");
  box.write(api + "/build", "precious\n");
  const std::string before = tip();
  EXPECT_EQ(outcome(4), "skipped: 'build' is in the way, which is not tracked");
  EXPECT_EQ(box.read(api + "/build"), "precious\n");
  EXPECT_EQ(tip(), before);
  box.ok_in(api, "rm build");
  box.write(api + "/build/deep", "precious\n");
  EXPECT_EQ(outcome(4),
            "skipped: 'build/deep' is in the way, which is not tracked");
  EXPECT_EQ(box.read(api + "/build/deep"), "precious\n");
}

TEST_F(SyncRefused, ByAnIgnoredLinkWhereADirectoryIsToBe) {
  land("mkdir lnk; echo z > lnk/z");
  ignore("lnk");
  shell(api, "mkdir ../elsewhere; ln -s ../elsewhere lnk");
  EXPECT_EQ(outcome(4), "skipped: 'lnk' is in the way, which is not tracked");
  EXPECT_EQ(file::link_target(api + "/lnk"), "../elsewhere");
  EXPECT_FALSE(file::exists(api + "/../elsewhere/z"));
  // Also one that leads nowhere.
  shell(api, "rmdir ../elsewhere");
  EXPECT_EQ(outcome(4), "skipped: 'lnk' is in the way, which is not tracked");
  EXPECT_EQ(file::link_target(api + "/lnk"), "../elsewhere");
}

TEST_F(SyncRefused, ByAnIgnoredFileInADirectoryThatBecomesAFile) {
  land("mkdir d; echo x > d/x; ln -s d l");
  EXPECT_EQ(outcome(0), "forwarded");
  land("git rm -qr d l; echo d > d; mkdir l; echo y > l/y");
  ignore("*.o");
  box.write(api + "/d/deep/kept.o", "precious\n");
  EXPECT_EQ(outcome(4),
            "skipped: 'd/deep/kept.o' is in the way, which is not tracked");
  EXPECT_EQ(box.read(api + "/d/deep/kept.o"), "precious\n");
  EXPECT_EQ(box.read(api + "/d/x"), "x\n");
  // What is tracked itself is in nobody's way.
  shell(api, "rm -r d/deep");
  EXPECT_EQ(outcome(0), "forwarded");
  EXPECT_EQ(box.read(api + "/d"), "d\n");
  EXPECT_EQ(box.read(api + "/l/y"), "y\n");
  EXPECT_EQ(status(), "");
}

TEST_F(SyncRefused, NotByAFileThatWasMerelyTouched) {
  land("echo x > one.txt");
  shell(api, "touch -d 2001-01-01 one.txt");
  EXPECT_EQ(outcome(0), "forwarded");
  EXPECT_EQ(box.read(api + "/one.txt"), "x\n");
}

TEST_F(SyncRefused, ByALockOnTheBranchIsAsBefore) {
  land("git rm -q two.txt; echo x > one.txt; mkdir d; echo b > d/b");
  const std::string before = tip();
  const std::string lock =
      box.repo() + "/.git/refs/heads/feature/001-a/impl-api.lock";
  box.ok("git config core.filesRefLockTimeout 0");
  box.write(lock, "");
  EXPECT_TRUE(outcome(4).starts_with(
      "skipped: cannot move 'feature/001-a/impl-api' in '"));
  EXPECT_EQ(status(), "");
  EXPECT_EQ(tip(), before);
  EXPECT_FALSE(file::exists(api + "/d"));
  EXPECT_TRUE(file::exists(lock));
  EXPECT_FALSE(is_marked());
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/backup"), "");
  file::remove(lock);
  EXPECT_EQ(outcome(0), "forwarded");
  EXPECT_EQ(status(), "");
}

TEST_F(SyncRefused, ByAHookOfTheUserIsAsBefore) {
  land("git rm -q two.txt; mkdir two.txt; echo b > two.txt/b");
  const std::string before = tip();
  const std::string hook = box.repo() + "/.git/hooks/reference-transaction";
  box.write(hook,
            "#!/bin/sh\n[ \"$1\" != prepared ] || ! grep -q refs/heads/\n");
  box.ok("chmod +x .git/hooks/reference-transaction");
  box.write(api + "/notes", "untracked\n");
  EXPECT_TRUE(outcome(4).starts_with("skipped: cannot move '"));
  EXPECT_EQ(status(), "?? notes\n");
  EXPECT_EQ(tip(), before);
  EXPECT_TRUE(box.read(api + "/two.txt").starts_with("line 1\n"));
  EXPECT_FALSE(is_marked());
  file::remove(hook);
  EXPECT_EQ(outcome(0), "forwarded");
  EXPECT_EQ(status(), "?? notes\n");
}

}  // namespace
}  // namespace orch::test
