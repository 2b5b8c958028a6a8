// SPDX-License-Identifier: MIT
#include "cli/command.h"

#include <gtest/gtest.h>

namespace orch::cli {
namespace {

Command command() {
  return {.name = "send",
          .group = Group::Agents,
          .summary = "send a message to an agent",
          .synopsis = {"<agent> (-m <text>)", "--all"},
          .options = {{"message", 'm', Arity::One, "text", "the text"},
                      {"all", 0, Arity::Flag, "", "to everybody"},
                      {"a-very-long-option-name", 0, Arity::Many, "value",
                       "on the next line"}},
          .listing = true,
          .run = nullptr};
}

TEST(UsageText, ShowsEveryFormTheSummaryAndEveryOption) {
  EXPECT_EQ(usage_text(command()), R"(usage: git orch send <agent> (-m <text>)
   or: git orch send --all

    send a message to an agent

    -m, --message <text>      the text
    --all                     to everybody
    --a-very-long-option-name <value>
                              on the next line
    --json                    print one JSON object, for programs
    --porcelain               print one record a line, fields parted by TAB
    -z, --null                end records of the porcelain form with NUL;
                              implies --porcelain
    -q, --quiet               print no table and no notes
    -h, --help                show a summary (-h) or the manual page (--help)
)");
}

TEST(UsageText, FoldsAFormBetweenItsParts) {
  Command long_one = command();
  long_one.synopsis = {
      "<agent>... (-m <text> | -F <file> | -) [--wait <level>] "
      "[--timeout <s>] [--expires <d>]",
      "--dir <dir> (-m <text> | -F <file> | -)"};
  EXPECT_TRUE(usage_text(long_one).starts_with(
      R"(usage: git orch send <agent>... (-m <text> | -F <file> | -) [--wait <level>]
                     [--timeout <s>] [--expires <d>]
   or: git orch send --dir <dir> (-m <text> | -F <file> | -)

)"));
}

TEST(UsageText, OfTheSuiteItselfHasNoVerb) {
  Command suite = command();
  suite.name = "orch";
  suite.synopsis = {"<command> [<args>]"};
  EXPECT_TRUE(
      usage_text(suite).starts_with("usage: git orch <command> [<args>]\n"));
}

TEST(CompletionText, IsOneLineWithEqualSignsBehindWhatTakesAValue) {
  EXPECT_EQ(completion_text(command()),
            "--message= --all --a-very-long-option-name= --json --porcelain "
            "--null --quiet --help\n");
}

TEST(CompletionText, LeavesOutTheFormatsThatACommandHasNot) {
  Command plain = command();
  plain.listing = false;
  plain.options.clear();
  EXPECT_EQ(completion_text(plain), "--json --quiet --help\n");
}

TEST(ManualPage, IsMadeFromTheSameCommand) {
  Command plain = command();
  plain.options.resize(1);
  plain.listing = false;
  EXPECT_EQ(synopsis_page(plain), R"([verse]
'git orch send' <agent> (-m <text>)
'git orch send' --all
)");
  EXPECT_EQ(options_page(plain),
            "-m, --message <text>::\n\tthe text.\n\n"
            "--json::\n\tprint one JSON object, for programs.\n\n"
            "-q, --quiet::\n\tprint no table and no notes.\n\n"
            "-h, --help::\n"
            "\tshow a summary (-h) or the manual page (--help).\n\n");
}

TEST(HiddenOption, IsTakenButShownNowhere) {
  Command plain = command();
  plain.options[1].hidden = true;
  EXPECT_EQ(usage_text(plain).find("    --all  "), std::string::npos);
  EXPECT_EQ(completion_text(plain).find("--all"), std::string::npos);
  EXPECT_EQ(options_page(plain).find("--all"), std::string::npos);
  EXPECT_TRUE(Invocation::parse(plain, {"--all"}).has("all"));
}

TEST(AllOptions, KeepTheirOwnFirst) {
  const auto options = all_options(command());
  ASSERT_EQ(options.size(), 8U);
  EXPECT_EQ(options[0].name, "message");
  EXPECT_EQ(options[3].name, "json");
  EXPECT_EQ(options[7].name, "help");
}

TEST(GroupTitle, IsThereForEveryGroup) {
  for (int g = 0; g <= static_cast<int>(Group::Internal); ++g)
    EXPECT_FALSE(group_title(static_cast<Group>(g)).empty());
  EXPECT_EQ(group_title(Group::Work), "follow the work");
}

}  // namespace
}  // namespace orch::cli
