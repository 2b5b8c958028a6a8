// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "support/sandbox.h"

namespace orch::test {
namespace {

// Repositories that others read, or share.
class InitUsers : public ::testing::Test {
 protected:
  void set_up(const std::string& init) {
    box.make_repository();
    box.ok(init);
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
  }
  std::string modes() const {
    return box
        .type(
            "stat -c %a .git/config .git/orch-worktrees.config "
            ".git/orch-guard.config")
        .out;
  }
  Sandbox box;
};

TEST_F(InitUsers, ReadWhatTheConfigurationIncludesAsTheyReadIt) {
  set_up("chmod 644 .git/config");
  EXPECT_EQ(modes(), "644\n644\n644\n");
  box.ok("chmod 660 .git/config");
  box.ok("chmod 600 .git/orch-guard.config");
  box.ok("git orch hooks install -q");
  box.ok("git orch init-feature 002-b --roles overseer -q");
  EXPECT_EQ(modes(), "660\n660\n660\n");
}

TEST_F(InitUsers, WorkThereThoughTheStateIsTheOwnersAlone) {
  if (::getuid() != 0) GTEST_SKIP() << "only root is two users";
  set_up("git config core.sharedRepository world");
  box.ok("chmod 755 " + box.root());
  box.ok("sh -c 'find . -path ./.git/orch -prune -o -exec chmod a+rwX {} +'");
  const std::string home = box.path("other");
  box.write(home + "/.gitconfig",
            "[user]\n\tname = other\n\temail = other@example.org\n"
            "[safe]\n\tdirectory = *\n");
  box.ok("chmod -R a+rwX " + home);
  const auto other = [&](const std::string& line) {
    return box.type(
        "setpriv --reuid=65534 --regid=65534 --clear-groups env "
        "HOME=" +
        home + " TMPDIR=" + home + " " + line);
  };
  for (const char* line :
       {"git status -s", "git log --oneline", "git branch topic",
        "git commit -q --allow-empty -m theirs", "git checkout -q topic",
        "git merge -q main"}) {
    const Result r = other(line);
    EXPECT_EQ(r.status, 0) << line << "\n" << r.err;
  }
  for (const char* line : {"git orch status", "git orch recent"}) {
    const Result r = other(line);
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_TRUE(holds(r.err, "cannot look into '" + box.repo() +
                                 "/.git/orch': permission denied"))
        << r.err;
  }
  const Result pair = other("git orch check-conflicts main topic");
  EXPECT_EQ(pair.status, 0) << pair.err;
}

}  // namespace
}  // namespace orch::test
