// SPDX-License-Identifier: MIT
#include "notice/payload.h"

#include <gtest/gtest.h>

#include "json/value.h"

namespace orch::notice {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Letter letter_with(const std::string& text) {
  Item item;
  item.id = "0123-5-0";
  item.number = 5;
  item.kind = "ask";
  item.severity = Severity::Warning;
  item.needs_human = true;
  item.agent = "001-a/impl-api";
  item.text = text;
  item.command = "git orch ask approve 3";
  item.since = 1800000000000;
  Letter letter;
  letter.repository = "app";
  letter.path = "/home/ann/app/.git";
  letter.items.push_back(item);
  return letter;
}

constexpr char kHostile[] =
    "<!channel> @here @everyone <https://evil.example|click> ``` *b* &amp;\n"
    "Bcc: eve@evil.example\x1b]0;x\x07 #(touch /tmp/x) \xff";

TEST(Payload, IsJsonThatKeepsItsIdAtEveryAttempt) {
  const Letter letter = letter_with("wants to drop a table");
  const Sink sink = parse_sink("desk", {{"command", "tell"}});
  const auto value = json::parse(json_of(letter, sink));
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["version"], json::Value(1));
  EXPECT_EQ((*value)["id"], json::Value("0123-5-0"));
  EXPECT_EQ((*value)["sink"], json::Value("desk"));
  EXPECT_EQ((*value)["count"], json::Value(1));
  EXPECT_EQ((*value)["text"], json::Value("app: wants to drop a table"));
  const json::Value& one = (*(*value)["notices"].as_array())[0];
  EXPECT_EQ(one["command"], json::Value("git orch ask approve 3"));
  EXPECT_EQ(one["since"], json::Value("2027-01-15T08:00:00Z"));
  Letter two = letter;
  two.items.push_back(two.items[0]);
  EXPECT_TRUE(two.id().starts_with("digest-"));
  EXPECT_EQ(two.id(), Letter(two).id());
}

TEST(Payload, ForChatsHasNoMentionAndNoLink) {
  const Letter letter = letter_with(kHostile);
  const auto slack = json::parse(slack_of(letter));
  ASSERT_TRUE(slack);
  const std::string text = *(*slack)["text"].as_string();
  EXPECT_TRUE(text.starts_with("```\n")) << text;
  EXPECT_TRUE(text.ends_with("\n```")) << text;
  EXPECT_EQ(text.find("```", 3), text.size() - 3) << text;
  EXPECT_FALSE(holds(text, "<"));
  EXPECT_TRUE(holds(text, "&lt;!channel&gt;"));
  EXPECT_EQ((*slack)["link_names"], json::Value(false));
  const auto discord = json::parse(discord_of(letter));
  ASSERT_TRUE(discord);
  const std::string content = *(*discord)["content"].as_string();
  EXPECT_LE(content.size(), 2000U);
  EXPECT_EQ(content.find("```", 3), content.size() - 3);
  EXPECT_EQ((*discord)["allowed_mentions"]["parse"],
            json::Value(json::Array{}));
  EXPECT_LE(json::parse(discord_of(letter_with(std::string(9000, '@'))))
                .value()["content"]
                .as_string()
                ->size(),
            2000U);
}

TEST(Payload, AsAMailTakesNoHeaderFromAText) {
  const Sink sink =
      parse_sink("mail", {{"type", "sendmail"}, {"to", "ann@example.com"}});
  const std::string mail = mail_of(letter_with(kHostile), sink);
  const std::string head = mail.substr(0, mail.find("\r\n\r\n"));
  EXPECT_FALSE(holds(head, "\nBcc:"));
  EXPECT_TRUE(holds(head, "To: ann@example.com\r\n"));
  EXPECT_TRUE(holds(head, "Message-ID: <0123-5-0@git-orch.invalid>\r\n"));
  EXPECT_TRUE(holds(head, "Subject: [git orch] warning: app: "));
  EXPECT_FALSE(holds(mail, "\x1b"));
  const std::string other =
      mail_of(letter_with("gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x98\x80"), sink);
  EXPECT_TRUE(holds(other, "Subject: =?utf-8?B?")) << other;
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t end = mail.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 998U);
    at = end + 2;
  }
}

TEST(Payload, ShowsControlsAndTellsOfManyAtOnce) {
  const std::string text = body(letter_with(kHostile));
  EXPECT_FALSE(holds(text, "\x1b"));
  EXPECT_TRUE(holds(text, "\\x1b"));
  Letter many = letter_with("one");
  for (int i = 0; i < 30; ++i) many.items.push_back(many.items[0]);
  EXPECT_TRUE(holds(headline(many), "app: 31 notices"));
  EXPECT_TRUE(holds(body(many), "and 11 more"));
  EXPECT_EQ(markup_of("<b>&"), "&lt;b&gt;&amp;");
}

TEST(Payload, ForCurlCannotBreakOut) {
  const Sink sink =
      parse_sink("hook", {{"type", "webhook"}, {"url", "https://x.example/a"}});
  const std::string config = curl_config(sink, "{\"a\":\"\\n\"}\noutput = x");
  EXPECT_TRUE(holds(config, "url = \"https://x.example/a\"\n"));
  EXPECT_TRUE(holds(config, R"(data-raw = "{\"a\":\"\\n\"}\noutput = x")"))
      << config;
  EXPECT_TRUE(holds(config, "max-time = 10\n"));
}

TEST(Need, SaysWhatWaitsAndWhatToType) {
  Need need{.kind = "ask",
            .key = "ask 3",
            .agent = "001-a/impl-api",
            .what = "drop table",
            .reason = "nothing reads it",
            .number = 3};
  EXPECT_EQ(text_of(need, 0),
            "001-a/impl-api asks for leave: drop table: nothing reads it");
  EXPECT_EQ(command_of(need), "git orch ask approve 3");
  EXPECT_EQ(answers_to("ask"), (std::vector<std::string>{"approve", "deny"}));
  for (const char* kind :
       {"needs-human", "agent-blocked", "agent-ended", "agent-lost",
        "batch-item", "gate", "landing-rejected", "target-dirty",
        "message-failed", "limit", "overdue", "unexplained-ref"}) {
    need.kind = kind;
    need.agent = "dir/a'b";
    EXPECT_NE(text_of(need, 0), "") << kind;
    EXPECT_TRUE(command_of(need).starts_with("git orch ")) << kind;
    EXPECT_TRUE(answers_to(kind).empty()) << kind;
  }
  need.kind = "agent-lost";
  EXPECT_EQ(command_of(need), "git orch agent start 'dir/a'\\''b'");
  EXPECT_EQ(severity_of(need), Severity::Critical);
}

}  // namespace
}  // namespace orch::notice
