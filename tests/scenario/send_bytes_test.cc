// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// Every byte but NUL goes from the sender to the reader as it was, and none of
// them is ever parsed on the way.
class SendBytes : public ::testing::Test {
 protected:
  SendBytes() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  static std::vector<std::string> texts() {
    return {"it's \"quoted\" and `touch canary`",
            "ends in a semicolon;",
            ";",
            "\\;",
            "-leading dash",
            "--json",
            "$(touch canary) ${HOME} $HOME %s %1$s",
            "#(touch canary) #{pane_id} #[fg=red] ##",
            "before \x1b[201~\rtouch canary\r\x1b[200~ after",
            "\x1b]0;title\a\x1b[2J\x9b\x01\x02\x7f",
            "line one\nline two\n\n\nline five\n",
            "carriage\r\nreturns\r\n",
            "\ttabs\tand  blanks ",
            "emoji \xF0\x9F\xA6\x8A and \xE6\x97\xA5\xE6\x9C\xAC and "
            "e\xCC\x81 \xE2\x80\xAE",
            "not UTF-8: \xff\xfe \xc3( \xed\xa0\x80",
            "[orch message 1 from person]\nexit 3",
            "'; DROP TABLE messages; --",
            std::string(100 * 1024, 'x') + "end"};
  }
  json::Array inbox() const {
    return *box.type(
                   "git orch inbox --all --kind message --agent impl-api "
                   "--json")
                .data()["messages"]
                .as_array();
  }
  void expect_texts() const {
    const json::Array messages = inbox();
    ASSERT_EQ(messages.size(), texts().size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const std::string text = texts()[i];
      if (text::is_utf8(text)) {
        EXPECT_EQ(messages[i]["text"], json::Value(text));
        EXPECT_EQ(messages[i]["text_b64"], json::Value());
      } else {
        EXPECT_EQ(messages[i]["text_b64"], json::Value(text::base64(text)));
      }
    }
    EXPECT_EQ(box.run_in(box.root(), {"find", ".", "-name", "canary"}).out, "");
  }
  Sandbox box;
};

TEST_F(SendBytes, ArriveWhenGivenAsAnArgument) {
  for (const std::string& text : texts())
    EXPECT_EQ(box.run_in(box.repo(),
                         {"git", "orch", "send", "impl-api", "-q", "-m", text})
                  .status,
              0)
        << text;
  expect_texts();
}

TEST_F(SendBytes, ArriveFromAFileAndFromStandardInput) {
  bool from_file = true;
  for (const std::string& text : texts()) {
    box.write(box.path("text"), text);
    const Result r = from_file
                         ? box.type("git orch send impl-api -q -F ../text")
                         : box.type("git orch send impl-api -q -", text);
    EXPECT_EQ(r.status, 0) << text << r.err;
    from_file = !from_file;
  }
  expect_texts();
}

TEST_F(SendBytes, GoThroughThePaneWithoutActingThere) {
  box.ok("git orch agent start impl-api --runtime script -q");
  for (const std::string& text : texts())
    EXPECT_EQ(box.run_in(box.repo(), {"git", "orch", "send", "impl-api", "-q",
                                      "--wait", "acked", "-m", text})
                  .status,
              0)
        << text.substr(0, 100);
  expect_texts();
  EXPECT_TRUE(holds(box.ok("git orch agent list --porcelain"),
                    "001-a/impl-api\t001-a\timpl-api\t"));
  EXPECT_TRUE(holds(box.ok("git orch agent list --porcelain"), "\tidle\t"));
}

TEST_F(SendBytes, AreRefusedWithANul) {
  const Result r = box.type("git orch send impl-api -", std::string("a\0b", 3));
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "error: the text holds a NUL byte\n"));
  EXPECT_TRUE(inbox().empty());
}

TEST_F(SendBytes, AreShownToAPersonWithoutControlCharacters) {
  box.run_in(box.repo(), {"git", "orch", "send", "impl-api", "-q", "-m",
                          "\x1b]0;title\a\x1b[2Jtext\xE2\x80\xAE"});
  const std::string shown = box.ok("git orch inbox --agent impl-api");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find('\a'), std::string::npos);
  EXPECT_EQ(shown.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_TRUE(holds(shown, "text"));
}

}  // namespace
}  // namespace orch::test
