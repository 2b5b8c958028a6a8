// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::cli {
namespace {

std::string printed(const Answer& answer,
                    const std::vector<std::string>& args) {
  static const Command kList{.name = "recent",
                             .group = Group::Store,
                             .summary = "list",
                             .synopsis = {""},
                             .options = {},
                             .listing = true,
                             .run = nullptr};
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(print(Invocation::parse(kList, args), answer), answer.exit_code);
  return ::testing::internal::GetCapturedStdout();
}

Answer answer() {
  const json::Array rows{
      json::Object{{"id", 1}, {"text", "a\tb"}, {"done", true}},
      json::Object{{"id", 2}, {"text", nullptr}, {"done", false}}};
  return {.data = {{"rows", rows}},
          .rows = "rows",
          .fields = {"id", "text", "done"},
          .human = "for people\n",
          .exit_code = 1};
}

TEST(AnswerOf, IsAnObjectForPrograms) {
  EXPECT_EQ(printed(answer(), {"--json"}),
            R"({"version":1,"ok":true,"data":{"rows":[)"
            R"({"id":1,"text":"a\tb","done":true},)"
            R"({"id":2,"text":null,"done":false}]}})"
            "\n");
}

TEST(AnswerOf, IsOneRecordALineWithEmptyFieldsForTheUnknown) {
  EXPECT_EQ(printed(answer(), {"--porcelain"}), "1\ta\\tb\t1\n2\t\t0\n");
}

TEST(AnswerOf, EndsRecordsInNulWithoutEscapes) {
  using namespace std::string_literals;
  EXPECT_EQ(printed(answer(), {"-z"}),
            "1\ta\tb\t1\0"
            "2\t\t0\0"s);
}

TEST(AnswerOf, IsTextForPeopleUnlessTheyWantNone) {
  EXPECT_EQ(printed(answer(), {}), "for people\n");
  EXPECT_EQ(printed(answer(), {"-q"}), "");
}

TEST(AnswerOf, HasNoRecordsWhenItListsNothing) {
  EXPECT_EQ(printed({.data = {{"dir", "x"}}}, {"--porcelain"}), "");
}

TEST(TableOf, AlignsColumnsByWhatATerminalShows) {
  Table table({"ID", "TEXT", "STATE"});
  table.add({"1", "\xE6\xBC\xA2", "idle"});
  table.add({"200", "abcd", "busy"});
  EXPECT_EQ(table.text(),
            "ID   TEXT  STATE\n"
            "1    \xE6\xBC\xA2    idle\n"
            "200  abcd  busy\n");
}

TEST(TableOf, LetsNoCellDriveTheTerminal) {
  Table table({"T"});
  table.add({"a\x1b[2J\nb\xFF"});
  EXPECT_EQ(table.text(), "T\na\\x1b[2J\\nb\\xff\n");
}

TEST(TableOf, IsEmptyWithoutRows) {
  Table table({"A"});
  EXPECT_TRUE(table.empty());
  table.add({"x"});
  EXPECT_FALSE(table.empty());
}

}  // namespace
}  // namespace orch::cli
