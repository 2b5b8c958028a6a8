// SPDX-License-Identifier: MIT
#include "notice/sink.h"

#include <gtest/gtest.h>

#include "error/error.h"

namespace orch::notice {
namespace {

using Values = std::map<std::string, std::string>;

std::string fault_of(const Values& values) {
  try {
    parse_sink("desk", values);
    return "";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::Usage);
    return e.what();
  }
}

TEST(Sink, IsACommandWhenNothingElseIsSaid) {
  const Sink sink = parse_sink("desk", {{"command", "/bin/tell 'a b' c"}});
  EXPECT_EQ(sink.type, Type::Command);
  EXPECT_EQ(sink.argv, (std::vector<std::string>{"/bin/tell", "a b", "c"}));
  EXPECT_EQ(sink.events, std::vector<std::string>{"needs-human"});
  EXPECT_EQ(sink.rate, 10);
  EXPECT_EQ(sink.timeout_ms, 10000);
}

TEST(Sink, ReadsAllThatItCanBe) {
  const Sink sink = parse_sink(
      "desk", {{"type", "slack"},
               {"url", "https://hooks.slack.example/services/T0/B0/s3cr3t"},
               {"events", "needs-human, branch_landed,queue_*"},
               {"severity", "warning"},
               {"quiet", "22:00-07:00 Europe/Berlin"},
               {"delay", "5m"},
               {"escalate", "30m, 2h"},
               {"rate", "3"},
               {"timeout", "30s"}});
  EXPECT_EQ(sink.type, Type::Slack);
  EXPECT_EQ(sink.least, Severity::Warning);
  EXPECT_EQ(sink.quiet->zone, "Europe/Berlin");
  EXPECT_EQ(sink.delay_ms, 300000);
  EXPECT_EQ(sink.escalate_ms, (std::vector<std::int64_t>{1800000, 7200000}));
  EXPECT_EQ(sink.rate, 3);
  EXPECT_EQ(sink.timeout_ms, 30000);
  EXPECT_EQ(place_of(sink), "https://hooks.slack.example");
}

TEST(Sink, RefusesWhatItCannotBeAndShowsNoSecret) {
  const std::string url = "https://ann:pw12345@x.example/s3cr3t\n";
  for (const Values& values : std::vector<Values>{
           {},
           {{"type", "pigeon"}},
           {{"type", "webhook"}},
           {{"type", "webhook"}, {"url", url}},
           {{"type", "webhook"}, {"url", "file:///etc/passwd?s3cr3t"}},
           {{"type", "slack"}, {"url", "https://x/\"s3cr3t"}},
           {{"type", "sendmail"}},
           {{"type", "sendmail"}, {"to", "a@b\nBcc: c@d"}},
           {{"type", "sendmail"}, {"to", "a@b"}, {"from", "x\r\nTo: y"}},
           {{"type", "tmux"}, {"to", "relative"}},
           {{"command", "bin/tell"}},
           {{"command", "tell | other"}},
           {{"command", "tell"}, {"events", "a**b"}},
           {{"command", "tell"}, {"events", "Landed!"}},
           {{"command", "tell"}, {"severity", "loud"}},
           {{"command", "tell"}, {"quiet", "always"}},
           {{"command", "tell"}, {"escalate", "2h, 30m"}},
           {{"command", "tell"}, {"escalate", "soon"}},
           {{"command", "tell"}, {"delay", "1h"}, {"escalate", "30m"}},
           {{"command", "tell"}, {"rate", "0"}},
           {{"command", "tell"}, {"rate", "many"}},
           {{"command", "tell"}, {"timeout", "1h"}}}) {
    const std::string fault = fault_of(values);
    EXPECT_TRUE(fault.starts_with("orch.notify.desk.")) << fault;
    EXPECT_EQ(fault.find("s3cr3t"), std::string::npos) << fault;
    EXPECT_EQ(fault.find("pw12345"), std::string::npos) << fault;
  }
}

TEST(Sink, HearsOfWhatItAskedFor) {
  Sink sink = parse_sink("desk", {{"command", "tell"}});
  EXPECT_TRUE(wants(sink, "ask", true, Severity::Warning));
  EXPECT_FALSE(wants(sink, "branch_landed", false, Severity::Info));
  sink.events = {"branch_landed", "queue_*"};
  EXPECT_FALSE(wants(sink, "ask", true, Severity::Warning));
  EXPECT_TRUE(wants(sink, "branch_landed", false, Severity::Info));
  EXPECT_TRUE(wants(sink, "queue_dead", false, Severity::Critical));
  EXPECT_FALSE(wants(sink, "branch_rejected", false, Severity::Critical));
  sink.events = {"*"};
  sink.least = Severity::Warning;
  EXPECT_TRUE(wants(sink, "ask", true, Severity::Warning));
  EXPECT_FALSE(wants(sink, "branch_landed", false, Severity::Info));
}

TEST(Sink, TakesItsSecretsOutOfWhatIsSaid) {
  const Sink hook = parse_sink(
      "desk", {{"type", "webhook"},
               {"url",
                "https://ann:pw12345@x.example:8443/services/T0/s3cr3tpath?k="
                "t0kent0ken"}});
  EXPECT_EQ(place_of(hook), "https://x.example:8443");
  const std::string said = without_secrets(
      hook, "cannot reach " + hook.url + " with t0kent0ken at /s3cr3tpath");
  for (const char* secret : {"pw12345", "s3cr3tpath", "t0kent0ken"})
    EXPECT_EQ(said.find(secret), std::string::npos) << said;
  const Sink command =
      parse_sink("desk", {{"command", "tell --token hunter2222"}});
  EXPECT_EQ(without_secrets(command, "bad token hunter2222"), "bad token ***");
  EXPECT_EQ(place_of(command), "tell");
}

}  // namespace
}  // namespace orch::notice
