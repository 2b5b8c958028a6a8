// SPDX-License-Identifier: MIT
//
// The workflows that init --ci writes: what their languages say of them, and
// what their scripts do.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kImplementor[] = ".github/workflows/orch-implementor.yml";
constexpr char kOverseer[] = ".github/workflows/orch-overseer.yml";
constexpr char kGitLab[] = ".gitlab/ci/orch.yml";

class InitCi : public ::testing::Test {
 protected:
  InitCi() { box.make_repository(); }

  std::string at(const std::string& path) const {
    return box.repo() + "/" + path;
  }
  void track(const std::string& path, const std::string& text) const {
    box.write(at(path), text);
    box.ok("git add -A");
    box.ok("git commit -qm 'add " + path + "'");
  }
  // What is wrong with the files; empty: nothing.
  std::string faults(const std::vector<std::string>& files) const {
    std::vector<std::string> argv = {std::string(ORCH_SOURCE_DIR) +
                                     "/tests/lint/check-workflows"};
    for (const std::string& file : files) argv.push_back(at(file));
    const Result r = box.run_in(box.repo(), argv);
    EXPECT_EQ(r.status, 0) << r.err;
    return r.out;
  }
  Result job(const std::string& where, const std::string& file,
             const std::string& name) const {
    return box.run_in(
        where, {std::string(ORCH_SOURCE_DIR) + "/tests/tools/run-job", at(file),
                name});
  }
  Sandbox box;
};

TEST_F(InitCi, WritesWorkflowsThatKeepTheRules) {
  const Result r = box.type("git orch init --no-hooks --ci github --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json::Value data = r.data();
  ASSERT_EQ(data["ci"]["written"].as_array()->size(), 2U);
  EXPECT_EQ(*data["ci"]["written"].as_array()->at(0).as_string(),
            at(kImplementor));
  EXPECT_EQ(faults({kImplementor, kOverseer}), "");
  const std::string text = box.read(at(kImplementor)) + box.read(at(kOverseer));
  for (const char* part :
       {"['feature/*/*', '!feature/*/orchestrator', '!feature/*/overseer']",
        "permissions:\n  contents: read\n", "postgres:16", "pg_isready",
        "redis-cli ping", "vars.ORCH_PREVIEW != ''",
        "git orch status \"$id\" --format md", "git orch check-conflicts",
        "git orch run-tests"})
    EXPECT_TRUE(holds(text, part));
  EXPECT_EQ(box.ok("git status --porcelain"), "?? .github/\n");
  box.ok("git orch init --no-hooks --ci gitlab -q");
  EXPECT_EQ(faults({kGitLab}), "");
}

TEST_F(InitCi, KnowsWhatTheProjectIs) {
  track("Cargo.toml", "[package]\n");
  track("Makefile", "e2e:\n\ttrue\n");
  box.write(at(".git/orch/roles/impl-api.yaml"),
            "name: impl-api\nreports_to: overseer\n"
            "test: cargo test --lib \"it's\" \\\\o\n");
  const Result r = box.type("git orch init --no-hooks --ci github");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.err, "job unit runs: cargo test --lib"));
  EXPECT_TRUE(holds(r.err, "ORCH_INSTALL"));
  EXPECT_EQ(faults({kImplementor, kOverseer}), "");
  const std::string text = box.read(at(kImplementor));
  EXPECT_TRUE(holds(text,
                    R"(ORCH_UNIT: "${{ vars.ORCH_UNIT || 'cargo test --lib )"
                    R"(\"it''s\" \\\\o' }}")"));
  EXPECT_TRUE(
      holds(text, "ORCH_BUILD: \"${{ vars.ORCH_BUILD || 'cargo build'"));
  // A job that nothing speaks for runs only with its variable.
  const std::string rest = box.read(at(kOverseer));
  EXPECT_TRUE(holds(rest, "|| 'make e2e' }}"));
  EXPECT_TRUE(holds(rest, "&& vars.ORCH_QUALITY != ''"));
  EXPECT_FALSE(holds(rest, "&& vars.ORCH_E2E != ''"));
}

TEST_F(InitCi, NeverOverwritesWhatIsAnother) {
  box.ok("git orch init --no-hooks --ci github -q");
  const std::string before = box.fingerprint();
  const Result again = box.type("git orch init --no-hooks --ci github --json");
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.data()["ci"]["kept"].as_array()->size(), 2U);
  EXPECT_EQ(box.fingerprint(), before);
  box.ok("rm " + at(kImplementor));
  box.write(at(kOverseer), "mine\n");
  const Result r = box.type("git orch init --no-hooks --ci github --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("exists"));
  EXPECT_EQ(box.read(at(kOverseer)), "mine\n");
  EXPECT_FALSE(file::exists(at(kImplementor)));
  box.ok("rm -r .github");
  box.ok("ln -s " + box.path("home") + " .github");
  EXPECT_EQ(box.type("git orch init --no-hooks --ci github").status, 128);
  EXPECT_EQ(box.type("git orch init --ci svn").status, 129);
}

// A person's clone on a runner: no hooks, no store, all branches of the origin.
class InitCiJobs : public InitCi {
 protected:
  InitCiJobs() {
    track("Makefile", "test:\n\tgrep -q right one.txt\n");
    box.write(at("one.txt"), "right\n");
    box.ok("git commit -qam right");
    box.ok("git orch init -q --no-hooks --ci github");
    box.ok("git orch init -q --no-hooks --ci gitlab");
    box.ok("git orch init-feature 001-a -q");
    clone = box.path("clone");
  }
  void commit(const std::string& role, const std::string& file,
              const std::string& text) const {
    const std::string top = box.worktree("001-a", role);
    box.write(top + "/" + file, text);
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm 'by " + role + "'");
  }
  void check_out(const std::string& role) {
    box.run_in(box.root(), {"sh", "-ec", "rm -rf " + clone + "*"});
    box.ok("git clone -q -b feature/001-a/" + role + " " + box.repo() + " " +
           clone);
    box.ok_in(clone, "git config user.name ci");
    box.ok_in(clone, "git config user.email ci@localhost");
    box.set("GITHUB_REF_NAME", "feature/001-a/" + role);
    box.set("CI_COMMIT_BRANCH", "feature/001-a/" + role);
    box.set("CI_DEFAULT_BRANCH", "main");
    box.set("EXPR_GITHUB_EVENT_REPOSITORY_DEFAULT_BRANCH", "main");
    box.set("GITHUB_STEP_SUMMARY", box.path("summary"));
    box.write(box.path("summary"), "");
  }
  std::string clone;
};

TEST_F(InitCiJobs, OfUnitTestsRunTheCommand) {
  check_out("impl-api");
  EXPECT_EQ(job(clone, kImplementor, "unit").status, 0);
  EXPECT_EQ(job(clone, kGitLab, "orch-unit").status, 0);
  commit("impl-api", "one.txt", "wrong\n");
  check_out("impl-api");
  EXPECT_NE(job(clone, kImplementor, "unit").status, 0);
  EXPECT_NE(job(clone, kGitLab, "orch-unit").status, 0);
  box.set("VARS_ORCH_UNIT", "true");
  EXPECT_EQ(job(clone, kImplementor, "unit").status, 0);
}

TEST_F(InitCiJobs, OfConflictsNeedNoStoreAndNoHooks) {
  commit("impl-api", "two.txt", "by api\n");
  commit("impl-ui", "two.txt", "by ui\n");
  check_out("impl-api");
  const Result r = job(clone, kImplementor, "conflicts");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  // With a colleague it is told of, with what everybody gets it is refused.
  EXPECT_TRUE(holds(box.read(box.path("summary")), "two.txt"));
  commit("overseer", "two.txt", "by overseer\n");
  check_out("impl-api");
  const Result bad = job(clone, kImplementor, "conflicts");
  EXPECT_EQ(bad.status, 1) << bad.out << bad.err;
  EXPECT_TRUE(holds(bad.out, "two.txt"));
  EXPECT_FALSE(file::exists(clone + "/.git/orch"));
  EXPECT_EQ(job(clone, kGitLab, "orch-conflicts").status, 1);
  EXPECT_TRUE(holds(box.read(clone + "/orch-conflicts.md"), "two.txt"));
}

TEST_F(InitCiJobs, OfConflictsTakeNoNameForAScript) {
  const std::string name = "feature/001-a/$(touch${IFS}owned);`id`";
  box.ok("git branch '" + name + "' main");
  check_out("impl-api");
  box.ok_in(clone, "git checkout -q '" + name + "'");
  box.set("GITHUB_HEAD_REF", name);
  box.set("CI_COMMIT_BRANCH", name);
  EXPECT_EQ(job(clone, kImplementor, "conflicts").status, 0);
  EXPECT_EQ(job(clone, kGitLab, "orch-conflicts").status, 0);
  EXPECT_FALSE(file::exists(clone + "/owned"));
}

TEST_F(InitCiJobs, OfAStatusTellTheFeatureByItsBranches) {
  commit("impl-api", "two.txt", "by api\n");
  commit("impl-ui", "two.txt", "by ui\n");
  check_out("overseer");
  const Result r = job(clone, kOverseer, "status");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const std::string summary = box.read(box.path("summary"));
  EXPECT_TRUE(holds(summary, "001-a"));
  EXPECT_TRUE(holds(summary, "impl-data"));
  EXPECT_TRUE(holds(summary, "| 001-a/impl-api | 001-a/impl-ui | collision"));
  check_out("overseer");
  EXPECT_EQ(job(clone, kGitLab, "orch-status").status, 0);
  EXPECT_TRUE(holds(box.read(clone + "/orch-status.md"), "impl-data"));
}

TEST_F(InitCiJobs, WithoutGitOrchSayWhatToSet) {
  check_out("impl-api");
  // Only what a runner has.
  box.ok("mkdir -p " + box.path("bare"));
  for (const char* tool : {"bash", "sh", "git", "python3", "env", "mkdir"})
    box.run_in(box.root(), {"sh", "-ec",
                            "ln -s \"$(command -v " + std::string(tool) +
                                ")\" " + box.path("bare")});
  const Result r =
      box.run_in(clone, {"env", "PATH=" + box.path("bare"),
                         std::string(ORCH_SOURCE_DIR) + "/tests/tools/run-job",
                         at(kImplementor), "conflicts"});
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.err, "ORCH_INSTALL must be a command that installs it"));
}

// The checker itself sees what it is there for.
TEST_F(InitCi, IsCheckedByWhatSeesFaults) {
  box.ok("git orch init --no-hooks --ci github -q");
  const std::string good = box.read(at(kImplementor));
  const auto faults_with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t where = text.find(from);
    EXPECT_NE(where, std::string::npos) << from;
    text.replace(where, from.size(), to);
    box.write(at(kImplementor), text);
    return faults({kImplementor});
  };
  EXPECT_TRUE(holds(faults_with("@11bd7190", "@v4 #"), "is not pinned"));
  EXPECT_TRUE(holds(faults_with("  contents: read", "  contents: write"),
                    "permissions are"));
  EXPECT_TRUE(holds(faults_with("timeout-minutes: 30", "timeout: 30"),
                    "unknown key 'timeout'"));
  EXPECT_TRUE(holds(faults_with("bash -eo pipefail -c \"$ORCH_UNIT\"",
                                "echo ${{ github.head_ref }}"),
                    "an expression in a script"));
  EXPECT_TRUE(holds(faults_with("\"$ORCH_UNIT\"", "\"$ORCH_UNIT"),
                    "bash cannot read it"));
  EXPECT_TRUE(holds(
      faults_with("    name: lint\n", "    name: lint\n    needs: [gone]\n"),
      "needs 'gone', which is no job"));
  EXPECT_TRUE(holds(
      faults_with("    name: lint\n", "    name: lint\n    name: again\n"),
      "stands twice"));
}

}  // namespace
}  // namespace orch::test
