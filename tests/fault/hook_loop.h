// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "fault/loop.h"
#include "fault/verb_loop.h"
#include "file/file.h"
#include "support/rest.h"
#include "text/text.h"

// A hook program under every fault, while a real git runs it in an agent's
// worktree.
namespace orch::test {

class HookFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    top = box.worktree("001-a", "impl-api");
    calm();
  }
  void TearDown() override {
    calm();
    expect_whole(box);
    EXPECT_EQ(box.ok("find .git/orch/tmp -mindepth 1"), "");
    EXPECT_EQ(box.ok_in(top, "git status --porcelain"), "");
    EXPECT_EQ(box.type("git fsck --no-progress --no-dangling").status, 0);
  }

  // Where git_killed finds its hooks: a tick takes what it finds over one of
  // ours in the repository for a hook of the user's.
  std::string hooks() const { return box.path("hooks"); }

  // Puts a script there for `event` that runs our program with the fault that
  // FAULT says, when it says one, and notes what came of it.
  void make_killable(const std::string& event, const std::string& program,
                     const std::string& from = ".git/hooks") {
    const std::string link = box.path("killable/") + event;
    std::filesystem::create_directories(box.path("killable"));
    std::filesystem::create_symlink(program, link);
    if (!file::exists(hooks())) box.ok("cp -a " + from + " " + hooks());
    const std::string hook = hooks() + "/" + event;
    file::remove(hook);
    box.write(hook, "#!/bin/sh\n[ -n \"$FAULT\" ] || exec " + link +
                        " \"$@\"\n" + std::string(ORCH_BUILD_DIR) +
                        "/tests/fault-at --report \"$HOME/report\" $FAULT " +
                        link +
                        " \"$@\"\nstatus=$?\ncat \"$HOME/report\" >>"
                        "\"$HOME/reports\"\necho $status >>\"$HOME/ended\"\n"
                        "exit $status\n");
    box.ok("chmod 755 " + hook);
  }
  // What lies in the repository, and becomes our program.
  void make_killable(const std::string& event) {
    make_killable(event, box.repo() + "/.git/hooks/" + event);
  }
  // One of those that agents' worktrees alone have.
  void make_guard_killable(const std::string& event) {
    make_killable(event, box.repo() + "/.git/orch/guard/" + event,
                  ".git/orch/guard");
  }

  // git with that fault in the hook; whether it was killed by it.
  Result git_killed(const std::string& fault,
                    const std::vector<std::string>& args, bool* killed) {
    box.set("FAULT", fault);
    for (const char* name : {"ended", "reports"})
      file::remove(box.path(std::string("home/") + name));
    std::vector<std::string> argv = {"git", "-c", "core.hooksPath=" + hooks()};
    argv.insert(argv.end(), args.begin(), args.end());
    Result r = box.run_in(top, argv);
    box.set("FAULT", "");
    const auto ended = text::split(box.read(box.path("home/ended")), '\n');
    const auto is = [&](const char* status) {
      return std::count(ended.begin(), ended.end(), status) > 0;
    };
    *killed = is("137");
    EXPECT_FALSE(is("139") || is("134")) << "it crashed: " << r.err;
    came = false;
    for (const std::string& line :
         text::split(box.read(box.path("home/reports")), '\n'))
      came = came || line.starts_with("1 ");
    std::size_t warnings = 0;
    for (const std::string& line : text::split(r.err, '\n'))
      if (line.starts_with("warning: orch")) ++warnings;
    EXPECT_LE(warnings, 2 * std::max<std::size_t>(ended.size() - 1, 1))
        << r.err;
    return r;
  }

  // Calls `once(fault, turn)` for each fault at the system calls of the hook,
  // as a run without one has made them: killed at every `sampled`th, and
  // failing at some.
  void at_each_call(
      const std::string& what, int sampled,
      const std::function<void(const std::string& fault, int turn)>& once) {
    int turn = 0;
    once("count 0", ++turn);
    const auto counts = text::split(
        Result{0, box.read(box.path("home/reports")), ""}.lines().at(0), ' ');
    ASSERT_GT(std::stoi(counts.at(0)), 10);
    FaultPlan plan(counts, 1, sampled);
    FaultProgress progress(what, plan.total());
    int missed = 0, fired = 0;
    for (const FaultPlan::Part& part : plan.parts()) {
      for (const int n : part.points) {
        if (HasFailure()) return;
        const std::string fault = part.fault + " " + std::to_string(n);
        SCOPED_TRACE(fault);
        once(fault, ++turn);
        (came ? fired : missed) += 1;
        progress.add(came);
      }
      progress.end(part.fault, part.calls);
    }
    // A run may differ from the one before it in a call or two.
    EXPECT_GT(fired, 3 * missed);
  }

  // No child of a hook is at work, and everything is told.
  void calm() const {
    box.ok("mkdir -p .git/orch/lock");
    EXPECT_TRUE(comes_to_rest(box));
    box.ok("git orch tick -q");
  }
  std::string head() const {
    std::string id = box.ok_in(top, "git rev-parse HEAD");
    id.pop_back();
    return id;
  }
  // How many events speak of that commit, followed through rewrites.
  std::string events_of(const std::string& commit) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
         "SELECT count(*) FROM task_events e LEFT JOIN commit_map m ON "
         "m.old_commit = e.commit_hash WHERE CASE WHEN m.old_commit IS NULL "
         "THEN e.commit_hash ELSE m.new_commit END = '" +
             commit + "'"});
    return r.out;
  }
  void expect_told_once(const std::string& commit) const {
    calm();
    EXPECT_EQ(events_of(commit), "1\n");
    EXPECT_EQ(box.ok("find .git/orch/spool -name '*-*'"), "");
  }
  // The Nth change of the agent, staged.
  std::string change(int n) const {
    box.write(top + "/one.txt", "change " + std::to_string(n) + "\n");
    box.ok_in(top, "git add one.txt");
    return "c" + std::to_string(n);
  }
  void commit(int n) const {
    box.run_in(top, {"git", "commit", "-q", "-m", change(n)});
  }
  // So that a loop does not rebase more and more commits.
  void start_over() const { box.ok_in(top, "git reset -q --hard main"); }
  std::string subject() const {
    return box.ok_in(top, "git log -1 --format=%s");
  }

  Sandbox box;
  std::string top;
  bool came = false;  // the last fault
};

}  // namespace orch::test
