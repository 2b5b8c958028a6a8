// SPDX-License-Identifier: MIT
#include "json/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace orch::json {
namespace {

using Strings = std::vector<std::string>;

TEST(JsonText, WritesTheEnvelopeOfAnAnswer) {
  const Object answer{
      {"version", 1}, {"ok", true}, {"data", Object{{"events", Array{}}}}};
  EXPECT_EQ(to_text(answer), R"({"version":1,"ok":true,"data":{"events":[]}})");
}

TEST(JsonText, WritesTheEnvelopeOfAFailure) {
  const Object error{{"code", "unknown_name"},
                     {"message", "no agent 'impl-iu'"},
                     {"hint", "did you mean \"impl-ui\"?"}};
  EXPECT_EQ(
      to_text(Object{{"version", 1}, {"ok", false}, {"error", error}}),
      R"({"version":1,"ok":false,"error":{"code":"unknown_name",)"
      R"("message":"no agent 'impl-iu'","hint":"did you mean \"impl-ui\"?"}})");
}

TEST(JsonText, KeepsTheOrderOfInsertion) {
  EXPECT_EQ(to_text(Object{{"z", 1}, {"a", 2}, {"m", 3}}),
            R"({"z":1,"a":2,"m":3})");
}

TEST(JsonText, WritesEachKindOfValue) {
  EXPECT_EQ(to_text(nullptr), "null");
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(std::numeric_limits<std::int64_t>::min()),
            "-9223372036854775808");
  EXPECT_EQ(to_text(std::size_t{7}), "7");
  EXPECT_EQ(to_text(0.5), "0.5");
  EXPECT_EQ(to_text(std::optional<std::string>()), "null");
  EXPECT_EQ(to_text(std::optional<std::string>("x")), R"("x")");
  EXPECT_EQ(to_text(Strings{"a", "b"}), R"(["a","b"])");
  EXPECT_EQ(to_text(Object{}), "{}");
}

TEST(JsonText, IsOneLineWhateverTheStringHolds) {
  EXPECT_EQ(to_text("a\nb\tc\x1b\x7f\"\\/"),
            "\"a\\nb\\tc\\u001b\x7f\\\"\\\\/\"");
}

TEST(JsonText, LeavesUtf8AsItIs) {
  EXPECT_EQ(to_text(Object{{"t", "\xC3\xA9\xF0\x9F\x98\x80"}}),
            "{\"t\":\"\xC3\xA9\xF0\x9F\x98\x80\"}");
}

TEST(JsonText, GivesAStringOfOtherBytesASiblingRightBehindIt) {
  EXPECT_EQ(to_text(Object{{"path",
                            "a\xFF"
                            "b"},
                           {"next", 1}}),
            "{\"path\":\"a\xEF\xBF\xBD"
            "b\",\"path_b64\":\"Yf9i\",\"next\":1}");
}

TEST(JsonText, GivesNoSiblingToGoodText) {
  EXPECT_EQ(to_text(Object{{"path", "\xEF\xBF\xBD"}}),
            "{\"path\":\"\xEF\xBF\xBD\"}");
}

TEST(JsonText, GivesAListWithOneBadEntryASiblingForAllInOrder) {
  EXPECT_EQ(to_text(Object{{"paths", Strings{"ok", "\x80", ""}}}),
            "{\"paths\":[\"ok\",\"\xEF\xBF\xBD\",\"\"],"
            "\"paths_b64\":[\"b2s=\",\"gA==\",\"\"]}");
}

TEST(JsonText, GivesSiblingsInsideNestedObjects) {
  const Array rows{Object{{"a", "\xC3"}}, Object{{"a", "x"}}};
  EXPECT_EQ(to_text(Object{{"rows", rows}}),
            "{\"rows\":[{\"a\":\"\xEF\xBF\xBD\",\"a_b64\":\"ww==\"},"
            "{\"a\":\"x\"}]}");
}

TEST(JsonParse, ReadsBackWhatWasWritten) {
  const Value value =
      Object{{"n", nullptr},
             {"b", false},
             {"i", std::numeric_limits<std::int64_t>::max()},
             {"d", 1.25},
             {"s", "q\"\\\n"},
             {"l", Array{1, "two", Array{}, Object{}}},
             {"o", Object{{"z", 1}, {"a", Object{{"deep", true}}}}}};
  EXPECT_EQ(parse(to_text(value)), value);
}

TEST(JsonParse, IsAbsentForAnythingButOneDocument) {
  for (const char* bad :
       {"", " ", "{", "[1,]", "{\"a\":}", "{} {}", "nul", "'a'", "\"\xFF\"",
        "{\"a\":1,}", "01", "NaN", "\"a\nb\"", "// c\n1"})
    EXPECT_FALSE(parse(bad)) << bad;
}

TEST(JsonValue, AnswersOnlyForItsOwnType) {
  const Value text = "7";
  EXPECT_EQ(*text.as_string(), "7");
  EXPECT_FALSE(text.as_integer());
  EXPECT_FALSE(text.as_bool());
  EXPECT_EQ(text.as_array(), nullptr);
  EXPECT_EQ(text.as_object(), nullptr);
  EXPECT_EQ(Value(7).as_integer(), 7);
  EXPECT_FALSE(Value(1).as_bool());
  EXPECT_EQ(Value(true).as_bool(), true);
  EXPECT_FALSE(Value(true).as_integer());
}

TEST(JsonValue, GivesNullForAMemberThatIsNotThere) {
  const Value object = Object{{"a", Object{{"b", 1}}}};
  EXPECT_EQ(object["a"]["b"], Value(1));
  EXPECT_TRUE(object["x"].is_null());
  EXPECT_TRUE(object["x"]["y"].is_null());
  EXPECT_TRUE(Value("text")["a"].is_null());
}

TEST(PorcelainField, IsEmptyForNullAndAFigureForBooleans) {
  EXPECT_EQ(to_field(nullptr, FieldBytes::Escaped), "");
  EXPECT_EQ(to_field(true, FieldBytes::Escaped), "1");
  EXPECT_EQ(to_field(false, FieldBytes::Escaped), "0");
  EXPECT_EQ(to_field(-3, FieldBytes::Escaped), "-3");
  EXPECT_EQ(to_field("", FieldBytes::Escaped), "");
}

TEST(PorcelainField, EscapesOnlyTabNewlineAndBackslash) {
  EXPECT_EQ(to_field("a\tb\nc\\d\x1b\xFF,", FieldBytes::Escaped),
            "a\\tb\\nc\\\\d\x1b\xFF,");
}

TEST(PorcelainField, IsTheBytesThemselvesWhenRecordsEndInNul) {
  EXPECT_EQ(to_field("a\tb\nc\\d\xFF", FieldBytes::Raw), "a\tb\nc\\d\xFF");
}

TEST(PorcelainField, JoinsListsWithCommas) {
  EXPECT_EQ(to_field(Strings{"a\tb", "c"}, FieldBytes::Escaped), "a\\tb,c");
  EXPECT_EQ(to_field(Strings{"a\tb", "c"}, FieldBytes::Raw), "a\tb,c");
  EXPECT_EQ(to_field(Array{}, FieldBytes::Escaped), "");
}

}  // namespace
}  // namespace orch::json
