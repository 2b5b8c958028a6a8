// SPDX-License-Identifier: MIT
//
// What lies around git orch, and the whole tried out.
#include <utime.h>

#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class DoctorAround : public ::testing::Test {
 protected:
  DoctorAround() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  // "status|detail|fix" of all checks of one name.
  std::string check(const std::string& name) const {
    std::string out;
    for (const std::string& line :
         box.type("git orch doctor --porcelain").lines())
      if (line.starts_with(name + "\t")) {
        std::string rest = line.substr(name.size() + 1) + "\n";
        for (char& c : rest)
          if (c == '\t') c = '|';
        out += rest;
      }
    return out;
  }

  Sandbox box;
};

TEST_F(DoctorAround, KnowsEveryKeyOfItsPageAndNoOther) {
  EXPECT_EQ(check("config"), "ok|every key of orch.* is known|\n");
  const std::string page =
      box.read(std::string(ORCH_SOURCE_DIR) + "/man/git-orch-config.adoc");
  int keys = 0;
  for (std::size_t at = page.find("\n`orch."); at != std::string::npos;
       at = page.find("\n`orch.", at + 1)) {
    const std::string line = page.substr(at + 1, page.find('\n', at + 1) - at);
    for (std::size_t k = line.find("`orch."); k != std::string::npos;
         k = line.find("`orch.", k + 1)) {
      const std::string key = line.substr(k + 1, line.find('`', k + 1) - k - 1);
      if (key.find('<') != std::string::npos) continue;
      box.ok("git config --global " + key + " 5m");
      ++keys;
    }
  }
  EXPECT_GT(keys, 25);
  EXPECT_EQ(check("config").find("there is no key"), std::string::npos)
      << check("config");
  box.ok("git config --global orch.runtim script");
  EXPECT_TRUE(holds(check("config"),
                    "warn|there is no key 'orch.runtim'|it is "
                    "'orch.runtime'\n"));
}

TEST_F(DoctorAround, TellsOfAnAgentThatIsAtSeveralTasks) {
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  for (const char* task : {"T001", "T002", "T003"}) {
    box.ok("git orch task add -q one");
    box.ok(std::string("git orch task assign ") + task + " impl-api -q");
  }
  box.ok("git orch task start -q T001");
  EXPECT_EQ(check("tasks 001-a/impl-api"), "");
  box.ok("git orch task start -q T003");
  EXPECT_EQ(check("tasks 001-a/impl-api"),
            "warn|at 2 at once: T001, T003|git orch task list --feature "
            "001-a\n");
  box.ok("git orch task reopen -q T001");
  EXPECT_EQ(check("tasks 001-a/impl-api"), "");
}

TEST_F(DoctorAround, SaysThatAPipeIsNoPolicyAndDoesNotWaitForIt) {
  const std::string policy = box.repo() + "/.git/orch/policy.yaml";
  box.ok("rm " + policy);
  box.ok("mkfifo " + policy);
  EXPECT_TRUE(holds(check("policy"), "is not a regular file"));
}

TEST_F(DoctorAround, WarnsOfAValueThatCannotBeRead) {
  box.ok("git config --global orch.daemon maybe");
  EXPECT_TRUE(holds(check("config"),
                    "warn|bad value 'maybe' for orch.daemon: it is auto or "
                    "off|git config orch.daemon <value>"));
  EXPECT_EQ(box.type("git orch doctor").status, 0);
}

TEST_F(DoctorAround, WarnsOfEventsFromTheFuture) {
  box.set("ORCH_TEST_NOW", "1900000000000");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch log-event 001-a overseer status_update x -q");
  EXPECT_EQ(check("clock"), "");
  box.set("ORCH_TEST_NOW", "1899990000000");
  EXPECT_EQ(check("clock"),
            "warn|the newest event is of 2030-03-17T17:46:40Z, 2h ahead of "
            "this machine's clock|timedatectl set-ntp true\n");
}

TEST_F(DoctorAround, NamesLocksThatNobodyHolds) {
  const std::string lock = box.repo() + "/.git/index.lock";
  box.write(lock, "");
  EXPECT_EQ(check("lock"), "");
  utimbuf old{1000000000, 1000000000};
  ASSERT_EQ(::utime(lock.c_str(), &old), 0);
  EXPECT_TRUE(holds(check("lock"), "warn|'" + lock + "' is "));
  EXPECT_TRUE(holds(check("lock"), "look that no git runs, then rm "));
}

TEST_F(DoctorAround, LooksAtThoseWhoAreTold) {
  box.ok("git config --global orch.notify.desk /no/such/program");
  EXPECT_EQ(check("sink desk"),
            "warn|cannot find '/no/such/program'|install it, or say where it "
            "is\n");
  box.ok("git config --global orch.notify.desk cat");
  EXPECT_EQ(check("sink desk"), "ok|command|\n");
  box.sql(
      "INSERT INTO notices(key, kind, severity, text, created_at) VALUES "
      "('k', 'ask', 'info', 't', 1); INSERT INTO notice_deliveries(notice_id, "
      "sink, status, not_before, reason, created_at) VALUES (1, 'desk', "
      "'failed', 1, 'no answer', 1)");
  EXPECT_EQ(check("outbox"),
            "warn|1 could not be told, last: no answer|git orch notify test\n");
}

TEST_F(DoctorAround, MendsTheListOfRepositoriesAndTheHooks) {
  EXPECT_EQ(check("repositories"), "ok|1 on your list|\n");
  box.ok("rm -r " + box.path("home") + "/.local/state/git-orch");
  EXPECT_TRUE(
      holds(check("repositories"), "warn|this one is not on your list"));
  box.ok("rm .git/hooks/post-rewrite");
  const Result r = box.type("git orch doctor --fix --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_TRUE(holds(r.out, R"("installed hooks: post-rewrite")"));
  EXPECT_TRUE(holds(r.out, R"("put this repository on your list")"));
  EXPECT_EQ(check("repositories"), "ok|1 on your list|\n");
  EXPECT_TRUE(holds(box.ok("git orch doctor --fix --json"), R"("fixed":[])"));
}

TEST_F(DoctorAround, TriesEverythingOutAndLeavesNothing) {
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch doctor --selftest --json");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  std::string names;
  const json::Value data = r.data();
  for (const json::Value& step : *data["checks"].as_array()) {
    names += *step["name"].as_string() + " ";
    EXPECT_EQ(step["status"], json::Value("ok")) << r.out;
    EXPECT_TRUE(step["ms"].as_integer());
  }
  EXPECT_EQ(names,
            "repository init feature hooks agent message conflict stop deinit "
            "clean-up ");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_TRUE(file::names_in(box.path("tmp")).empty());
  EXPECT_EQ(check("repositories"), "ok|1 on your list|\n");
  EXPECT_EQ(box.type("git orch doctor --selftest --fix").status, 129);
  EXPECT_EQ(
      box.type_in(box.path("tmp"), "git orch doctor --selftest -q").status, 0);
}

TEST_F(DoctorAround, SaysWhichStepFails) {
  box.write(box.path("home") + "/bin/tmux", "#!/bin/sh\nexit 1\n");
  box.ok("chmod +x " + box.path("home") + "/bin/tmux");
  box.set("PATH", box.path("home") + "/bin:" + std::string(ORCH_BUILD_DIR) +
                      "/bin:/usr/bin:/bin");
  const Result r = box.type("git orch doctor --selftest --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "hooks\tok\t"));
  EXPECT_TRUE(holds(r.out, "agent\tfail\t"));
  EXPECT_TRUE(file::names_in(box.path("tmp")).empty());
}

}  // namespace
}  // namespace orch::test
