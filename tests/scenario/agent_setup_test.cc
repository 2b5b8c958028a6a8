// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/sandbox.h"

namespace orch::test {
namespace {

namespace fs = std::filesystem;

class AgentSetUp : public ::testing::Test {
 protected:
  AgentSetUp() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    box.write(box.repo() + "/.git/info/exclude", ".env*\nlocal\ncache/\n");
  }
  void role(const std::string& keys) const {
    box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
              "name: impl-api\nruntime: script\n" + keys);
  }
  Result start(const std::string& verb = "start") const {
    return box.type("git orch agent " + verb + " impl-api --json");
  }
  std::string ok(const std::string& verb = "start") const {
    const Result r = start(verb);
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    return r.err;
  }
  std::string in(const std::string& name) const {
    return box.worktree("001-a", "impl-api") + "/" + name;
  }
  void main_file(const std::string& name, const std::string& bytes) const {
    box.write(box.repo() + "/" + name, bytes);
  }
  bool runs() const {
    const auto rows = box.type("git orch agent list --porcelain").lines();
    return rows.at(1).find("\tstopped\t") == std::string::npos;
  }
  Sandbox box;
};

TEST_F(AgentSetUp, CopiesIgnoredFilesThatTheIncludeFileNames) {
  main_file(".worktreeinclude", ".env\ncache/*\n!cache/no\n*.txt\n");
  main_file(".env", "KEY=1\n");
  main_file(".env.other", "not named\n");
  main_file("cache/deep/x", "cached");
  main_file("cache/no", "excepted");
  main_file("open.txt", "not ignored");
  role("");
  EXPECT_EQ(ok(), "");
  EXPECT_EQ(box.read(in(".env")), "KEY=1\n");
  EXPECT_EQ(box.read(in("cache/deep/x")), "cached");
  EXPECT_FALSE(fs::exists(in("cache/no")));
  EXPECT_FALSE(fs::exists(in(".env.other")));
  EXPECT_FALSE(fs::exists(in("open.txt")));
  EXPECT_EQ(box.ok_in(in("."), "git status --porcelain"), "");
}

TEST_F(AgentSetUp, CopiesAndLinksWhatTheRoleNames) {
  main_file(".env", "KEY=1\n");
  main_file("local/a.conf", "a");
  main_file("local/b.conf", "b");
  main_file("local/c.txt", "c");
  main_file("cache/big", "big");
  role("copy: [.env, 'local/*.conf']\nlink: [cache]\n");
  const std::string told = ok();
  EXPECT_EQ(box.read(in(".env")), "KEY=1\n");
  EXPECT_EQ(box.read(in("local/b.conf")), "b");
  EXPECT_FALSE(fs::exists(in("local/c.txt")));
  EXPECT_EQ(fs::read_symlink(in("cache")), box.repo() + "/cache");
  // "cache/" ignores a directory, not a link to one.
  EXPECT_EQ(told, "untracked and not ignored in '" +
                      box.worktree("001-a", "impl-api") + "': 'cache'\n");
}

TEST_F(AgentSetUp, LeavesWhatTheAgentHasThere) {
  main_file(".env", "KEY=1\n");
  main_file(".env.two", "2\n");
  main_file("cache/x", "1");
  box.write(in(".env"), "mine\n");
  fs::create_directory_symlink("elsewhere", in("cache"));
  const std::string name = box.type_in(in("."), "git ls-files").lines().at(0);
  fs::remove(in(name));
  role("copy: ['.env*', cache, '" + name + "']\nlink: [cache]\n");
  const std::string told = ok();
  EXPECT_EQ(box.read(in(".env")), "mine\n");
  EXPECT_EQ(box.read(in(".env.two")), "2\n");
  EXPECT_EQ(fs::read_symlink(in("cache")), "elsewhere");
  EXPECT_FALSE(fs::exists(in(name)));
  EXPECT_TRUE(holds(told, "where no directory is above: 'cache'\n"));
  fs::remove(in(".env.two"));
  ok("restart");
  EXPECT_EQ(box.read(in(".env.two")), "2\n");
}

TEST_F(AgentSetUp, NamesWhatIsMissingAndWhatIsNotIgnored) {
  main_file("plain", "1");
  role("copy: [plain, absent, 'no/*.conf']\nlink: [node_modules]\n");
  const std::string told = ok();
  EXPECT_EQ(box.read(in("plain")), "1");
  const std::string where =
      "' of role 'impl-api' matches nothing in '" + box.repo() + "'\n";
  EXPECT_TRUE(holds(told, "'copy: absent" + where));
  EXPECT_TRUE(holds(told, "'copy: no/*.conf" + where));
  EXPECT_TRUE(holds(told, "'link: node_modules" + where));
  EXPECT_TRUE(holds(told, "': 'plain'\n"));
  EXPECT_EQ(box.ok_in(in("."), "git status --porcelain"), "?? plain\n");
}

TEST_F(AgentSetUp, TakesEveryNameAndLeavesTheWorktreeThroughNoLink) {
  const std::vector<std::string> names = {"-rf", "*", "new\nline", "$(x)"};
  for (const std::string& name : names) main_file("local/" + name, name);
  main_file("cache/-x/y", "1");
  main_file(".worktreeinclude", "local\ncache\n");
  fs::create_directory(box.path("outside"));
  fs::create_directory_symlink(box.path("outside"), in("cache"));
  role("copy: ['cache/-x']\n");
  const std::string told = ok();
  for (const std::string& name : names)
    EXPECT_EQ(box.read(in("local/" + name)), name);
  EXPECT_TRUE(fs::is_empty(box.path("outside")));
  EXPECT_TRUE(holds(told, "'cache/-x'"));
}

TEST_F(AgentSetUp, RefusesABadRoleBeforeAnythingHappens) {
  role("setup: [touch made]\ncopy: [../secret]\n");
  const Result r = start();
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(*r.json()["error"]["message"].as_string(),
                    "impl-api.yaml:4:8: '../secret' leads out of the "
                    "worktree"));
  EXPECT_FALSE(fs::exists(in("made")));
  EXPECT_FALSE(runs());
}

TEST_F(AgentSetUp, RunsTheCommandsOnceForEachWorktree) {
  const std::string log = box.path("log");
  role("setup: ['echo one >> " + log + "', 'echo two >> " + log + "']\n");
  ok();
  EXPECT_EQ(box.read(log), "one\ntwo\n");
  ok("restart");
  EXPECT_EQ(box.read(log), "one\ntwo\n");
  role("env: {A: b}\nsetup: ['echo $A >> " + log + "']\n");
  ok("restart");
  EXPECT_EQ(box.read(log), "one\ntwo\nb\n");
  role("env: {A: c}\nsetup: ['echo $A >> " + log + "']\n");
  ok("restart");
  EXPECT_EQ(box.read(log), "one\ntwo\nb\nc\n");
  EXPECT_EQ(box.ok_in(in("."), "git status --porcelain"), "");
}

TEST_F(AgentSetUp, IsForgottenByDeinit) {
  role("setup: ['true']\n");
  ok();
  const std::string stamp =
      box.type_in(in("."), "git rev-parse --git-dir").lines().at(0) +
      "/orch-setup";
  EXPECT_TRUE(fs::exists(stamp));
  box.ok("git orch deinit -q");
  EXPECT_FALSE(fs::exists(stamp));
}

TEST_F(AgentSetUp, GivesTheCommandsACleanPlaceToRunIn) {
  const std::string seen = box.path("seen");
  box.set("GIT_EDITOR", "not-wanted");
  role(
      "env: {MINE: '{agent} {branch} {worktree} {main_worktree:shell}'}\n"
      "setup:\n"
      "  - 'readlink /proc/self/fd/0 > " +
      seen + "; pwd >> " + seen + "; command -v git-orch-agent >> " + seen +
      "; env | grep -e ^GIT -e "
      "^MINE >> " +
      seen +
      "'\n"
      "  - 'if (: < /dev/tty) 2> /dev/null; then echo asks >> " +
      seen + "; fi'\n");
  ok();
  const std::string worktree = box.worktree("001-a", "impl-api");
  EXPECT_EQ(box.read(seen), "/dev/null\n" + worktree + "\n" + ORCH_BUILD_DIR +
                                "/bin/git-orch-agent\nMINE=001-a/impl-api "
                                "feature/001-a/impl-api " +
                                worktree + " '" + box.repo() + "'\n");
}

TEST_F(AgentSetUp, FindsOurCommandsWhereverItIsStartedFrom) {
  role("setup: ['command -v git-orch-agent > " + box.path("seen") + "']\n");
  box.ok("env PATH=/usr/local/bin:/usr/bin:/bin " ORCH_BUILD_DIR
         "/bin/git-orch-agent start impl-api");
  EXPECT_EQ(box.read(box.path("seen")), ORCH_BUILD_DIR "/bin/git-orch-agent\n");
}

TEST_F(AgentSetUp, GivesTheAgentTheRolesVariablesAfterTheRuntimes) {
  std::string runtime =
      box.read(ORCH_SOURCE_DIR "/templates/runtimes/script.yaml");
  runtime.replace(runtime.find("name: script"), 12, "name: mine");
  box.write(box.repo() + "/.git/orch/runtimes/mine.yaml",
            runtime + "environment: {ONE: runtime, TWO: runtime}\n");
  role("env: {ONE: '{agent}'}\n");
  const json::Value agent =
      box.type("git orch agent start impl-api --runtime mine --json")
          .data()["agent"];
  ASSERT_TRUE(agent["pid"].as_integer());
  std::ifstream in("/proc/" + std::to_string(*agent["pid"].as_integer()) +
                   "/environ");
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  const std::string nul(1, '\0');
  EXPECT_NE(all.find(nul + "ONE=001-a/impl-api" + nul), std::string::npos);
  EXPECT_NE(all.find(nul + "TWO=runtime" + nul), std::string::npos);
  EXPECT_EQ(all.find("ONE=runtime"), std::string::npos);
}

TEST_F(AgentSetUp, SaysWhichCommandFailedAndStartsNothing) {
  role("setup: ['true', 'seq 9; printf \"\\033[31mbad\\n\" >&2; exit 7']\n");
  const Result r = start();
  EXPECT_EQ(r.status, 128);
  const json::Value error = r.json()["error"];
  const std::string message = *error["message"].as_string();
  EXPECT_TRUE(message.starts_with(
      "set-up command 2 of 2 failed with status 7: seq 9; printf"));
  EXPECT_TRUE(
      message.ends_with("\n    6\n    7\n    8\n    9\n    \\x1b[31mbad"))
      << message;
  const std::string hint = *error["hint"].as_string();
  EXPECT_TRUE(hint.ends_with("git orch agent start 001-a/impl-api"));
  const std::string log = box.repo() + "/.git/orch/log/setup-2";
  EXPECT_TRUE(holds(hint, "'" + log + "'"));
  EXPECT_TRUE(holds(box.read(log), "$ true\n$ seq 9"));
  EXPECT_EQ(fs::status(log).permissions(), fs::perms(0600));
  EXPECT_FALSE(runs());
  role("setup: ['true']\n");
  ok();
}

TEST_F(AgentSetUp, KeepsALogOfBoundedSize) {
  role("setup: ['seq 1500000', 'echo last; false']\n");
  EXPECT_TRUE(holds(*start().json()["error"]["message"].as_string(),
                    "\n    1500000\n    $ echo last; false\n    last"));
  const std::string log = box.repo() + "/.git/orch/log/setup-2";
  for (const std::string& part : {log, log + ".1"})
    EXPECT_LE(fs::file_size(part), 4U << 20) << part;
}

TEST_F(AgentSetUp, EndsCommandsThatHangAllOfThem) {
  const std::string pid = box.path("pid");
  role("setup_timeout: 8s\nsetup: ['sleep 1000 & echo $! > " + pid +
       "; wait']\n");
  const Result r = start();
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("timeout"));
  EXPECT_TRUE(holds(*r.json()["error"]["message"].as_string(),
                    "set-up command 1 of 1 did not end in 8s: sleep"));
  std::string number = box.read(pid);
  ASSERT_NE(number, "");
  number.pop_back();
  EXPECT_TRUE(eventually([&] { return !fs::exists("/proc/" + number); }));
  EXPECT_FALSE(runs());
}

TEST_F(AgentSetUp, IsInterruptedWithItsCommands) {
  const std::string pid = box.path("pid");
  role("setup: ['echo $$ > " + pid + "; kill -TERM $PPID; exec sleep 1000']\n");
  EXPECT_EQ(start().status, 143);
  std::string number = box.read(pid);
  number.pop_back();
  EXPECT_TRUE(eventually([&] { return !fs::exists("/proc/" + number); }));
  EXPECT_FALSE(runs());
}

TEST_F(AgentSetUp, SetsUpADirectoryWithoutCopies) {
  main_file(".env", "1");
  role(
      "copy: [.env, absent]\nenv: {WHERE: '{main_worktree}'}\n"
      "setup: ['echo $WHERE > made']\n");
  fs::create_directory(box.path("d"));
  for (const std::string& d : {box.path("d"), box.repo()}) {
    const Result r =
        box.type("git orch agent start --role impl-api --dir " + d);
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.err, "");
    EXPECT_EQ(box.read(d + "/made"), d + "\n");
  }
  EXPECT_FALSE(fs::exists(box.path("d/.env")));
}

TEST(AgentSetUpBare, HasNothingToCopyFrom) {
  Sandbox box;
  box.make_repository();
  const std::string bare = box.path("bare.git"), tree = box.path("tree");
  box.ok("git clone -q --bare . " + bare);
  box.ok_in(bare, "git worktree add -q " + tree + " main");
  box.ok_in(tree, "git orch init -q");
  box.ok_in(tree, "git orch init-feature 001-a --roles overseer -q");
  box.write(bare + "/orch/roles/overseer.yaml",
            "name: overseer\nkind: overseer\nruntime: script\ncopy: [.env]\n");
  const Result r = box.type_in(tree, "git orch agent start overseer");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.err,
            "nothing is copied or linked for '001-a/overseer': the repository "
            "has no main worktree\n");
}

}  // namespace
}  // namespace orch::test
