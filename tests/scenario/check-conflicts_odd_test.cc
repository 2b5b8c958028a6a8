// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// Repositories in which something is missing, broken, or of another kind. An
// answer for each pair: git's, or unknown with a reason; never clean because
// something could not be read.
class CheckOdd : public ::testing::Test {
 protected:
  CheckOdd() {
    box.make_repository();
    box.ok("git config uploadpack.allowFilter true");
    // Two that collide, one that is apart.
    branch("a", "one.txt");
    branch("b", "one.txt");
    branch("c", "two.txt");
  }
  void branch(const std::string& name, const std::string& file) const {
    box.ok("git checkout -q -b " + name + " main");
    box.write(box.repo() + "/" + file, name + " has another line\n");
    box.ok("git commit -qam " + name);
    box.ok("git checkout -q main");
  }
  // A copy that git makes over its protocol.
  std::string clone(const std::string& options) const {
    const std::string to = box.path("copy");
    box.ok("git clone -q --no-single-branch " + options + " file://" +
           box.repo() + " " + to);
    for (const char* name : {"a", "b", "c"})
      box.ok_in(to, "git update-ref refs/heads/" + std::string(name) +
                        " refs/remotes/origin/" + name);
    return to;
  }
  // "a b verdict" a line, for each pair.
  std::string verdicts(const std::string& top, int status) const {
    const Result r = box.type_in(top, "git orch check-conflicts --stdin --json",
                                 "a b\na c\nb c\n");
    EXPECT_EQ(r.status, status) << r.out << r.err;
    const json::Value answer = r.data();
    std::string out;
    for (const json::Value& p : *answer["pairs"].as_array()) {
      out += *p["verdict"].as_string() + "\n";
      const bool is_unknown = *p["verdict"].as_string() == "unknown";
      EXPECT_EQ(p["reason"].as_string() != nullptr, is_unknown);
    }
    return out;
  }
  // Puts all objects into files of their own, and returns that of `name`.
  std::string loose(const std::string& top, const std::string& name) const {
    std::string id = box.ok_in(top, "git rev-parse " + name);
    id.pop_back();
    return top + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  }
  Sandbox box;
};

TEST_F(CheckOdd, AShallowCloneIsAnsweredAsFarAsItReaches) {
  const std::string deep = clone("--depth 2");
  EXPECT_EQ(verdicts(deep, 1), "conflict\nclean\nclean\n");
  box.ok("rm -rf " + deep);
  EXPECT_EQ(verdicts(clone("--depth 1"), 4), "unknown\nunknown\nunknown\n");
}

TEST_F(CheckOdd, APartialCloneIsAnsweredByGit) {
  const std::string copy = clone("--no-checkout --filter=blob:none");
  EXPECT_EQ(verdicts(copy, 1), "conflict\nclean\nclean\n");
}

TEST_F(CheckOdd, APartialCloneWithoutItsSourceDoesNotKnow) {
  const std::string copy = clone("--no-checkout --filter=blob:none");
  box.ok("mv " + box.repo() + " " + box.path("away"));
  // No name was changed by both sides of the others, so no file is read.
  EXPECT_EQ(verdicts(copy, 4), "unknown\nclean\nclean\n");
}

TEST_F(CheckOdd, ABrokenFileLeavesItsPairsUnknown) {
  const std::string blob = loose(box.repo(), "a:one.txt");
  box.ok("chmod 644 " + blob);
  box.write(blob, "no object");
  EXPECT_EQ(verdicts(box.repo(), 4), "unknown\nclean\nclean\n");
}

TEST_F(CheckOdd, ABrokenCommitLeavesItsPairsUnknown) {
  const std::string commit = loose(box.repo(), "a");
  box.ok("chmod 644 " + commit);
  box.write(commit, "no object");
  EXPECT_EQ(verdicts(box.repo(), 4), "unknown\nunknown\nclean\n");
  // The branch is there; what it was is not.
  const Result r =
      box.type("git orch check-conflicts --all --committed-only --json");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_EQ(r.data()["unknown"].as_array()->size(), 3U) << r.out;
}

TEST_F(CheckOdd, ABranchWhoseCommitIsGoneLeavesItsPairsUnknown) {
  box.ok("rm " + loose(box.repo(), "a"));
  const Result r =
      box.type("git orch check-conflicts --all --committed-only --json");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  const json::Value data = r.data();
  EXPECT_EQ(data["unknown"].as_array()->size(), 3U) << r.out;
  EXPECT_EQ(data["pairs"], json::Value(6)) << r.out;
}

TEST_F(CheckOdd, Sha256IsAnsweredByGit) {
  Sandbox other;
  const std::string top = other.path("wide");
  other.ok_in(other.root(), "git init -q --object-format=sha256 wide");
  other.write(top + "/one.txt", "base\n");
  other.ok_in(top, "git add .");
  other.ok_in(top, "git commit -qm base");
  for (const std::string name : {"a", "b"}) {
    other.ok_in(top, "git checkout -q -b " + name + " main");
    other.write(top + "/one.txt", name + "\n");
    other.ok_in(top, "git commit -qam " + name);
  }
  const Result r = other.type_in(top, "git orch check-conflicts --all -v");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "a    b     collision  contents  one.txt"));
  EXPECT_TRUE(holds(r.err, "3 (100.0 %) by git"));
}

}  // namespace
}  // namespace orch::test
