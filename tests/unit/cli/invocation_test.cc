// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cli/command.h"
#include "unit/scratch.h"

namespace orch::cli {
namespace {

using test::thrown_by;
using Words = std::vector<std::string>;

Command command_of(bool listing) {
  return {.name = "send",
          .group = Group::Agents,
          .summary = "send a message",
          .synopsis = {"<agent> (-m <text>)"},
          .options = {{"message", 'm', Arity::One, "text", "the text"},
                      {"to", 0, Arity::Many, "agent", "whom"},
                      {"timeout", 0, Arity::One, "seconds", "how long"},
                      {"every", 'e', Arity::One, "time", "how often"},
                      {"all", 'a', Arity::Flag, "", "everybody"},
                      {"advise", 0, Arity::Optional, "command", "whom to ask"}},
          .listing = listing,
          .run = nullptr};
}

Invocation parse(const Words& args) {
  static const Command kSend = command_of(true);
  return Invocation::parse(kSend, args);
}

std::string refusal_of(const Words& args) {
  return thrown_by([&] { parse(args); });
}

TEST(InvocationOf, HasNothingWithoutArguments) {
  const Invocation i = parse({});
  EXPECT_TRUE(i.operands().empty());
  EXPECT_TRUE(i.after_dashes().empty());
  EXPECT_FALSE(i.has("all"));
  EXPECT_FALSE(i.find("message"));
  EXPECT_TRUE(i.all("to").empty());
  EXPECT_EQ(i.format(), Format::Human);
  EXPECT_FALSE(i.quiet());
}

TEST(InvocationOf, TakesLongAndShortForms) {
  for (const Words& args : {Words{"--message", "hi"}, Words{"--message=hi"},
                            Words{"-m", "hi"}, Words{"-mhi"}})
    EXPECT_EQ(parse(args).find("message"), "hi") << args[0];
}

TEST(InvocationOf, TakesAnOptionalValueOnlyBehindAnEqualsSign) {
  EXPECT_FALSE(parse({}).has("advise"));
  const Invocation bare = parse({"--advise", "x"});
  EXPECT_EQ(bare.find("advise"), "");
  EXPECT_EQ(bare.operands(), Words{"x"});
  EXPECT_EQ(parse({"--advise=ask me"}).find("advise"), "ask me");
  EXPECT_EQ(parse({"--advise="}).find("advise"), "");
  EXPECT_EQ(parse({"--advise", "--", "-x"}).after_dashes(), Words{"-x"});
  EXPECT_EQ(refusal_of({"--advise", "--advise=x"}),
            "usage: option '--advise' can be given only once");
}

TEST(InvocationOf, KeepsOperandsInOrderBetweenOptions) {
  const Invocation i = parse({"a", "--all", "b", "-m", "x", "c"});
  EXPECT_EQ(i.operands(), (Words{"a", "b", "c"}));
  EXPECT_TRUE(i.has("all"));
  EXPECT_EQ(i.operand(2), "c");
  EXPECT_EQ(i.operand(3), "");
}

TEST(InvocationOf, TakesAValueThatLooksLikeAnOption) {
  for (const char* value :
       {"--json", "-q", "--nonsense", "-", "--message", "-5", "--all=1"}) {
    const Invocation i = parse({"-m", value});
    EXPECT_EQ(i.find("message"), value);
    EXPECT_EQ(i.format(), Format::Human) << value;
    EXPECT_FALSE(i.quiet()) << value;
  }
}

TEST(InvocationOf, TakesTwoDashesAsAValue) {
  const Invocation i = parse({"-m", "--", "x"});
  EXPECT_EQ(i.find("message"), "--");
  EXPECT_EQ(i.operands(), Words{"x"});
}

TEST(InvocationOf, TakesAnEmptyValue) {
  EXPECT_EQ(parse({"-m", ""}).find("message"), "");
  EXPECT_EQ(parse({"--message", ""}).find("message"), "");
  EXPECT_EQ(parse({"--message="}).find("message"), "");
}

TEST(InvocationOf, TakesAnEmptyOperandAndADash) {
  EXPECT_EQ(parse({"", "-"}).operands(), (Words{"", "-"}));
}

TEST(InvocationOf, KeepsEveryByteOfAValue) {
  const std::string bytes = test::every_byte();
  EXPECT_EQ(parse({"-m", bytes}).find("message"), bytes);
  EXPECT_EQ(parse({"--message=" + bytes}).find("message"), bytes);
  EXPECT_EQ(parse({bytes}).operands(), Words{bytes});
  EXPECT_EQ(parse({"-m=x"}).find("message"), "=x");
}

TEST(InvocationOf, ReadsNoOptionsBehindTwoDashes) {
  const Invocation i = parse({"a", "--", "--json", "-m", "--", "x"});
  EXPECT_EQ(i.operands(), (Words{"a", "--json", "-m", "--", "x"}));
  EXPECT_EQ(i.after_dashes(), (Words{"--json", "-m", "--", "x"}));
  EXPECT_EQ(i.format(), Format::Human);
  EXPECT_FALSE(i.has("message"));
}

TEST(InvocationOf, CollectsARepeatedOptionThatMayBeRepeated) {
  const Invocation i = parse({"--to", "a", "--to=b", "--to", "a"});
  EXPECT_EQ(i.all("to"), (Words{"a", "b", "a"}));
  EXPECT_EQ(i.find("to"), "a");
}

TEST(InvocationOf, RefusesARepeatedOptionThatMayNot) {
  EXPECT_EQ(refusal_of({"-m", "a", "--message=b"}),
            "usage: option '--message' can be given only once");
}

TEST(InvocationOf, TakesARepeatedFlagAndFlagsInOneWord) {
  EXPECT_TRUE(parse({"-q", "-q"}).quiet());
  const Invocation i = parse({"-qaz"});
  EXPECT_TRUE(i.quiet());
  EXPECT_TRUE(i.has("all"));
  EXPECT_TRUE(i.ends_in_nul());
}

TEST(InvocationOf, RefusesAnUnknownOptionAndNamesTheNearest) {
  EXPECT_EQ(refusal_of({"--mesage", "x"}),
            "usage: unknown option '--mesage', did you mean '--message'?");
  EXPECT_EQ(refusal_of({"--jsn"}),
            "usage: unknown option '--jsn', did you mean '--json'?");
  EXPECT_EQ(refusal_of({"--absolutely-else"}),
            "usage: unknown option '--absolutely-else'");
  EXPECT_TRUE(refusal_of({"-x"}).starts_with("usage: unknown option '-x'"));
}

TEST(InvocationOf, RefusesToGuessAnAbbreviation) {
  EXPECT_EQ(refusal_of({"--messag", "x"}),
            "usage: unknown option '--messag', did you mean '--message'?");
}

TEST(InvocationOf, RefusesAnOptionWithoutItsValue) {
  EXPECT_EQ(refusal_of({"-m"}), "usage: option '-m' needs a value <text>");
  EXPECT_EQ(refusal_of({"a", "--to"}),
            "usage: option '--to' needs a value <agent>");
}

TEST(InvocationOf, RefusesAValueForAFlag) {
  EXPECT_TRUE(refusal_of({"--json=yes"}).starts_with("usage: option '--json"))
      << refusal_of({"--json=yes"});
}

TEST(InvocationOf, ChoosesTheFormat) {
  EXPECT_EQ(parse({"--json"}).format(), Format::Json);
  EXPECT_EQ(parse({"--porcelain"}).format(), Format::Porcelain);
  EXPECT_EQ(parse({"-z"}).format(), Format::Porcelain);
  EXPECT_TRUE(parse({"-z"}).ends_in_nul());
  EXPECT_FALSE(parse({"--porcelain"}).ends_in_nul());
}

TEST(InvocationOf, KnowsPorcelainOnlyForListings) {
  const Command plain = command_of(false);
  EXPECT_EQ(thrown_by([&] { Invocation::parse(plain, {"--porcelain"}); }),
            "usage: unknown option '--porcelain'");
}

TEST(InvocationOf, CountsOperands) {
  const Invocation two = parse({"a", "b"});
  EXPECT_NO_THROW(two.expect_operands(0, 2));
  EXPECT_NO_THROW(two.expect_operands(2, 2));
  EXPECT_EQ(thrown_by([&] { two.expect_operands(3, 4); }),
            "usage: too few arguments");
  EXPECT_EQ(thrown_by([&] { two.expect_operands(0, 1); }),
            "usage: unexpected argument 'b'");
}

TEST(InvocationOf, ReadsWholeNumbers) {
  EXPECT_FALSE(parse({}).number("timeout"));
  EXPECT_EQ(parse({"--timeout", "60"}).number("timeout"), 60);
  EXPECT_EQ(parse({"--timeout", "-1"}).number("timeout"), -1);
  EXPECT_EQ(parse({"--timeout=9223372036854775807"}).number("timeout"),
            9223372036854775807);
  for (const char* bad :
       {"", "x", "1x", " 1", "+1", "1.5", "0x10", "9223372036854775808"})
    EXPECT_EQ(
        thrown_by([&] {
          parse({"--timeout", bad}).number("timeout");
        }),
        "usage: '" + std::string(bad) + "' is no whole number for '--timeout'");
}

TEST(InvocationOf, ReadsDurations) {
  EXPECT_FALSE(parse({}).duration("every"));
  EXPECT_EQ(parse({"-e", "90s"}).duration("every"), 90000);
  EXPECT_EQ(parse({"-e", "5"}).duration("every"), 300000);
  try {
    parse({"-e", "soon"}).duration("every");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "'soon' is no duration for '--every'");
    EXPECT_EQ(error.hint(),
              "write 30s, 30m, 2h or 1d; a bare number is minutes");
  }
}

}  // namespace
}  // namespace orch::cli
