// SPDX-License-Identifier: MIT
#include "dashboard/write.h"

#include <gtest/gtest.h>

#include "dashboard/endpoint.h"
#include "error/error.h"

namespace orch::dashboard {
namespace {

using Words = std::vector<std::string>;

TEST(DashboardWrite, IsACommandLineWithOperandsBehindDashes) {
  EXPECT_EQ(write_of("send", R"({"operands":["a/b","c"],
                                 "options":{"message":"--all\n"}})")
                .arguments,
            (Words{"--json", "--message=--all\n", "--", "a/b", "c"}));
  EXPECT_EQ(
      write_of("pause", R"({"options":{"all":true,"off":false}})").arguments,
      (Words{"--json", "--all", "--"}));
  EXPECT_EQ(write_of("resume", "{}").arguments, (Words{"--json", "--"}));
  EXPECT_EQ(write_of("ask", R"({"operands":["approve","3"]})").arguments,
            (Words{"--json", "--", "approve", "3"}));
}

TEST(DashboardWrite, IsNothingThatIsNotOnTheList) {
  EXPECT_THROW(write_of("gc", "{}"), Error);
  EXPECT_THROW(write_of("", "{}"), Error);
  for (const char* body :
       {"", "[]", "1", R"({"argv":[]})", R"({"operands":"a"})",
        R"({"operands":[1]})", R"({"operands":[""]})", R"({"operands":["-a"]})",
        R"({"operands":["--"]})", R"({"operands":["a\u0000b"]})",
        R"({"options":[]})", R"({"options":{"interrupt":true}})",
        R"({"options":{"message":1}})", R"({"options":{"file":"/etc/passwd"}})",
        R"({"options":{"m":"short names are none"}})"})
    EXPECT_THROW(write_of("send", body), Error) << body;
  EXPECT_THROW(write_of("ask", R"({"operands":["list"]})"), Error);
  EXPECT_THROW(write_of("ask", "{}"), Error);
  EXPECT_THROW(write_of("notify", R"({"operands":["test"]})"), Error);
  EXPECT_THROW(write_of("pause", R"({"options":{"all":"yes"}})"), Error);
}

TEST(DashboardEndpoint, IsACallOfItsVerb) {
  const auto call = [](const char* name, const http::Pairs& parameters) {
    const Call c = call_of(*find_question(name, parameters));
    Words out{c.verb};
    out.insert(out.end(), c.arguments.begin(), c.arguments.end());
    return out;
  };
  EXPECT_EQ(call("status", {}), (Words{"status", "--json"}));
  EXPECT_EQ(call("status", {{"token", "t"}, {"repo", "r"}, {"feature", "f"}}),
            (Words{"status", "--json", "f"}));
  EXPECT_EQ(call("stats", {{"days", "7"}}),
            (Words{"stats", "--json", "--days=7"}));
  EXPECT_EQ(call("stats", {}), (Words{"stats", "--json"}));
  EXPECT_EQ(call("task", {{"all", "1"}}),
            (Words{"task", "list", "--json", "--all"}));
  EXPECT_EQ(call("agent/log", {{"n", "9"}, {"agent", "a/b"}}),
            (Words{"agent", "log", "--json", "a/b", "--lines=9"}));
}

TEST(DashboardEndpoint, TakesOnlyItsOwnParameters) {
  EXPECT_FALSE(find_question("send", {}));
  EXPECT_FALSE(find_question("", {}));
  const auto odd = [](const char* name, const char* key, const char* value) {
    EXPECT_THROW(find_question(name, {{key, value}}), Error) << key << value;
  };
  odd("status", "n", "1");
  odd("status", "feature", "--json");
  odd("task", "all", "yes");
  odd("task", "all", "0");
  odd("recent", "n", "0");
  odd("recent", "n", "-1");
  odd("recent", "n", "1e3");
  odd("recent", "n", "100000");
  odd("agent/log", "n", "5");
}

}  // namespace
}  // namespace orch::dashboard
