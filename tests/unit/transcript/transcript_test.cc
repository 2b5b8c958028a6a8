// SPDX-License-Identifier: MIT
#include "transcript/transcript.h"

#include <gtest/gtest.h>

namespace orch::transcript {
namespace {

constexpr std::int64_t kStart = 1790000000000;  // 2026-09-21T14:13:20Z

std::string claude(const std::string& id, int input, int output,
                   const std::string& more = "",
                   const std::string& at = "2026-09-21T14:13:20.123Z") {
  return R"({"type":"assistant","timestamp":")" + at +
         R"(","requestId":"req_1","message":{"id":")" + id +
         R"(","model":"claude-x","usage":{"input_tokens":)" +
         std::to_string(input) +
         R"(,"cache_creation_input_tokens":100,)"
         R"("cache_read_input_tokens":1000,"output_tokens":)" +
         std::to_string(output) + "}}" + more + "}";
}

std::string totals(int input, int cached, int output) {
  return R"({"input_tokens":)" + std::to_string(input) +
         R"(,"cached_input_tokens":)" + std::to_string(cached) +
         R"(,"output_tokens":)" + std::to_string(output) +
         R"(,"reasoning_output_tokens":1,"total_tokens":9})";
}

std::string codex(const std::string& total, const std::string& last = "",
                  const std::string& at = "2026-09-21T14:13:20Z") {
  return R"({"timestamp":")" + at +
         R"(","type":"event_msg","payload":{"type":"token_count","info":)"
         R"({"total_token_usage":)" +
         total + (last.empty() ? "" : R"(,"last_token_usage":)" + last) +
         R"(},"rate_limits":{"primary":{"used_percent":7.0}}}})";
}

std::string text_of(const std::optional<Used>& u) {
  if (!u) return "nothing";
  return u->model + " " + std::to_string(u->tokens.input) + " " +
         std::to_string(u->tokens.output) + " " +
         std::to_string(u->tokens.cached) +
         (u->tokens.cost_micros ? " $" + std::to_string(*u->tokens.cost_micros)
                                : "");
}

TEST(Transcript, OfClaudeCountsAMessageOnceAsItGrows) {
  Reader reader("");
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 5))), "claude-x 103 5 1000");
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 5))), "nothing");
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 40))), "claude-x 0 35 0");
  EXPECT_EQ(text_of(reader.read(claude("m2", 1, 1))), "claude-x 101 1 1000");
  // One comes again behind another.
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 40))), "nothing");
  EXPECT_EQ(reader.newest_at(), kStart);
}

TEST(Transcript, OfClaudeStatesItsCostOrNone) {
  Reader reader("");
  EXPECT_EQ(text_of(reader.read(claude("m1", 0, 1, R"(,"costUSD":0.0125)"))),
            "claude-x 100 1 1000 $12500");
  EXPECT_EQ(text_of(reader.read(claude("m1", 0, 1, R"(,"costUSD":0.0125)"))),
            "nothing");
  EXPECT_EQ(text_of(reader.read(claude("m2", 0, 1, R"(,"costUSD":-3)"))),
            "claude-x 100 1 1000");
  EXPECT_EQ(text_of(reader.read(claude("m3", 0, 1, R"(,"costUSD":0)"))),
            "claude-x 100 1 1000 $0");
}

TEST(Transcript, OfCodexTellsTotalsThatMayBeginAnew) {
  Reader reader("");
  EXPECT_EQ(text_of(reader.read(
                R"({"type":"turn_context","payload":{"model":"gpt-y"}})")),
            "nothing");
  EXPECT_EQ(text_of(reader.read(codex(totals(100, 40, 10)))), "gpt-y 60 10 40");
  EXPECT_EQ(text_of(reader.read(codex(totals(100, 40, 10)))), "nothing");
  EXPECT_EQ(text_of(reader.read(codex(totals(150, 50, 30)))), "gpt-y 40 20 10");
  // Resumed: from the beginning, whether that is less than before …
  EXPECT_EQ(text_of(reader.read(codex(totals(20, 0, 5)))), "gpt-y 20 5 0");
  // … or more.
  EXPECT_EQ(text_of(reader.read(codex(totals(90, 0, 5), totals(90, 0, 5)))),
            "gpt-y 90 5 0");
  // A file that goes on with another one's totals.
  Reader other("");
  EXPECT_EQ(text_of(other.read(codex(totals(900, 0, 50), totals(70, 0, 5)))),
            " 70 5 0");
  EXPECT_EQ(text_of(other.read(R"({"type":"event_msg","payload":{"type":)"
                               R"("token_count","info":null}})")),
            "nothing");
}

TEST(Transcript, IsReadOnFromWhereAnotherReaderStood) {
  Reader first("");
  first.read(claude("m1", 3, 5));
  first.read(R"({"type":"turn_context","payload":{"model":"gpt-y"}})");
  first.read(codex(totals(100, 40, 10)));
  Reader second(first.state());
  EXPECT_EQ(second.newest_at(), kStart);
  EXPECT_EQ(text_of(second.read(claude("m1", 3, 6))), "claude-x 0 1 0");
  EXPECT_EQ(text_of(second.read(codex(totals(101, 40, 10)))), "gpt-y 1 0 0");
  EXPECT_EQ(Reader("no JSON").newest_at(), 0);
}

TEST(Transcript, IsOnlyRememberedUpToItsFloor) {
  Reader reader("", kStart);
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 5))), "nothing");
  EXPECT_EQ(text_of(reader.read(codex(totals(100, 0, 10)))), "nothing");
  const char* later = "2026-09-21T14:13:21Z";
  EXPECT_EQ(text_of(reader.read(claude("m1", 3, 7, "", later))),
            "claude-x 0 2 0");
  EXPECT_EQ(text_of(reader.read(codex(totals(105, 0, 10), "", later))),
            " 5 0 0");
}

TEST(Transcript, SaysNothingInLinesThatAreNoNumbers) {
  Reader reader("");
  for (const char* line :
       {"", "{", "[]", "\"usage\"", R"({"type":"user","usage":3})",
        R"({"type":"user","message":{"usage":{"input_tokens":5}}})",
        R"({"type":"assistant","message":{"usage":[1]}})",
        R"({"type":"assistant","timestamp":"2026-09-21T14:13:20Z","message":)"
        R"({"model":"<synthetic>","usage":{"input_tokens":5}}})",
        R"({"type":"assistant","timestamp":"2026-09-21T14:13:20Z","message":)"
        R"({"usage":{"input_tokens":-5,"output_tokens":"x"}}})",
        // Without a time there is no day to count it under.
        R"({"type":"assistant","message":{"usage":{"input_tokens":5}}})"})
    EXPECT_EQ(text_of(reader.read(line)), "nothing") << line;
  EXPECT_EQ(text_of(reader.read(claude("m9", 0, 0, "", "no time"))), "nothing");
  // A number that cannot be: no more than a bound.
  Reader other("");
  EXPECT_EQ(
      text_of(other.read(
          R"({"type":"assistant","timestamp":"2026-09-21T14:13:20Z",)"
          R"("message":{"usage":{"output_tokens":9223372036854775807}}})")),
      " 0 1000000000000 0");
}

}  // namespace
}  // namespace orch::transcript
