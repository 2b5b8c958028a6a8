// SPDX-License-Identifier: MIT
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Bugreport : public ::testing::Test {
 protected:
  Bugreport() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.set("TZ", "UTC");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  }
  std::string report(const std::string& options = "") const {
    const Result r = box.type("git orch bugreport " + options + " --json");
    EXPECT_EQ(r.status, 0) << r.err;
    const json::Value data = r.data();
    const std::string* path = data["file"].as_string();
    EXPECT_TRUE(path);
    if (!path) return "";
    const std::string text = box.read(*path);
    file::remove(*path);
    return text;
  }

  Sandbox box;
};

TEST_F(Bugreport, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(box.type("git orch bugreport -h")
                  .out.starts_with("usage: git orch bugreport [-o <dir>]"));
  EXPECT_EQ(box.type("git orch bugreport now").status, 129);
  EXPECT_EQ(box.type("git orch bugreport --suffix a/b").status, 129);
  EXPECT_EQ(box.type("git orch bugreport --suffix ''").status, 129);
}

TEST_F(Bugreport, WritesAFileOfItsOwnAndNeverOverAnother) {
  const std::string name = "git-orch-bugreport-2027-01-15-0800.txt";
  EXPECT_EQ(box.ok("git orch bugreport"), box.repo() + "/" + name + "\n");
  EXPECT_EQ(box.run_in(box.repo(), {"stat", "-c", "%a", name}).out, "600\n");
  const std::string text = box.read(box.repo() + "/" + name);
  for (const char* part :
       {"git orch version ", "git version 2.", "tmux 3", "schema of the store",
        "[doctor]\nok git: version", "[configuration]", "[hooks]\ncommit-msg",
        "[daemon]\nnone runs", "[store]\nsound, schema ",
        "001-a/impl-api: implementor", "[last events]", "[logs]"})
    EXPECT_TRUE(holds(text, part));
  EXPECT_FALSE(holds(text, "sessions: ***"));
  const Result again = box.type("git orch bugreport");
  EXPECT_EQ(again.status, 128);
  EXPECT_TRUE(holds(again.err, "is there already"));
  EXPECT_EQ(box.read(box.repo() + "/" + name), text);
  EXPECT_EQ(box.ok("git orch bugreport -o reports/new --suffix x%Y"),
            box.repo() + "/reports/new/git-orch-bugreport-x2027.txt\n");
}

TEST_F(Bugreport, HasNoSecret) {
  const std::string secret = "S3CRETxyzzy";
  const auto config = [&](const std::string& key, const std::string& value) {
    EXPECT_EQ(box.run_in(box.repo(), {"git", "config", "--global", key, value})
                  .status,
              0);
  };
  config("orch.notify.chat.type", "slack");
  config("orch.notify.chat.url", "https://hooks.slack.com/services/" + secret);
  config("orch.notify.mail.to", "ann-" + secret + "@example.com");
  config("orch.notify.tell", "tell --quietly " + secret);
  config("orch.notify.other.command", "tell " + secret);
  config("orch.adviseCommand", "ask " + secret);
  config("remote.origin.url",
         "https://ann:" + secret + "@x.example/a?k=" + secret);
  config("http.extraHeader", "Authorization: Basic " + secret);
  config("credential.helper", "store --file " + secret);
  config("user.signingKey", secret);
  config("alias.x", "!curl -H " + secret);
  config("core.askPass", "/bin/true");
  config("core.sshCommand", "ssh " + secret);
  config("core.gitProxy", "proxy " + secret);
  config("core.pager", "less " + secret);
  config("remote.other.url", "ext::ssh " + secret);
  config("branch.main.description", "with " + secret);
  config("hook.x.command", "tell " + secret);
  config("submodule.x.update", "!get " + secret);
  for (const std::string& text :
       {"password=" + secret, "Authorization: Bearer " + secret,
        "https://ann:" + secret + "@x.example", "ghp_" + secret,
        "{\"api_key\": \"" + secret + "\"}", "passphrase a, " + secret,
        "curl -u bob:" + secret, "key=-----BEGIN PRIVATE KEY-----\n" + secret})
    box.run_in(box.repo(), {"git", "orch", "log-event", "001-a", "overseer",
                            "status_update", text, "-q"});
  box.write(box.repo() + "/.git/orch/log/agent-1", "pane " + secret);
  box.write(box.repo() + "/.git/orch/log/verbs.log",
            "cannot reach https://u:" + secret + "@x\ntoken: " + secret +
                "\nmail of bob@example.com\n");
  const std::string text = report();
  EXPECT_EQ(text.find(secret), std::string::npos) << text;
  EXPECT_TRUE(holds(text, "core.sshcommand=***"));
  EXPECT_TRUE(holds(text, "remote.other.url=***"));
  EXPECT_EQ(text.find("bob@example.com"), std::string::npos);
  EXPECT_EQ(text.find("ada@example.org"), std::string::npos);
  EXPECT_EQ(text.find(box.path("home")), std::string::npos);
  EXPECT_TRUE(holds(text, "orch.notify.chat.url=***"));
  EXPECT_TRUE(holds(text, "orch.notify.chat.type=slack"));
  EXPECT_TRUE(holds(text, "orch.advisecommand=***"));
  EXPECT_TRUE(holds(text, "core.askpass=***"));
  EXPECT_TRUE(holds(text, "the end of verbs.log:"));
  EXPECT_TRUE(holds(text, "cannot reach https://***@x"));
  EXPECT_TRUE(holds(report("--emails"), "mail of bob@example.com"));
}

TEST_F(Bugreport, ReadsTheEndsOfLogsThatAreFilesOfOurs) {
  const std::string log = box.repo() + "/.git/orch/log";
  box.write(box.path("credentials"), "plain words of another file\n");
  box.run_in(log, {"ln", "-s", box.path("credentials"), "link.log"});
  box.run_in(log, {"mkfifo", "pipe.log"});
  box.write(log + "/long.log", "first words\nhalf" + std::string(5000, ' ') +
                                   "of a line\nlast words\n");
  const std::string text = report();
  EXPECT_EQ(text.find("another file"), std::string::npos);
  EXPECT_TRUE(holds(text, "link.log: no file of ours, not read"));
  EXPECT_TRUE(holds(text, "pipe.log: no file of ours, not read"));
  EXPECT_EQ(text.find("first words"), std::string::npos);
  EXPECT_EQ(text.find("of a line"), std::string::npos);
  EXPECT_TRUE(holds(text, "the end of long.log:\n  last words\n"));
}

TEST_F(Bugreport, LeavesTextsOutWhenAsked) {
  box.run_in(box.repo(), {"git", "orch", "log-event", "001-a", "overseer",
                          "status_update", "plain words of ours", "-q"});
  box.write(box.repo() + "/.git/orch/log/verbs.log", "plain words, too\n");
  EXPECT_TRUE(holds(report(), "plain words of ours"));
  const std::string text = report("--no-messages");
  EXPECT_EQ(text.find("plain words"), std::string::npos);
  EXPECT_TRUE(holds(text, "status_update 001-a/overseer\n"));
}

TEST_F(Bugreport, TakesHostileBytesForBytes) {
  box.run_in(box.repo(),
             {"git", "orch", "log-event", "001-a", "overseer", "status_update",
              "a\x1b]0;x\x07\xff[last events]", "-q"});
  const std::string text = report();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_TRUE(holds(text, "a\\x1b]0;x\\x07"));
}

TEST_F(Bugreport, AnswersWithADamagedStoreAndOutsideARepository) {
  box.ok("rm -f .git/orch/orch.db-wal .git/orch/orch.db-shm");
  box.write(box.repo() + "/.git/orch/orch.db", std::string(8192, 'x'));
  EXPECT_TRUE(holds(report(), "[store]\ndamaged"));
  const Result r = box.type_in(box.path("tmp"), "git orch bugreport");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(box.read(r.out.substr(0, r.out.size() - 1)),
                    "not inside a git repository"));
}

}  // namespace
}  // namespace orch::test
