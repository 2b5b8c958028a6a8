// SPDX-License-Identifier: MIT
#include <filesystem>

#include "support/tools.h"

namespace orch::test {
namespace {

const std::string kRemedy[] = {"git orch hooks uninstall -q", "git lfs update",
                               "git orch hooks install -q"};

// git-lfs uploads from pre-push, and keeps lockable files read-only from its
// post-commit, post-checkout and post-merge. It refuses to install beside a
// hook that it does not know.
class HooksLfs : public BesideTool {
 protected:
  HooksLfs() : BesideTool("git-lfs") {
    // Both read-only bits and byte comparisons must come from the files.
    for (int i = 0; i < 2000; ++i) content_ += std::to_string(i * 7919) + "\n";
    none_ = hooks();
  }

  // A tracked file, committed in `place`; its mode shows whether git-lfs's
  // post-commit ran.
  void add_content(const std::string& place, const std::string& name) const {
    box.ok_in(place, "git lfs track --lockable '*.bin'");
    box.write(place + "/" + name, content_);
    box.ok_in(place, "git add .");
    EXPECT_EQ(commit(place, "adds " + name).status, 0);
  }
  std::string mode(const std::string& path) const {
    return box.ok("stat -c %a " + path);
  }
  void expect_arrives(const std::string& place, const std::string& name) const {
    const std::string remote = box.path("there.git");
    box.run_in(box.root(), {"rm", "-rf", "there.git", "copy"});
    if (std::filesystem::exists(box.repo() + "/.git/orch"))
      box.ok("git orch policy override -q guards.pushes -m hooks");
    box.ok("git init -q --bare " + remote);
    box.ok_in(place, "git push -q file://" + remote + " HEAD:refs/heads/main");
    EXPECT_TRUE(holds(box.ok_in(place, "git show HEAD:" + name),
                      "version https://git-lfs.github.com/spec/v1\n"));
    box.ok_in(box.root(),
              "git -c filter.lfs.process='git-lfs filter-process' "
              "-c filter.lfs.required=true clone -q -b main "
              "file://" +
                  remote + " copy");
    EXPECT_EQ(box.read(box.path("copy/" + name)), content_);
  }
  void expect_both(const std::string& name) const {
    settle();
    for (const std::string& place : {box.repo(), api()}) {
      const std::string file = name + (place == api() ? "2.bin" : "1.bin");
      add_content(place, file);
      EXPECT_EQ(mode(place + "/" + file), "444\n") << place;
      EXPECT_EQ(events_of("adds " + file), 1) << place;
      expect_arrives(place, file);
    }
    settle();
    EXPECT_EQ(broken(), "");
  }
  // The programs that all repositories share.
  std::string installation() const {
    return box
        .run_in(std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/hooks",
                {"sh", "-c", "sha256sum * chain/* 2>&1"})
        .out;
  }
  std::string doctor() const {
    std::string out;
    for (const std::string& line :
         box.type("git orch doctor --porcelain").lines())
      if (line.starts_with("git-lfs")) out = line;
    return out;
  }

  std::string content_, none_;
};

TEST_F(HooksLfs, BeforeUsRunsInEveryWorktreeAndStaysAsItWas) {
  box.ok("git lfs install --local");
  const std::string files = hooks();
  box.ok("git orch init -q");
  start_feature();
  expect_both("one");
  EXPECT_TRUE(doctor().starts_with("git-lfs\tok\t")) << doctor();
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), files);
  add_content(box.repo(), "after.bin");
  EXPECT_EQ(mode(box.repo() + "/after.bin"), "444\n");
  expect_arrives(box.repo(), "after.bin");
  box.ok("git lfs uninstall --local");
  EXPECT_EQ(hooks(), none_);
}

TEST_F(HooksLfs, AfterUsRefusesAndIsToldHow) {
  box.ok("git orch init -q");
  start_feature();
  const std::string programs = installation();
  const Result r = box.type("git lfs install --local");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.out + r.err, "git orch hooks uninstall"));
  EXPECT_EQ(installation(), programs);
  // Content arrives all the same, since nothing of ours was in its way there.
  add_content(box.repo(), "half.bin");
  expect_arrives(box.repo(), "half.bin");
  EXPECT_EQ(doctor(),
            "git-lfs\twarn\tnot run by post-checkout, post-commit, post-merge"
            "\tgit orch hooks uninstall && git lfs update && "
            "git orch hooks install");
  settle();
  for (const std::string& line : kRemedy) box.ok(line);
  EXPECT_TRUE(doctor().starts_with("git-lfs\tok\t")) << doctor();
  expect_both("one");
}

TEST_F(HooksLfs, ThatIsForcedAfterUsIsTakenInAndHurtsNoProgram) {
  box.ok("git orch init -q");
  start_feature();
  const std::string programs = installation();
  box.ok("git lfs install --local --force");
  EXPECT_EQ(installation(), programs);
  EXPECT_TRUE(holds(broken(), "post-commit\tuser\t"));
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":1})"));
  expect_both("one");
  box.ok("git lfs update --force");
  box.ok("git orch tick -q");
  expect_both("two");
  box.ok("git orch deinit -q");
  box.ok("git lfs uninstall --local");
  EXPECT_EQ(hooks(), none_);
}

TEST_F(HooksLfs, ThatGoesFirstLeavesOursAtWork) {
  box.ok("git lfs install --local");
  box.ok("git orch init -q");
  box.ok("git orch hooks uninstall -q");
  box.ok("git lfs uninstall --local");
  box.ok("git orch hooks install -q");
  EXPECT_EQ(broken(), "");
  EXPECT_EQ(commit(box.repo(), "alone").status, 0);
  EXPECT_EQ(events_of("alone"), 1);
  settle();
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), none_);
}

// What people do by hand, as pages about hooks tell them to.
class HooksByHand : public BesideTool {
 protected:
  HooksByHand() : BesideTool("git") { box.ok("git orch init -q"); }

  std::string programs() const {
    return box
        .run_in(std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/hooks",
                {"sh", "-c", "sha256sum * chain/* 2>&1"})
        .out;
  }
  // Runs a line of shell that writes a hook, and shows that it runs beside
  // ours, hurts no program, and stays when we go.
  void expect_kept(const std::string& line, const std::string& text) const {
    const std::string before = programs();
    const Result r = box.run_in(box.repo(), {"sh", "-c", line});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(programs(), before);
    box.ok("git orch tick -q");
    EXPECT_EQ(broken(), "");
    EXPECT_EQ(commit(box.repo(), "work").status, 0);
    EXPECT_EQ(log(), "own\n");
    EXPECT_EQ(events_of("work"), 1);
    settle();
    box.ok("git orch deinit -q");
    EXPECT_EQ(names(), "post-commit ");
    EXPECT_EQ(box.read(box.repo() + "/.git/hooks/post-commit"), text);
  }
};

constexpr char kOwn[] = "#!/bin/sh\necho own >>\"$HOME/log\"\n";

TEST_F(HooksByHand, AreKeptWhenWrittenOverOurs) {
  box.write(box.path("own"), kOwn);
  expect_kept("cat ../own >.git/hooks/post-commit", kOwn);
}

TEST_F(HooksByHand, AreKeptWhenCopiedOverOurs) {
  box.write(box.path("own"), kOwn);
  expect_kept("cp ../own .git/hooks/post-commit", kOwn);
}

TEST_F(HooksByHand, AreKeptWhenAppendedToOurs) {
  box.write(box.path("own"), "echo own >>\"$HOME/log\"\n");
  expect_kept("cat ../own >>.git/hooks/post-commit",
              "echo own >>\"$HOME/log\"\n");
}

TEST_F(HooksByHand, StillRunWhenTheInstallationIsGone) {
  const std::string own = box.repo() + "/.git/hooks/post-commit.orch-chained";
  box.write(own, kOwn);
  box.ok("chmod 755 " + own);
  box.ok(
      "sed -i s,/libexec/git-orch/hooks/,/libexec/git-orch/xxxxx/, "
      ".git/hooks/post-commit .git/hooks/commit-msg .git/hooks/pre-rebase "
      ".git/hooks/prepare-commit-msg .git/hooks/post-checkout");
  const Result r = commit(box.repo(), "work");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(log(), "own\n");
  EXPECT_TRUE(holds(r.err, "warning: orch: cannot run '"));
  EXPECT_EQ(r.err.find('\n'), r.err.size() - 1) << r.err;
  box.ok("git rebase -q --force-rebase HEAD");
  box.ok("git checkout -q -b side");
}

}  // namespace
}  // namespace orch::test
