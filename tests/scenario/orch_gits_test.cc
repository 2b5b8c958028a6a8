// SPDX-License-Identifier: MIT
//
// The same core of the suite on other gits, other tmuxes and other kinds of
// repository: tests/tools/core-scenario, each time.
#include <cstdlib>

#include "file/file.h"
#include "support/newer_git.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

const std::string kScenario =
    std::string(ORCH_SOURCE_DIR) + "/tests/tools/core-scenario";
const std::string kTools = std::string(ORCH_SOURCE_DIR) + "/build/tools/";

class CoreScenario : public ::testing::Test {
 protected:
  Result run(const std::vector<std::string>& options) const {
    std::vector<std::string> argv = {kScenario};
    argv.insert(argv.end(), options.begin(), options.end());
    return box.run_in(box.root(), argv);
  }
  void expect_done(const Result& r) const {
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    EXPECT_TRUE(holds(r.out, "done with git version "));
  }
  Sandbox box;
};

// What the other tests do with other means, too.
bool is_in_a_hurry() {
  return !std::getenv("ORCH_TEST_FULL") && !std::getenv("ORCH_TEST_FAULTS");
}

constexpr char kFull[] = "with --full or --faults";
constexpr char kNoNewer[] =
    "tests/tools/newer-git build/tools/newer-git makes it";

TEST_F(CoreScenario, IsDoneWithIdsOf256Bits) {
  if (is_in_a_hurry()) GTEST_SKIP() << kFull;
  expect_done(run({"--object-format=sha256"}));
}

TEST_F(CoreScenario, IsDoneWithTheNewerGit) {
  if (is_in_a_hurry()) GTEST_SKIP() << kFull;
  if (!use_newer_git(box)) GTEST_SKIP() << kNoNewer;
  expect_done(run({}));
}

TEST_F(CoreScenario, IsDoneOnReftable) {
  if (is_in_a_hurry()) GTEST_SKIP() << kFull;
  if (!use_newer_git(box)) GTEST_SKIP() << kNoNewer;
  expect_done(run({"--ref-format=reftable"}));
}

TEST_F(CoreScenario, IsDoneOnReftableWithIdsOf256Bits) {
  if (!use_newer_git(box)) GTEST_SKIP() << kNoNewer;
  expect_done(run({"--ref-format=reftable", "--object-format=sha256"}));
}

// One call is the older git's, the next the newer one's.
TEST_F(CoreScenario, IsDoneByTwoGitsInTurns) {
  if (!file::exists(kNewerGit)) GTEST_SKIP() << kNoNewer;
  const std::string older =
      box.run_in("/", {"sh", "-c", "command -v git"}).lines().at(0);
  put_git(box, "if rmdir '" + box.path("newer") + "' 2>/dev/null; then\nexec " +
                   kNewerGit + " \"$@\"\nelse\nmkdir -p '" + box.path("newer") +
                   "'\nexec " + older + " \"$@\"\nfi\n");
  expect_done(run({}));
}

// git and tmux of another Debian: our programs are put into a root of its own,
// and run there.
class InDebian : public CoreScenario,
                 public ::testing::WithParamInterface<const char*> {
 protected:
  // Runs `script` in the root of `suite`, in namespaces that end with it.
  Result run_there(const std::string& suite, const std::string& script) const {
    const std::string root = kTools + "root-" + suite;
    const std::string outside =
        "root=$1; shift\n"
        "mount -t tmpfs -o mode=755 none $root/tmp\n"
        "mkdir -p $root/tmp/suite $root/tmp/here\n"
        "for d in bin libexec; do mkdir $root/tmp/suite/$d; "
        "cp -a " +
        std::string(ORCH_BUILD_DIR) +
        "/$d/. $root/tmp/suite/$d; done\n"
        "mkdir -p $root/tmp/suite/share/git-orch\n"
        "cp -a " +
        std::string(ORCH_SOURCE_DIR) +
        "/templates $root/tmp/suite/share/git-orch\n"
        "cp " +
        kScenario +
        " $root/tmp/core-scenario\n"
        "mkdir -m 700 $root/tmp/home $root/tmp/run\n"
        "cp \"$HOME/.gitconfig\" $root/tmp/home\n"
        "mount --rbind /dev $root/dev\n"
        "mount -t proc proc $root/proc\n"
        "exec chroot $root env -i HOME=/tmp/home XDG_RUNTIME_DIR=/tmp/run "
        "LC_ALL=C.UTF-8 TERM=xterm GIT_CONFIG_NOSYSTEM=1 "
        "ORCH_TEST_PATIENCE_MS=60000 "
        "PATH=/tmp/suite/bin:/usr/bin:/bin:/usr/sbin:/sbin "
        "sh -ec \"cd /tmp/here; $1\"";
    return box.run_in(
        "/", {"unshare", "--map-root-user", "--mount", "--pid", "--fork",
              "--kill-child", "sh", "-ec", outside, "sh", root, script});
  }
};

TEST_P(InDebian, IsDoneWithItsGitAndItsTmux) {
  const std::string suite = GetParam();
  if (!file::exists(kTools + "root-" + suite + "/etc/debian-root"))
    GTEST_SKIP() << "tests/tools/debian-root " << suite << " build/tools/root-"
                 << suite << " git tmux makes it";
  if (run_there(suite, "true").status != 0)
    GTEST_SKIP() << "no namespaces: " << run_there(suite, "true").err;
  for (const char* options : {"", " --object-format=sha256"}) {
    if (*options != 0 && is_in_a_hurry()) continue;
    const Result r =
        run_there(suite, "mkdir d; cd d; /tmp/core-scenario" +
                             std::string(options) + "; cd ..; rm -rf d");
    expect_done(r);
    std::printf("%s", r.out.c_str());
  }
}

INSTANTIATE_TEST_SUITE_P(Of, InDebian, ::testing::Values("trixie", "sid"));

}  // namespace
}  // namespace orch::test
