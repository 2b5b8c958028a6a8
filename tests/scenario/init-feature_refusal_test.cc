// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// What cannot be set up: an error that says why and what to type, and nothing
// is changed.
class InitFeatureRefusal : public ::testing::Test {
 protected:
  InitFeatureRefusal() { box.make_repository(); }

  void refuses(const std::string& line, const std::string& code,
               const std::string& message, const std::string& hint) const {
    SCOPED_TRACE(line);
    const std::string before = box.fingerprint();
    const Result r = box.type("git orch init-feature " + line);
    EXPECT_GE(r.status, 128);
    EXPECT_EQ(r.out, "");
    EXPECT_TRUE(holds(r.err, message));
    if (!hint.empty()) {
      EXPECT_TRUE(holds(r.err, "hint: " + hint));
    }
    EXPECT_EQ(box.fingerprint(), before);
    const Result json = box.type("git orch init-feature " + line + " --json");
    EXPECT_EQ(json.status, r.status);
    EXPECT_EQ(json.err, "");
    EXPECT_TRUE(
        json.out.starts_with(R"({"version":1,"ok":false,"error":{"code":")" +
                             code + R"(","message":")"))
        << json.out;
    EXPECT_EQ(box.fingerprint(), before);
    EXPECT_EQ(box.type("test -e .git/orch/orch.db").status, 1);
  }

  Sandbox box;
};

TEST_F(InitFeatureRefusal, NotARepository) {
  const Result r = box.type_in(box.path("tmp"), "git orch init-feature 001-a");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "is not inside a git repository\n"));
  EXPECT_TRUE(holds(r.err, "hint: git init"));
  EXPECT_EQ(box.ok_in(box.path("tmp"), "ls -A"), "");
}

TEST_F(InitFeatureRefusal, BareRepository) {
  box.ok("git clone -q --bare . ../bare");
  const std::string bare = box.path("bare");
  const std::string before = box.ok_in(bare, "find .");
  const Result r = box.type_in(bare, "git orch init-feature 001-a");
  EXPECT_GE(r.status, 128) << r.out;
  EXPECT_TRUE(holds(r.err, "is a bare repository"));
  EXPECT_TRUE(holds(r.err, "hint: "));
  EXPECT_EQ(box.ok_in(bare, "find ."), before);
  EXPECT_EQ(box.type("test -e ../bare.orch").status, 1);
}

TEST_F(InitFeatureRefusal, UnbornHead) {
  box.ok("git checkout -q --orphan fresh");
  refuses("001-a", "usage", "branch 'fresh' has no commit yet",
          "git commit --allow-empty");
}

// A branch that is there has a commit, whether or not it can be read.
TEST_F(InitFeatureRefusal, ABaseThatCannotBeRead) {
  const std::string tip = box.ok("git rev-parse HEAD").substr(0, 40);
  box.ok("mv .git/objects/" + tip.substr(0, 2) + "/" + tip.substr(2) +
         " ../kept");
  for (const char* line : {"001-a", "001-a --base main"}) {
    const Result r = box.type("git orch init-feature " + std::string(line));
    EXPECT_EQ(r.status, 128) << r.out;
    EXPECT_TRUE(holds(r.err,
                      "fatal: cannot read the commit of branch 'main'\n"
                      "hint: git fsck\n"));
  }
}

TEST_F(InitFeatureRefusal, DetachedHead) {
  box.ok("git checkout -q --detach");
  refuses("001-a", "usage", "HEAD is detached",
          "git orch init-feature <spec-id> --base <branch>");
}

TEST_F(InitFeatureRefusal, Submodule) {
  box.ok_in(box.root(), "git clone -q repo library");
  box.ok(
      "git -c protocol.file.allow=always submodule --quiet add "
      "../library part");
  box.ok("git commit -qm submodule");
  const std::string before = box.fingerprint();
  const Result r =
      box.type_in(box.repo() + "/part", "git orch init-feature 001-a");
  EXPECT_GE(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'" + box.repo() + "/part' is a submodule"));
  EXPECT_TRUE(holds(r.err, "hint: run git orch in the superproject"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/modules/part/orch").status, 1);
}

TEST_F(InitFeatureRefusal, InvalidSpecIds) {
  for (const char* id : {"''", "A", "a/b", "a..b", "a.lock", "'a b'", ".a",
                         "a.", "../../etc", "über", "a~1", "a:b", "'a\tb'"})
    refuses(id, "usage", "is no valid spec-id", "use lower-case letters");
  refuses(std::string(101, 'a'), "usage", "is no valid spec-id",
          "use lower-case letters");
}

TEST_F(InitFeatureRefusal, ABranchNamedAsTheFeature) {
  box.ok("git branch feature/001-a");
  refuses("001-a", "exists", "branch 'feature/001-a' is in the way",
          "git branch -m feature/001-a ");
}

TEST_F(InitFeatureRefusal, ABranchNamedFeature) {
  box.ok("git branch feature");
  refuses("001-a", "exists", "branch 'feature' is in the way",
          "git branch -m feature ");
}

TEST_F(InitFeatureRefusal, ABranchBelowOneOfOurs) {
  box.ok("git branch feature/001-a/impl-ui/sketch");
  refuses("001-a", "exists",
          "branch 'feature/001-a/impl-ui/sketch' is in the way",
          "git branch -m feature/001-a/impl-ui/sketch ");
}

TEST_F(InitFeatureRefusal, ABranchThatExists) {
  box.ok("git branch feature/001-a/impl-ui");
  refuses("001-a", "exists", "branch 'feature/001-a/impl-ui' already exists",
          "git branch feature/001-a/overseer && git orch add-feature 001-a "
          "--branch overseer=feature/001-a/overseer "
          "--branch impl-ui=feature/001-a/impl-ui\n");
  const std::string error = box.type("git orch init-feature 001-a").err;
  const std::string mark = "hint: ";
  const std::string hint = error.substr(error.find(mark) + mark.size());
  EXPECT_EQ(box.run_in(box.repo(), {"bash", "-c", hint}).status, 0);
  EXPECT_EQ(box.sql("SELECT address FROM agents ORDER BY address"),
            "001-a/impl-ui\n001-a/overseer\n");
}

TEST_F(InitFeatureRefusal, AWorktreePathThatExists) {
  box.write(box.worktree("001-a", "impl-ui") + "/mine.txt", "mine\n");
  refuses(
      "001-a", "exists",
      "worktree path '" + box.worktree("001-a", "impl-ui") + "' already exists",
      "move it away, or git config orch.worktreeRoot");
  EXPECT_EQ(box.read(box.worktree("001-a", "impl-ui") + "/mine.txt"), "mine\n");
}

TEST_F(InitFeatureRefusal, UnknownNamesWithTheNearest) {
  refuses("001-a --roles overseer,impl-uj", "unknown_name",
          "unknown role 'impl-uj'", "did you mean 'impl-ui'?");
  refuses("001-a --team overseer-4", "unknown_name",
          "unknown team 'overseer-4'", "did you mean 'overseer-3'?");
  refuses("001-a --runtime skript", "unknown_name", "unknown runtime 'skript'",
          "did you mean 'script'?");
  refuses("001-a --base mian", "unknown_name", "there is no branch 'mian'",
          "did you mean 'main'?");
  refuses("001-a --base HEAD", "unknown_name", "there is no branch 'HEAD'", "");
  refuses("001-a --team ../../secret", "unknown_name",
          "unknown team '../../secret'", "known: ");
}

TEST_F(InitFeatureRefusal, RolesThatMakeNoTeam) {
  refuses("001-a --roles overseer,overseer", "usage",
          "role 'overseer' is named twice", "");
  refuses("001-a --roles impl-ui", "usage", "overseer", "");
}

TEST_F(InitFeatureRefusal, ASpecThatIsNotThere) {
  refuses("001-a --spec gone.md", "unknown_name", "there is no spec 'gone.md'",
          "");
}

TEST_F(InitFeatureRefusal, StartWithoutAnyRuntime) {
  box.set("PATH", std::string(ORCH_BUILD_DIR) + "/bin:/usr/bin:/bin");
  refuses("001-a --start", "missing_tool", "no known agent CLI is on PATH",
          "say which with --runtime or git config orch.runtime");
}

TEST_F(InitFeatureRefusal, StartWithoutTheProgramOfItsRuntime) {
  box.set("PATH", std::string(ORCH_BUILD_DIR) + "/bin:/usr/bin:/bin");
  refuses("001-a --start --runtime claude", "missing_tool",
          "cannot find 'claude' of runtime 'claude' on PATH",
          "install it, or name its path in 'start' of the runtime's file");
}

}  // namespace
}  // namespace orch::test
