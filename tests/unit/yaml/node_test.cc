// SPDX-License-Identifier: MIT
#include "yaml/node.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::yaml {
namespace {

using test::thrown_by;

std::string refusal_of(const std::string& text) {
  return thrown_by([&] { parse(text, "f.yaml"); });
}

TEST(Yaml, BuildsATreeInFileOrderWithPositions) {
  const Node root = parse("z: 1\na:\n  - x\n  - {k: v}\nn:\n", "f.yaml");
  ASSERT_EQ(root.kind, Node::Kind::Map);
  ASSERT_EQ(root.members.size(), 3U);
  EXPECT_EQ(root.members[0].first, "z");
  EXPECT_EQ(root.members[1].first, "a");
  EXPECT_EQ(root.find("z")->scalar, "1");
  EXPECT_EQ(root.find("z")->line, 1);
  EXPECT_EQ(root.find("z")->column, 4);
  const Node* list = root.find("a");
  ASSERT_EQ(list->kind, Node::Kind::List);
  EXPECT_EQ(list->items[0].scalar, "x");
  EXPECT_EQ(list->items[0].line, 3);
  EXPECT_EQ(list->items[0].column, 5);
  EXPECT_EQ(list->items[1].find("k")->scalar, "v");
  EXPECT_EQ(root.find("n")->kind, Node::Kind::Null);
  EXPECT_EQ(root.find("missing"), nullptr);
}

TEST(Yaml, IsNullForAnEmptyFileAndForCommentsOnly) {
  EXPECT_EQ(parse("", "f.yaml").kind, Node::Kind::Null);
  EXPECT_EQ(parse("# nothing\n", "f.yaml").kind, Node::Kind::Null);
}

TEST(Yaml, TakesQuotedAndBlockTextAsText) {
  const Node root = parse(R"(a: "x\ty"
b: 'it''s'
c: |
  one
  two
d: >
  folded
  line
)",
                          "f.yaml");
  EXPECT_EQ(root.find("a")->scalar, "x\ty");
  EXPECT_EQ(root.find("b")->scalar, "it's");
  EXPECT_EQ(root.find("c")->scalar, "one\ntwo\n");
  EXPECT_EQ(root.find("d")->scalar, "folded line\n");
}

TEST(Yaml, RefusesAnchorsOnEveryKindOfNode) {
  EXPECT_EQ(refusal_of("a: &x 1\n"),
            "usage: f.yaml:1:4: anchors are not allowed");
  EXPECT_EQ(refusal_of("a: 1\nb: &x [1]\n"),
            "usage: f.yaml:2:4: anchors are not allowed");
  EXPECT_EQ(refusal_of("&x {a: 1}\n"),
            "usage: f.yaml:1:1: anchors are not allowed");
  EXPECT_EQ(refusal_of("&k a: 1\n"),
            "usage: f.yaml:1:1: anchors are not allowed");
  EXPECT_EQ(refusal_of("a: &x\n"),
            "usage: f.yaml:1:4: anchors are not allowed");
}

TEST(Yaml, RefusesAliases) {
  EXPECT_NE(refusal_of("a: *x\n").find("f.yaml:1:"), std::string::npos);
  EXPECT_NE(refusal_of("a: &x [*x]\n").find("anchors are not allowed"),
            std::string::npos);
}

TEST(Yaml, RefusesTags) {
  EXPECT_EQ(refusal_of("a: !!str 1\n"),
            "usage: f.yaml:1:4: tags are not allowed");
  EXPECT_EQ(refusal_of("a: 1\nb: !exec [x]\n"),
            "usage: f.yaml:2:4: tags are not allowed");
  EXPECT_EQ(refusal_of("!!map {a: 1}\n"),
            "usage: f.yaml:1:1: tags are not allowed");
  EXPECT_EQ(refusal_of("!!str a: 1\n"),
            "usage: f.yaml:1:1: tags are not allowed");
  EXPECT_EQ(refusal_of("a: !<tag:yaml.org,2002:str> 1\n"),
            "usage: f.yaml:1:4: tags are not allowed");
}

TEST(Yaml, RefusesMergeKeys) {
  EXPECT_EQ(refusal_of("a: 1\n<<: {b: 2}\n"),
            "usage: f.yaml:2:1: merge keys are not allowed");
  EXPECT_EQ(refusal_of("a:\n  '<<': 1\n"),
            "usage: f.yaml:2:3: merge keys are not allowed");
}

TEST(Yaml, RefusesDuplicateKeysAtTheSecond) {
  EXPECT_EQ(refusal_of("a: 1\nb: 2\na: 3\n"),
            "usage: f.yaml:3:1: duplicate key 'a'");
  EXPECT_EQ(refusal_of("x:\n  \"a\": 1\n  a: 2\n"),
            "usage: f.yaml:3:3: duplicate key 'a'");
  EXPECT_EQ(refusal_of("{a: 1, a: 2}\n"),
            "usage: f.yaml:1:8: duplicate key 'a'");
}

TEST(Yaml, AllowsTheSameKeyInDifferentMaps) {
  EXPECT_EQ(refusal_of("- {a: 1}\n- {a: 2}\n"), "nothing");
  EXPECT_EQ(refusal_of("a: {a: {a: 1}}\n"), "nothing");
}

TEST(Yaml, RefusesKeysThatAreNoText) {
  EXPECT_EQ(refusal_of("[1, 2]: x\n"),
            "usage: f.yaml:1:1: a key must be a scalar");
  EXPECT_EQ(refusal_of("? {a: 1}\n: x\n"),
            "usage: f.yaml:1:3: a key must be a scalar");
  EXPECT_NE(refusal_of(": x\n").find("a key is missing"), std::string::npos);
}

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_NE(refusal_of("a: 1\n---\nb: 2\n").find("more than one document"),
            std::string::npos);
  EXPECT_NE(refusal_of("---\n---\n").find("more than one document"),
            std::string::npos);
  EXPECT_EQ(refusal_of("---\na: 1\n...\n"), "nothing");
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(Yaml, TakesSixtyFourLevelsAndRefusesOneMore) {
  EXPECT_EQ(refusal_of(nested(64)), "nothing");
  EXPECT_EQ(refusal_of(nested(65)), "usage: f.yaml:1:65: nested too deeply");
}

TEST(Yaml, RefusesAHundredThousandLevelsWithoutRunningOutOfStack) {
  EXPECT_NE(refusal_of(std::string(100000, '[')), "nothing");
  EXPECT_NE(refusal_of(std::string(100000, '{')), "nothing");
  std::string dashes;
  for (int i = 0; i < 50000; ++i) dashes += "- ";
  EXPECT_NE(refusal_of(dashes), "nothing");
}

TEST(Yaml, TakesOneMebibyteAndRefusesOneByteMore) {
  std::string text = "a: 1\n#";
  text.resize(1 << 20, 'x');
  EXPECT_EQ(refusal_of(text), "nothing");
  EXPECT_EQ(refusal_of(text + "x"), "usage: f.yaml:1:1: larger than 1 MiB");
}

TEST(Yaml, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(refusal_of("a: \xFF\n"), "usage: f.yaml:1:1: not valid UTF-8");
  EXPECT_EQ(refusal_of("\xFF\xFE"
                       "a\n"),
            "usage: f.yaml:1:1: not valid UTF-8");
}

TEST(Yaml, RefusesTabsAsIndentation) {
  EXPECT_NE(refusal_of("a:\n\tb: 1\n").find("f.yaml:2:"), std::string::npos);
  EXPECT_NE(refusal_of("a:\n  b: 1\n\tc: 2\n").find("f.yaml:3:"),
            std::string::npos);
}

TEST(Yaml, PointsAtBrokenSyntax) {
  EXPECT_NE(refusal_of("a: 1\nb: [1, 2\n").find("usage: f.yaml:"),
            std::string::npos);
  EXPECT_NE(refusal_of("a: 1\n b: 2\n").find("f.yaml:2:"), std::string::npos);
}

TEST(Yaml, RefusesATextWhoseQuoteIsNotClosed) {
  for (const char* open : {"a: 'open", "a: 'open\n", "a: \"open\n", "- 'x\n"})
    EXPECT_NE(refusal_of(open), "nothing") << open;
}

TEST(Yaml, RefusesAKeyWithoutAColon) {
  EXPECT_TRUE(refusal_of("a: 1\nb\n").starts_with("usage: f.yaml:2:1: "))
      << refusal_of("a: 1\nb\n");
}

class ReaderOf : public ::testing::Test {
 protected:
  Reader read(const std::string& text) {
    root_ = parse(text, "f.yaml");
    return {root_, "f.yaml"};
  }
  Node root_;
};

TEST_F(ReaderOf, GivesTypedValues) {
  Reader r = read(
      "t: word\nyes: true\nno: false\nn: -12\nlist: [a, b]\none: x\n"
      "map: {B: 2, A: 1}\n");
  EXPECT_EQ(r.text("t"), "word");
  EXPECT_EQ(r.flag("yes"), true);
  EXPECT_EQ(r.flag("no"), false);
  EXPECT_EQ(r.number("n"), -12);
  EXPECT_EQ(r.texts("list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(r.texts("one"), std::vector<std::string>{"x"});
  const std::vector<std::pair<std::string, std::string>> pairs = {{"B", "2"},
                                                                  {"A", "1"}};
  EXPECT_EQ(r.pairs("map"), pairs);
  EXPECT_NO_THROW(r.reject_unknown_keys());
}

TEST_F(ReaderOf, GivesNothingForAnAbsentOrEmptyKey) {
  Reader r = read("empty:\n");
  EXPECT_FALSE(r.text("empty"));
  EXPECT_FALSE(r.text("absent"));
  EXPECT_FALSE(r.flag("absent"));
  EXPECT_FALSE(r.number("absent"));
  EXPECT_TRUE(r.texts("absent").empty());
  EXPECT_TRUE(r.pairs("absent").empty());
  EXPECT_EQ(r.map("absent"), nullptr);
  EXPECT_EQ(r.list("absent"), nullptr);
}

TEST_F(ReaderOf, PointsAtAValueOfAnotherShape) {
  Reader r = read("a: [1]\nb: yes\nc: 1x\nd: {k: v}\ne: [[1]]\nf: {k: [1]}\n");
  EXPECT_EQ(thrown_by([&] { r.text("a"); }),
            "usage: f.yaml:1:4: 'a' must be a text");
  EXPECT_EQ(thrown_by([&] { r.flag("b"); }),
            "usage: f.yaml:2:4: 'b' must be true or false");
  EXPECT_EQ(thrown_by([&] { r.number("c"); }),
            "usage: f.yaml:3:4: 'c' must be a whole number");
  EXPECT_EQ(thrown_by([&] { r.texts("d"); }),
            "usage: f.yaml:4:4: 'd' must be a list");
  EXPECT_EQ(thrown_by([&] { r.texts("e"); }),
            "usage: f.yaml:5:5: 'e' must hold texts only");
  EXPECT_EQ(thrown_by([&] { r.pairs("f"); }),
            "usage: f.yaml:6:8: 'k' must be a text");
  EXPECT_EQ(thrown_by([&] { r.pairs("b"); }),
            "usage: f.yaml:2:4: 'b' must be a map");
  EXPECT_EQ(thrown_by([&] { r.map("a"); }),
            "usage: f.yaml:1:4: 'a' must be a map");
  EXPECT_EQ(thrown_by([&] { r.list("d"); }),
            "usage: f.yaml:4:4: 'd' must be a list");
}

TEST_F(ReaderOf, RefusesNumbersThatDoNotFit) {
  Reader r = read("a: 2147483648\nb: ''\nc: 1.5\nd: 2147483647\n");
  EXPECT_NE(thrown_by([&] { r.number("a"); }), "nothing");
  EXPECT_NE(thrown_by([&] { r.number("b"); }), "nothing");
  EXPECT_NE(thrown_by([&] { r.number("c"); }), "nothing");
  EXPECT_EQ(r.number("d"), 2147483647);
}

TEST_F(ReaderOf, RefusesAnUnknownKeyAndNamesTheNearest) {
  Reader r = read("name: x\nrutnime: y\n");
  r.text("name");
  r.text("runtime");
  const std::string message = thrown_by([&] { r.reject_unknown_keys(); });
  EXPECT_TRUE(message.starts_with("usage: f.yaml:2:")) << message;
  EXPECT_TRUE(
      message.ends_with(": unknown key 'rutnime', did you mean 'runtime'?"))
      << message;
}

TEST_F(ReaderOf, PointsAtTheLineOfAnUnknownKeyWhoseValueIsBelow) {
  Reader r = read("name: x\nthings:\n  - a\n");
  r.text("name");
  const std::string message = thrown_by([&] { r.reject_unknown_keys(); });
  EXPECT_TRUE(message.starts_with("usage: f.yaml:2:")) << message;
}

TEST_F(ReaderOf, SuggestsNothingWhenNothingIsNear) {
  Reader r = read("completely_else: 1\n");
  r.text("name");
  const std::string message = thrown_by([&] { r.reject_unknown_keys(); });
  EXPECT_TRUE(message.ends_with(": unknown key 'completely_else'")) << message;
}

TEST_F(ReaderOf, WantsAMap) {
  EXPECT_EQ(thrown_by([&] { read("- a\n"); }),
            "usage: f.yaml:1:1: expected a map");
  EXPECT_EQ(thrown_by([&] { read(""); }), "usage: f.yaml:1:1: expected a map");
}

}  // namespace
}  // namespace orch::yaml
