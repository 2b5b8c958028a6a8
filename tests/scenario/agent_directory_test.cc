// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class AgentDirectory : public ::testing::Test {
 protected:
  AgentDirectory() {
    box.make_repository();
    box.ok("git orch init -q");
    for (const char* name : {"one/docs", "two/docs"})
      box.ok("mkdir -p " + box.path(name));
  }
  json::Value start(const std::string& name,
                    const std::string& options = "") const {
    return box
        .type("git orch agent start --runtime script --json --dir " +
              box.path(name) + options)
        .data()["agent"];
  }
  std::vector<std::string> listed() const {
    std::vector<std::string> out;
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      out.push_back(*a["id"].as_string());
    return out;
  }
  Sandbox box;
};

TEST_F(AgentDirectory, IsAddressedByTheNameOfItsDirectory) {
  const json::Value one = start("one/docs");
  EXPECT_EQ(one["id"], json::Value("dir/docs"));
  EXPECT_EQ(one["worktree"], json::Value(box.path("one/docs")));
  EXPECT_EQ(one["role"], json::Value("developer"));
  EXPECT_EQ(one["feature"], json::Value());
  const json::Value two = start("two/docs", " --role reviewer");
  EXPECT_EQ(two["id"], json::Value("dir/docs-2"));
  EXPECT_EQ(two["role"], json::Value("reviewer"));
  EXPECT_EQ(box.ok("readlink /proc/" +
                   std::to_string(*two["pid"].as_integer()) + "/cwd"),
            box.path("two/docs") + "\n");
  EXPECT_TRUE(holds(box.ok("git orch send dir/docs-2 -m hi --wait acked"),
                    "to dir/docs-2: acked"));
}

TEST_F(AgentDirectory, HasOneAgent) {
  const json::Value first = start("one/docs");
  EXPECT_EQ(start("one/docs/../docs")["pid"], first["pid"]);
  box.ok("ln -s docs " + box.path("one/alias"));
  EXPECT_EQ(start("one/alias")["pid"], first["pid"]);
  EXPECT_EQ(listed(), std::vector<std::string>{"dir/docs"});
}

TEST_F(AgentDirectory, IsTheFeaturesAgentInAWorktreeOfOne) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  const json::Value agent = start("repo.orch/001-a/impl-api");
  EXPECT_EQ(agent["id"], json::Value("001-a/impl-api"));
  EXPECT_EQ(listed().size(), 2U);
}

TEST_F(AgentDirectory, MustExist) {
  const Result r =
      box.type("git orch agent start --runtime script --json --dir ../nowhere");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("invalid_directory"));
  EXPECT_TRUE(listed().empty());
}

TEST_F(AgentDirectory, IsStoppedAndRestartedByItsPath) {
  const json::Value first = start("one/docs");
  ASSERT_EQ(first["id"], json::Value("dir/docs"));
  const json::Value again =
      box.type("git orch agent restart --json --dir ../one/docs")
          .data()["agent"];
  EXPECT_EQ(again["id"], json::Value("dir/docs"));
  EXPECT_NE(again["pid"], first["pid"]);
  EXPECT_EQ(box.ok("git orch agent stop --dir ../one/docs"),
            "stopped dir/docs\n");
  EXPECT_TRUE(holds(box.ok("git orch agent log --dir ../one/docs"),
                    "You are dir/docs.\n"));
}

TEST_F(AgentDirectory, IsCleanedOnlyWhenItIsDead) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  start("one/docs");
  start("two/docs");
  EXPECT_EQ(box.ok("git orch agent clean"), "nothing to remove\n");
  box.ok("git orch agent stop dir/docs -q");
  EXPECT_EQ(box.ok("git orch agent clean --json"),
            R"({"version":1,"ok":true,"data":{"removed":["dir/docs"]}})"
            "\n");
  EXPECT_EQ(listed(), (std::vector<std::string>{
                          "001-a/overseer", "001-a/impl-api", "dir/docs-2"}));
  EXPECT_EQ(box.ok("git orch agent clean"), "nothing to remove\n");
  const std::string status = box.ok("git orch status --json");
  EXPECT_EQ(status.find("\"dir/docs\""), std::string::npos);
  EXPECT_TRUE(holds(status, "\"dir/docs-2\""));
  const Result late = box.type("git orch send dir/docs -m hello");
  EXPECT_EQ(late.status, 128);
  EXPECT_TRUE(holds(late.err,
                    "agent 'dir/docs' was removed\nhint: git orch "
                    "agent start --dir '"));
  box.ok("git orch agent stop dir/docs-2 -q");
  EXPECT_EQ(box.ok("git orch agent clean"), "removed dir/docs-2\n");
  // Its messages and its address wait for it.
  EXPECT_EQ(start("one/docs")["id"], json::Value("dir/docs"));
}

}  // namespace
}  // namespace orch::test
