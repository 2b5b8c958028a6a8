// SPDX-License-Identifier: MIT
//
// Snapshots under kill and the four errors at their system calls: what saves
// work must never claim that there was none.
#include <filesystem>
#include <sstream>

#include "fault/verb_loop.h"

namespace orch::test {
namespace {

class SnapshotVerb : public VerbFaults {
 protected:
  SnapshotVerb() { sample = 0; }

  void prepare() override {
    box.ok("git orch init -q");
    box.ok("git config orch.runtime script");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    box.write(work("one.txt"), "changed\n");
    box.write(work("new.txt"), "untracked\n");
  }
  std::string work(const std::string& name) const {
    return box.worktree("001-a", "impl-api") + "/" + name;
  }
  // With the agent's own files.
  std::string state() const override {
    return VerbFaults::state() + "one: " + box.read(work("one.txt")) +
           "new: " + box.read(work("new.txt")) +
           box.ok_in(box.worktree("001-a", "impl-api"),
                     "git status --porcelain");
  }
};

class SnapshotTakeUnderFaults : public SnapshotVerb {
  std::vector<std::string> argv() const override {
    return {"git-orch-snapshot", "take", "impl-api"};
  }
};
TEST_F(SnapshotTakeUnderFaults, HoldsTheWorkOrSaysThatItDoesNot) {
  survives("snapshot take");
}

class SnapshotRestoreUnderFaults : public SnapshotVerb {
  void prepare() override {
    SnapshotVerb::prepare();
    box.ok("git orch snapshot take impl-api");
    box.write(work("one.txt"), "changed again\n");
    box.write(work("later.txt"), "later\n");
    std::filesystem::remove(work("new.txt"));
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-snapshot", "restore", "1"};
  }
  // Whether `content` is in the worktree, or in a snapshot of it.
  bool is_held(const std::string& name, const std::string& content) const {
    if (box.read(work(name)) == content) return true;
    return shell(
               "for s in $(git for-each-ref --format='%(objectname)' "
               "refs/orch/snapshots); do git show $s:" +
               name + " 2>/dev/null; done")
               .out.find(content) != std::string::npos;
  }
  void check_failure(const std::string&, const Result&) override {
    EXPECT_TRUE(is_held("one.txt", "changed again\n"));
    EXPECT_TRUE(is_held("later.txt", "later\n"));
    EXPECT_TRUE(is_held("new.txt", "untracked\n"));
  }
  // A second run saves what the first one left half done.
  std::string state() const override {
    std::string out;
    std::istringstream lines(SnapshotVerb::state());
    for (std::string line; std::getline(lines, line);)
      if (!line.starts_with("refs/orch/snapshots/")) out += line + "\n";
    return out;
  }
};
TEST_F(SnapshotRestoreUnderFaults, LosesNothingAndIsCompletedByARerun) {
  survives("snapshot restore");
}

}  // namespace
}  // namespace orch::test
