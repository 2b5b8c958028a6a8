// SPDX-License-Identifier: MIT
#include "fault/verb_loop.h"

#include <signal.h>

#include <algorithm>

#include "fault/living.h"
#include "file/file.h"
#include "support/newer_git.h"

namespace orch::test {
namespace {

// More that fail are of no use to who reads it.
constexpr int kMostFailures = 8;

// A commit that is made anew has another time, and another id.
std::string without_ids(const std::string& text) {
  std::string out;
  std::size_t run = 0;
  for (const char c : text) {
    run = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ? run + 1 : 0;
    out += c;
    if (run == 12) out.replace(out.size() - 12, 12, "<id>");
  }
  return out;
}

}  // namespace

VerbFaults::VerbFaults(const RepositoryKind& kind) {
  if (!kind.refs.empty() && !use_newer_git(box)) return;
  if (!kind.hash.empty()) box.set("GIT_DEFAULT_HASH", kind.hash);
  if (!kind.refs.empty()) box.set("GIT_DEFAULT_REF_FORMAT", kind.refs);
  for (const char* name : {"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"})
    box.set(name, "1790000000 +0000");
  box.make_repository();
  // What is a person's: open work, a remark in the configuration, a hook.
  box.write(box.repo() + "/open.txt", "open work\n");
  box.write(box.repo() + "/three.txt", "changed\n");
  box.write(box.repo() + "/.git/config",
            box.read(box.repo() + "/.git/config") +
                "# a remark\n[Person]\n\tKey=  value ; half\n");
  box.write(box.repo() + "/.git/hooks/post-commit",
            "#!/bin/sh\necho called >> \"$HOME/called\"\n");
  box.ok("chmod 755 .git/hooks/post-commit");
}

std::vector<std::string> VerbFaults::queries() const {
  return {
      "SELECT spec_id, status FROM features",
      "SELECT address, branch, worktree, runtime, status, desired, state FROM "
      "agents ORDER BY address",
      "SELECT address, c.note, every_ms, c.state, count(*) FROM checkins c "
      "JOIN agents a ON a.id = agent_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4",
      "SELECT sender, address, m.kind, text, count(*) FROM messages m JOIN "
      "agents a ON a.id = agent_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
      "SELECT spec_id, role, event_type, message, count(*) FROM task_events "
      "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
      "SELECT ref, into_ref, status, reason FROM landings ORDER BY ref",
      "SELECT status, count(*) FROM intents WHERE status = 'open'",
      "SELECT name FROM leases WHERE owner IS NOT NULL",
      "PRAGMA integrity_check",
      "PRAGMA foreign_key_check"};
}

// A kill leaves what file::write_atomically says that it leaves.
std::string VerbFaults::state() const {
  std::string out =
      shell(
          "git for-each-ref --format='%(refname) %(tree)' | "
          "sed -E 's,(^refs/orch/snapshots/[^ ]*)/[0-9]+ ,\\1 ,' | sort -u\n"
          "git config --local --list | sort\n"
          "git worktree list --porcelain | grep -v ^HEAD\n"
          "cd .git; for h in hooks/*; do case $h in *.sample) ;; *) "
          "stat -c '%n %a %N' $h; sha256sum <$h; esac; done\n"
          "find orch -type f -o -type l | grep -vE "
          "'orch/(log|lock|tmp|spool|trash|backup|run|memo|orch.db|"
          "restore/[a-z-]*[.]after)|"
          "[.]new-[0-9]+$' | sort\n"
          "find orch/roles orch/teams orch/runtimes orch/policy.yaml -type f "
          "! -name '*.new-*' "
          "-exec sha256sum {} + | sort\n"
          "find orch-* 2>/dev/null | grep -vE 'backup|[.]new-[0-9]+$' | sort\n")
          .out;
  if (!file::exists(orch("orch.db"))) return out + "no store\n";
  std::string all;
  for (const std::string& query : queries()) all += query + "; SELECT '--';\n";
  return out + without_ids(box.sql(all));
}

// Until no tick is at work that a hook or a verb has started.
void VerbFaults::quiet() const {
  EXPECT_TRUE(eventually([&] {
    const auto living = processes_in(box);
    return std::none_of(living.begin(), living.end(), [](const auto& p) {
      return p.second.program == "git-orch-tick";
    });
  }));
}

std::string VerbFaults::person() const {
  return shell(
             "git status --porcelain; cat open.txt three.txt; "
             "cat \"$HOME/called\"; grep -c '# a remark' .git/config; "
             "grep 'Key=  value ; half' .git/config; git ls-files -s; "
             "git diff --stat HEAD~1 HEAD")
      .out;
}

void VerbFaults::expect_git_works() const {
  shell("rm -f \"$HOME/called\"");
  const Result commit = shell("git commit -q --allow-empty -m by-hand");
  EXPECT_EQ(commit.status, 0) << commit.err;
  EXPECT_LE(std::count(commit.err.begin(), commit.err.end(), '\n'), 1)
      << commit.err;
  EXPECT_EQ(person(), person_);
  const Result fsck = box.type("git fsck --no-progress --no-dangling");
  EXPECT_EQ(fsck.status, 0) << fsck.out << fsck.err;
  if (file::exists(orch("orch.db"))) {
    EXPECT_EQ(box.sql("PRAGMA integrity_check"), "ok\n");
  }
}

void VerbFaults::expect_nothing_left() const {
  EXPECT_EQ(shell("find .git -name '*.lock' ! -path '.git/orch/*'").out, "");
  EXPECT_EQ(shell("find .git/orch/tmp .git/orch/journal -mindepth 1 "
                  "2>/dev/null; find .git ../repo.orch -name '*.tmp-*'")
                .out,
            "");
  // That of a start is its agent's.
  EXPECT_EQ(shell("for l in $(find .git/orch/lock .git/orch/store.lock -type f "
                  "! -name 'run-*' 2>/dev/null); do flock -w 20 $l true || "
                  "echo $l; done")
                .out,
            "");
}

void VerbFaults::run_again(const Result& first) {
  // What it has started may still be at work: it says so.
  Result again;
  eventually([&] {
    again = box.run_in(box.repo(), line_);
    return again.status != 4;
  });
  EXPECT_TRUE(again.status == reference_status_ || was_done(again))
      << "status " << again.status << "\n"
      << again.out << again.err << "\nfirst: status " << first.status << "\n"
      << first.err;
}

bool VerbFaults::turn(const std::string& fault, int n) {
  put_back_all(box);
  start();
  const Faulted f =
      run_faulted(box, box.repo(), fault == "kill" ? "kill-apart" : fault, n,
                  line_, faults_in_children);
  SCOPED_TRACE(fault + " at call " + std::to_string(n) + ", " + f.where +
               "it said " + std::to_string(f.result.status) + ": " +
               f.result.err);
  const int status = f.result.status;
  const bool is_killed = fault == "kill" && f.fired && status == kKilled;
  // No signal but ours ever ends it, and an error has a reason.
  EXPECT_TRUE(is_killed || status <= 128) << status;
  if (!is_killed && status > 1) {
    EXPECT_NE(f.result.err, "");
  }
  expect_git_works();
  if (status != reference_status_) {
    EXPECT_TRUE(f.fired) << f.result.err;
    check_failure(fault, f.result);
    run_again(f.result);
  }
  quiet();
  settle();
  std::string is = state();
  // What it warned of, another run does.
  if (is != reference_ && status == reference_status_ &&
      !f.result.err.empty()) {
    run_again(f.result);
    quiet();
    settle();
  }
  EXPECT_TRUE(eventually([&] {
    if (is == reference_) return true;
    settle();
    is = state();
    return is == reference_;
  })) <<
      [&] {
        box.write(box.path("is"), is);
        box.write(box.path("reference"), reference_);
        return box.run_in(box.root(), {"diff", "reference", "is"}).out;
      }();
  quiet();  // what is at work has its place below tmp
  expect_nothing_left();
  return f.fired;
}

void VerbFaults::survives(const std::string& what) {
  if (box.repo().empty()) GTEST_SKIP() << "no newer git";
  prepare();
  quiet();
  keep_all(box);
  line_ = argv();
  line_[0] = std::string(ORCH_BUILD_DIR) + "/bin/" + line_[0];
  shell("rm -f \"$HOME/called\"; git commit -q --allow-empty -m by-hand");
  person_ = person();
  // How it is without a fault.
  put_back_all(box);
  start();
  const Faulted whole =
      run_faulted(box, box.repo(), "count", 0, line_, faults_in_children);
  reference_status_ = whole.result.status;
  ASSERT_LE(reference_status_, 1) << whole.result.err;
  expect_git_works();
  auto counts = text::split(box.read(box.path("fault-report")), ' ');
  ASSERT_GT(counts.size(), 5U);
  counts[0] = counts[5];  // of the kills, those that can be told apart
  quiet();
  settle();
  EXPECT_TRUE(eventually([&] {
    settle();
    reference_ = state();
    return is_settled();
  }));
  const FaultPlan plan(counts, sample);
  FaultProgress progress(what, plan.total());
  const int before = failures();
  for (const FaultPlan::Part& part : plan.parts()) {
    for (const int n : part.points) {
      progress.add(turn(part.fault, n));
      if (failures() - before >= kMostFailures) return;
    }
    progress.end(part.fault, part.calls);
  }
}

}  // namespace orch::test
