// SPDX-License-Identifier: MIT
//
// File systems that are read-only or full: git goes on as far as git can, verbs
// that read answer, verbs that write say why they do not and do it when there
// is space again. In namespaces of their own, so that anybody can run it.
#include <algorithm>
#include <cstdio>

#include "file/file.h"
#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

using Lines = std::vector<std::string>;

const Lines kReading = {
    "status",
    "recent",
    "agent list",
    "task list",
    "checkin list",
    "conflicts list",
    "blocker list",
    "contradictions list",
    "queue list",
    "snapshot list",
    "limits status",
    "sync status",
    "policy list",
    "role list",
    "runtime list",
    "hooks status",
    "inbox --agent impl-api --all",
    "brief impl-api",
    "export 001-a",
    "stats",
    "query 'SELECT count(*) FROM task_events'",
    "check-conflicts --all",
    "resume --dry-run",
};

const Lines kWriting = {
    "log-event 001-a impl-api t told",
    "send impl-api -q -m hello",
    "task add -q 'a task'",
    "checkin add -q impl-api --in 2h look --replace",
    "blocker add -q impl-api 'a blocker'",
    "integrate --all -q --no-gates",
    "init -q",
    "tick -q",
};

class Disk : public ::testing::Test {
 protected:
  void SetUp() override {
    const Result r = apart("mount -t tmpfs none \"$HOME\"");
    if (r.status != 0) GTEST_SKIP() << "no mounts here: " << r.err;
    box.make_repository();
  }
  void make_team() {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
    api = box.worktree("001-a", "impl-api");
    for (const char* role : {"impl-api", "impl-ui"}) {
      const std::string top = box.worktree("001-a", role);
      box.write(top + "/" + role, "work\n");
      box.ok_in(top, "git add -A");
      box.ok_in(top, "git commit -qm work");
    }
    calm();
  }
  void calm() const {
    EXPECT_TRUE(comes_to_rest(box));
    box.ok("git orch tick -q");
  }
  // A shell script with mounts of its own.
  Result apart(const std::string& script) const {
    return box.run_in(box.repo().empty() ? box.root() : box.repo(),
                      {"unshare", "-rm", "sh", "-c", "set -e\n" + script});
  }
  // Shell lines that run each verb and say how it ended: its status and the
  // first line of what it complained of.
  static std::string each(const Lines& verbs) {
    std::string out;
    for (const std::string& verb : verbs)
      out += "s=0; git orch " + verb +
             " >/dev/null 2>../said || s=$?; printf '%s\\t%s\\t%s\\n' $s " +
             verb.substr(0, verb.find(' ')) + " \"$(head -n 1 ../said)\"\n";
    return out;
  }
  static int status_in(const std::string& line) {
    return std::atoi(line.c_str());
  }

  Sandbox box;
  std::string api;
};

TEST_F(Disk, ThatIsReadOnlyIsReadAndVerbsThatWriteSayWhyTheyDoNot) {
  make_team();
  const Lines before =
      box.run_in(box.repo(), {"sh", "-c", each(kReading)}).lines();
  calm();
  const std::string was = box.fingerprint();
  const std::string read_only =
      "for d in . ../repo.orch; do mount --bind $d $d\n"
      "mount -o remount,bind,ro $d; done\ncd \"$PWD\"\n";
  const Lines reading = apart(read_only + each(kReading)).lines();
  ASSERT_EQ(reading.size(), kReading.size());
  for (std::size_t i = 0; i < reading.size(); ++i)
    EXPECT_EQ(status_in(reading[i]), status_in(before[i])) << reading[i];
  const Lines writing = apart(read_only + each(kWriting)).lines();
  ASSERT_EQ(writing.size(), kWriting.size());
  for (const std::string& line : writing) {
    EXPECT_EQ(status_in(line), 128) << line;
    EXPECT_TRUE(holds(line, "read-only")) << line;
  }
  EXPECT_EQ(box.fingerprint(), was);
}

TEST_F(Disk, ThatIsFullKeepsNobodyFromCommittingAndIsCaughtUpWith) {
  make_team();
  const std::string full =
      "cp -a .git/orch ../kept\n"
      "mount -t tmpfs -o size=16m none .git/orch\n"
      "cp -a ../kept/. .git/orch\n"
      "cat /dev/zero >.git/orch/filler 2>/dev/null || :\n";
  const Result r = apart(
      full + each(kWriting) + each(kReading) + "cd " + api +
      "\ngit commit -q --allow-empty -m 'on a full disk' 2>../../../said\n"
      "echo committed; cat ../../../said\ncd \"$OLDPWD\"\n"
      "rm .git/orch/filler\necho space\n" +
      each(kWriting) +
      "git orch tick -q\n"
      "sqlite3 .git/orch/orch.db 'PRAGMA integrity_check' \"SELECT count(*) "
      "FROM task_events WHERE message = 'on a full disk'\" \"SELECT count(*) "
      "FROM messages WHERE text = 'hello'\"\n"
      "git fsck --no-progress --no-dangling\n"
      "flock -w 20 .git/orch/lock/tick true\n");
  EXPECT_EQ(r.status, 0) << r.err;
  const Lines lines = r.lines();
  const std::size_t verbs = kWriting.size() + kReading.size();
  ASSERT_GT(lines.size(), verbs) << r.out;
  std::size_t sent = 0;
  for (std::size_t i = 0; i < verbs; ++i) {
    const int status = status_in(lines[i]);
    EXPECT_LE(status, 128) << lines[i];
    if (status > 1 && i < kWriting.size()) {
      EXPECT_TRUE(holds(lines[i], "space left")) << lines[i];
    }
    if (lines[i].starts_with("0\tsend")) ++sent;
  }
  const auto committed = std::find(lines.begin(), lines.end(), "committed");
  const auto space = std::find(lines.begin(), lines.end(), "space");
  ASSERT_TRUE(committed != lines.end() && space != lines.end()) << r.out;
  EXPECT_LE(space - committed, 2) << r.out;  // one warning
  for (std::size_t i = 1; i <= kWriting.size(); ++i)
    EXPECT_EQ(status_in(*(space + static_cast<std::ptrdiff_t>(i))), 0)
        << *(space + static_cast<std::ptrdiff_t>(i));
  const Lines end(space + 1 + std::ssize(kWriting), lines.end());
  EXPECT_EQ(end, (Lines{"ok", "1", std::to_string(sent + 1)})) << r.out;
}

// From the first byte on, with more and more space.
TEST_F(Disk, ThatIsNearlyFullTakesAnInitWholeOrIsAsBefore) {
  const Result r = apart(
      "cp -a . ../kept\n"
      "for size in 0 16 64 128 200 256 300 400; do\n"
      "mount -t tmpfs -o size=24m none .; cd \"$PWD\"; cp -a ../kept/. .\n"
      "head -c $((size * 1024)) /dev/zero >../room; cp ../room .git/room\n"
      "cat /dev/zero >.git/filler 2>/dev/null || :; rm .git/room\n"
      "s=0; git orch init -q 2>../said || s=$?\n"
      "git --no-optional-locks status --porcelain\n"
      "git fsck --no-progress\n"
      "[ $s -eq 0 ] || head -n 1 ../said\n"
      "rm .git/filler; git orch init -q\n"
      "git commit -q --allow-empty -m x; git orch deinit -q\n"
      "cmp .git/config ../kept/.git/config\n"
      "echo \"$size $s\"; cd ..\n"
      // A tick may still be ending in it; nothing stays.
      "for i in $(seq 100); do umount repo 2>/dev/null && break\n"
      "sleep 0.1; done; ! mountpoint -q repo; cd repo; done\n");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  std::printf("%s", r.out.c_str());
}

}  // namespace
}  // namespace orch::test
