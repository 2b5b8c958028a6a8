// SPDX-License-Identifier: MIT
#include "broker/calls.h"

#include "gtest/gtest.h"

namespace orch::broker {
namespace {

bool passes(const std::string& verb, const std::vector<std::string>& args) {
  return refusal_of({"git-orch-" + verb, args}).empty();
}

TEST(Calls, ThatSpeakWithTheTeamPass) {
  EXPECT_TRUE(passes("send", {"overseer", "-m", "text"}));
  EXPECT_TRUE(passes("send", {"overseer", "-mFile or -R"}));
  EXPECT_TRUE(passes("send", {"overseer", "-m", "- First, Run it"}));
  EXPECT_TRUE(passes("send", {"overseer", "-"}));
  EXPECT_TRUE(passes("inbox", {"--ack-all", "--wait"}));
  EXPECT_TRUE(passes("task", {}));
  EXPECT_TRUE(passes("task", {"--json", "list"}));
  EXPECT_TRUE(passes("task", {"done", "T1", "-m", "import"}));
  EXPECT_TRUE(passes("ask", {"push", "-m", "approve"}));
  EXPECT_TRUE(passes("ask", {}));
  // Who may answer is told by whose socket it is.
  EXPECT_TRUE(passes("ask", {"approve", "1"}));
  EXPECT_TRUE(passes("policy", {"explain", "guards.refs"}));
  EXPECT_TRUE(passes("agent", {"log", "001/impl-api"}));
  EXPECT_TRUE(passes("conflicts", {"show", "3"}));
}

TEST(Calls, ThatActOutsideDoNot) {
  EXPECT_FALSE(passes("agent", {"start", "x", "--", "sh"}));
  EXPECT_FALSE(passes("agent", {"-q", "start", "x"}));
  EXPECT_FALSE(passes("agent", {"--json", "stop", "x"}));
  EXPECT_FALSE(passes("policy", {"override", "guards.refs", "-m", "x"}));
  EXPECT_FALSE(passes("policy", {"-m", "list", "override", "guards.refs"}));
  EXPECT_FALSE(passes("agent", {"--role", "list", "start", "x"}));
  EXPECT_FALSE(passes("agent", {"--", "start", "x"}));
  EXPECT_FALSE(passes("task", {"import", "x"}));
  EXPECT_FALSE(passes("task", {"export"}));
  EXPECT_FALSE(passes("conflicts", {"suggest", "1"}));
  for (const char* verb : {"init", "deinit", "launch", "plan", "doctor", "gc",
                           "hooks", "restore", "backup", "tick", "snapshot"})
    EXPECT_FALSE(passes(verb, {})) << verb;
}

TEST(Calls, ThatOpenAPagerDoNot) {
  for (const char* arg : {"--help", "--hel", "--h", "-h"}) {
    EXPECT_FALSE(passes("query", {arg})) << arg;
    EXPECT_FALSE(passes("inbox", {"--all", arg})) << arg;
    EXPECT_FALSE(passes("task", {"list", arg})) << arg;
  }
}

TEST(Calls, ThatNameFilesDoNot) {
  EXPECT_FALSE(passes("send", {"overseer", "-F", "x"}));
  EXPECT_FALSE(passes("send", {"overseer", "-Fx"}));
  EXPECT_FALSE(passes("send", {"overseer", "-qF", "x"}));
  EXPECT_FALSE(passes("send", {"overseer", "--file", "x"}));
  EXPECT_FALSE(passes("send", {"overseer", "--file=x"}));
  EXPECT_FALSE(passes("send", {"overseer", "--fi=x"}));
  EXPECT_FALSE(passes("send", {"overseer", "-R", "x"}));
  EXPECT_FALSE(passes("send", {"overseer", "--repo", "x"}));
  EXPECT_FALSE(passes("send", {"--dir", "x"}));
  EXPECT_FALSE(passes("send", {"--priority", "-m", "-F", "x"}));
}

TEST(Calls, OfOtherProgramsDoNot) {
  EXPECT_FALSE(refusal_of({"sh", {}}).empty());
  EXPECT_FALSE(refusal_of({"", {}}).empty());
  EXPECT_FALSE(refusal_of({"../../bin/sh", {}}).empty());
  EXPECT_FALSE(refusal_of({"git-orch--sandbox", {"run", "x"}}).empty());
  EXPECT_TRUE(refusal_of({"git-orch--agent-hook", {"stop"}}).empty());
}

TEST(GuardFields, AreThoseOfARefusalWithoutWhoseItIs) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(
      guard_fields({"record",
                    {"guard", "agent", "001/overseer", "guard", "guards.refs",
                     "mode", "block", "what", "w"}}),
      (Fields{{"guard", "guards.refs"}, {"mode", "block"}, {"what", "w"}}));
  EXPECT_TRUE(guard_fields({"record", {}}).empty());
  EXPECT_TRUE(guard_fields({"record", {"commit", "guard", "x"}}).empty());
  EXPECT_TRUE(guard_fields({"record", {"guard", "guard", "x"}}).empty());
  EXPECT_TRUE(guard_fields({"record", {"guard", "guard"}}).empty());
}

}  // namespace
}  // namespace orch::broker
