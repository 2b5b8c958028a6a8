// SPDX-License-Identifier: MIT
#include "tasklist/tasklist.h"

#include <gtest/gtest.h>

#include "text/text.h"
#include "unit/scratch.h"

namespace orch::tasklist {
namespace {

using test::thrown_by;

// "[x] id|title" of each item, one a line.
std::string shape(const std::string& page) {
  std::string out;
  for (const Item& item : parse(page, "tasks.md"))
    out += std::string(item.done ? "[x] " : "[ ] ") + item.id + "|" +
           item.title + "\n";
  return out;
}

Item only(const std::string& page) {
  const auto items = parse(page, "tasks.md");
  EXPECT_EQ(items.size(), 1U) << page;
  return items.empty() ? Item{} : items[0];
}

std::string refusal_of(const std::string& page) {
  return thrown_by([&] { parse(page, "tasks.md"); });
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(TaskList, ReadsSpecKitsForm) {
  const Item item = only(
      "## Phase 1\n\n"
      "- [ ] T001 [P] [US1] Create x in src/a.py (depends on T002, T003)\n");
  EXPECT_EQ(item.id, "T001");
  EXPECT_EQ(item.title, "Create x in src/a.py");
  EXPECT_TRUE(item.parallel);
  EXPECT_EQ(item.story, "US1");
  EXPECT_EQ(item.section, "Phase 1");
  EXPECT_EQ(item.depends_on, (std::vector<std::string>{"T002", "T003"}));
  EXPECT_EQ(item.line, 3U);
  EXPECT_EQ(item.column, 4U);
  EXPECT_EQ(item.offset, 15U);
  EXPECT_FALSE(item.done);
  EXPECT_EQ(item.parent, "");
}

TEST(TaskList, ReadsEveryKindOfListAndTick) {
  EXPECT_EQ(shape("- [ ] T1 a\n* [x] T2 b\n+ [X] T3 c\n1. [ ] T4 d\n"
                  "2) [x] T5 e\n"),
            "[ ] T1|a\n[x] T2|b\n[x] T3|c\n[ ] T4|d\n[x] T5|e\n");
}

TEST(TaskList, FindsTheIdInBracketsEmphasisAndLinks) {
  for (const char* text :
       {"T001 a b", "T001: a b", "**T001**: a b", "**T001:** a b",
        "**T001: a** b", "[T001] a b", "`T001` a b", "__T001__ a b",
        "**[T001]** a b", "[T001](specs/t.md) a b", "T001 - a b",
        "T001 \xE2\x80\x94 a b", "T001. a b", "_T001_ a b", "[P] T001 a b",
        "T001 [Story] [P] a b", "T001   a b  "}) {
    const Item item = only("- [ ] " + std::string(text) + "\n");
    EXPECT_EQ(item.id, "T001") << text;
    EXPECT_EQ(item.title, "a b") << text;
  }
  EXPECT_EQ(only("- [ ] ABC2-17 a\n").id, "ABC2-17");
  EXPECT_EQ(only("- [ ] T12345678 a\n").id, "T12345678");
}

TEST(TaskList, TakesNothingElseForAnId) {
  for (const char* text :
       {"T123456789 a",
        "AB-1111111111111111111111111111111111111111111111111111"
        "1111111111111111 a",
        "Test a", "T001a b", "t001 a", "T1.5 a", "T001/T002 a", "T a", "A-B a",
        "T001-b a", "[T001 a", "a T001"})
    EXPECT_EQ(only("- [ ] " + std::string(text) + "\n").title, text);
}

TEST(TaskList, KeepsBracketsThatAreNoMarkers) {
  EXPECT_EQ(only("- [ ] T001 [docs] a\n").title, "[docs] a");
  EXPECT_EQ(only("- [ ] T001 [P](x) a\n").title, "[P](x) a");
  EXPECT_EQ(only("- [ ] T001 [US] a\n").title, "[US] a");
  EXPECT_EQ(only("- [ ] T001 a [P]\n").title, "a [P]");
  EXPECT_EQ(only("- [ ] T001 [US1][P] a\n").title, "a");
}

TEST(TaskList, ReadsDependenciesWhereverTheyStand) {
  const Item item =
      only("- [ ] T1 a (Depends on: T2 and AB-3) b (depends on T4).\n");
  EXPECT_EQ(item.title, "a b.");
  EXPECT_EQ(item.depends_on, (std::vector<std::string>{"T2", "AB-3", "T4"}));
  for (const char* text : {"a (depends on the weather)", "a (depends on T2",
                           "a (depends on)", "a (depends on T2 (later))"}) {
    EXPECT_EQ(only("- [ ] T1 " + std::string(text) + "\n").title, text);
    EXPECT_TRUE(
        only("- [ ] T1 " + std::string(text) + "\n").depends_on.empty());
  }
}

TEST(TaskList, MakesASlugOfATitleWithoutId) {
  EXPECT_EQ(only("- [X] Plain title, without id!\n").id,
            "plain-title-without-id");
  EXPECT_EQ(only("- [ ] #123\n").id, "123");
  EXPECT_EQ(only("- [ ] https://github.com/o/r/issues/12\n").id,
            "https-github-com-o-r-issues-12");
  EXPECT_EQ(only("- [ ] " + std::string(50, 'a') + "\n").id,
            std::string(40, 'a'));
  EXPECT_EQ(only("- [ ] " + std::string(39, 'a') + " b\n").id,
            std::string(39, 'a'));
  EXPECT_EQ(only("- [ ] \xC3\xA9t\xC3\xA9\n").id, "t");
  const std::string hashed = only("- [ ] \xE6\x97\xA5\xE6\x9C\xAC\n").id;
  EXPECT_EQ(hashed.size(), 10U);
  EXPECT_TRUE(hashed.starts_with("t-"));
  EXPECT_NE(hashed, only("- [ ] \xE6\x97\xA5\n").id);
}

TEST(TaskList, NumbersEqualSlugs) {
  EXPECT_EQ(shape("- [ ] a\n- [ ] A\n- [ ] a-2\n- [ ] a!\n"),
            "[ ] a|a\n[ ] a-2|A\n[ ] a-2-2|a-2\n[ ] a-3|a!\n");
  const auto many = parse(repeat("- [ ] same\n", 100000), "f");
  EXPECT_EQ(many.back().id, "same-100000");
}

TEST(TaskList, RefusesADuplicateId) {
  EXPECT_EQ(refusal_of("- [ ] T001 a\n\ntext\n> 1. [x] **T001**: b\n"),
            "usage: tasks.md:4:7: duplicate task id 'T001', first on line 1");
  EXPECT_EQ(shape("- [ ] T001 a\n- [ ] T01 b\n"), "[ ] T001|a\n[ ] T01|b\n");
}

TEST(TaskList, KnowsTheItemAround) {
  const auto items = parse(
      "- [ ] T1 a\n  - [ ] T2 b\n    - no box\n      1. [ ] T3 c\n"
      "- no box\n  - [ ] T4 d\n- [ ]\n  - [ ] T5 e\n"
      "- [ ] T6 f\n  > - [ ] T7 g\n",
      "f");
  ASSERT_EQ(items.size(), 7U);
  EXPECT_EQ(items[0].parent, "");
  EXPECT_EQ(items[1].parent, "T1");
  EXPECT_EQ(items[2].parent, "T2");
  EXPECT_EQ(items[3].parent, "");
  EXPECT_EQ(items[4].parent, "");
  EXPECT_EQ(items[5].parent, "");
  EXPECT_EQ(items[6].parent, "T6");
}

TEST(TaskList, LooksPastAnEmptyBoxForTheItemAround) {
  const auto items = parse("- [ ] T1 a\n  - [ ]\n    - [x] T2 b\n", "f");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].parent, "T1");
}

TEST(TaskList, FindsBoxesInQuotesAndInItemsOfOneLine) {
  EXPECT_EQ(shape("> - [ ] T1 a\n> > 1. [x] T2 b\n\n- - [x] T3 c\n"),
            "[ ] T1|a\n[x] T2|b\n[x] T3|c\n");
}

TEST(TaskList, LooksAtTheFirstBoxOnly) {
  EXPECT_EQ(shape("- [ ] T1 write [x] and [X]\n- [x] T2 [ ] b\n"),
            "[ ] T1|write [x] and [X]\n[x] T2|[ ] b\n");
}

TEST(TaskList, TakesNoCodeCommentOrOrdinaryTextForAnItem) {
  EXPECT_EQ(shape("```\n- [ ] T1 a\n```\n\n"
                  "    - [ ] T2 b\n\n"
                  "~~~ md\n- [ ] T3 c\n~~~\n"
                  "<!--\n- [ ] T4 d\n-->\n\n"
                  "<div>\n- [ ] T5 e\n</div>\n\n"
                  "[ ] T6 f\n\n"
                  "- [] T7 g\n- [y] T8 h\n- [ ]T9 i\n- [x](u) j\n-[ ] T10 k\n"
                  "-     [ ] T11 l\n- text\n  [ ] T12 m\n- \\[ ] T13 n\n"
                  "- [ ]\n- # [ ] T14 o\n- [x]: /u\n"
                  "\n* * *\n- ```\n  - [ ] T15\n  ```\n- [ ] T16 end\n"),
            "[ ] T16|end\n");
}

TEST(TaskList, IsLeftOpenByAFenceThatNeverCloses) {
  EXPECT_EQ(shape("- [ ] T1 a\n```\n- [ ] T2 b\n"), "[ ] T1|a\n");
}

TEST(TaskList, ReadsEveryEndOfLine) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto items = parse(
        "# S" + end + end + "- [ ] T1 a" + end + "  more" + end + "- [x]\tT2 b",
        "f");
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].title, "a more");
    EXPECT_EQ(items[0].section, "S");
    EXPECT_EQ(items[1].title, "b");
    EXPECT_TRUE(items[1].done);
    EXPECT_EQ(items[1].line, 5U);
    EXPECT_EQ(items[1].column, 4U);
    EXPECT_EQ(items[1].offset, 22 + 4 * end.size());
  }
}

TEST(TaskList, ReadsATitleToTheEndOfTheText) {
  for (const std::string end : {"", "\n", "\r\n", "\r", "\n\n", "\r\r"})
    EXPECT_EQ(only("- [ ] T1 a\r  more" + end).title, "a more");
}

TEST(TaskList, ReadsTabsAndAByteOrderMark) {
  EXPECT_EQ(shape("\xEF\xBB\xBF- [ ] T1 a\n-\t[x] T2 b\n\t- [x] T3\tc\n"
                  "\t\t* [ ] T4 d\n"),
            "[ ] T1|a\n[x] T2|b\n[x] T3|c\n[ ] T4|d\n");
  const Item item = only("\xEF\xBB\xBF- [x] T1 a\n");
  EXPECT_EQ(item.offset, 6U);
}

TEST(TaskList, JoinsATitleOfSeveralLines) {
  EXPECT_EQ(only("> - [ ] T1 one\n>   two\n> three\n   four  \n").title,
            "one two three four");
  EXPECT_EQ(only("- [ ]\n  T1 below\n").title, "below");
  EXPECT_EQ(only("-\n  [ ] T1 own line\n").title, "own line");
  EXPECT_EQ(only("- [ ] T1 head\n  ===\n  text\n").title, "head");
}

TEST(TaskList, KeepsMarkdownOfATitleAsWritten) {
  for (const char* text : {"see [x](y.md) and `code`", "*soft* **loud**",
                           "a \\* b", "a | b", "x <b>y</b>", "`<!-- shown -->`",
                           "\\<!-- shown -->", "a <!-- b", "&amp; &lt;",
                           "!\x5B"
                           "alt](i.png)"})
    EXPECT_EQ(only("- [ ] T1 " + std::string(text) + "\n").title, text);
}

TEST(TaskList, LeavesCommentsOutOfATitle) {
  EXPECT_EQ(only("- [ ] T1 a <!-- note --> b <!-- x -->\n").title, "a b");
  EXPECT_EQ(only("- [ ] <!-- first --> T1 a\n").id, "T1");
}

TEST(TaskList, TakesTheIdOfANote) {
  const Item item = only("- [ ] T9 a <!-- orch: id=my.id depends=T2,x -->\n");
  EXPECT_EQ(item.id, "my.id");
  EXPECT_EQ(item.title, "a");
  EXPECT_EQ(item.depends_on, (std::vector<std::string>{"T2", "x"}));
  EXPECT_EQ(refusal_of("- [ ] a <!-- orch: id=a%20b -->\n"),
            "usage: tasks.md:1:4: 'a b' cannot be a task id");
}

TEST(TaskList, TakesTheFirstNote) {
  EXPECT_EQ(only("- [ ] a <!-- orch: id=x --> <!-- orch: id=y -->\n").id, "x");
}

TEST(TaskList, TakesTheNotesTitleForTextAsItIs) {
  const Item item = only("- [ ] T1 [P] a <!-- orch: title=%5BP%5D%20a -->\n");
  EXPECT_EQ(item.title, "[P] a");
  EXPECT_FALSE(item.parallel);
}

TEST(TaskList, AnEditedTitleWinsOverTheNotesOne) {
  EXPECT_EQ(only("- [ ] T8 a <!-- orch: id=x title=T9%20a -->\n").title, "a");
  EXPECT_EQ(only("- [ ] T1 a <!-- orch: title=%20a -->\n").title, " a");
  EXPECT_EQ(only("- [ ] T1 b <!-- orch: title=%20a -->\n").title, "b");
}

TEST(TaskList, NamesTheHeadingAbove) {
  const auto items = parse(
      "- [ ] a\n# One ##\n- [ ] b\n\nTwo\n---\n- [ ] c\n#\n- [ ] d\n"
      "> # Inner\n> - [ ] e\n\n- [ ] f\n\nThree\nlines\n===\n- [ ] g\n"
      "\n#no heading\n\n- [ ] h\n\n## a#\n- [ ] i\n",
      "f");
  std::string sections;
  for (const Item& item : items) sections += item.id + "=" + item.section + ";";
  EXPECT_EQ(sections,
            "a=;b=One;c=Two;d=;e=Inner;f=;g=Three lines;h=Three lines;i=a#;");
}

TEST(TaskList, TakesABoxedHeadingForNoSection) {
  const auto items = parse("# S\n- [ ] T1 a\n  ---\n  - [ ] T2 b\n", "f");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].section, "S");
}

TEST(TaskList, CutsAHugeHeadingBetweenCharacters) {
  const auto items =
      parse("# a" + repeat("\xC3\xA9", 300) + "\n- [ ] x\n", "f");
  EXPECT_EQ(items[0].section, "a" + repeat("\xC3\xA9", 127));
}

TEST(TaskList, RefusesANulByte) {
  EXPECT_EQ(refusal_of(std::string("- [ ] a\r\nb\rxy\0z\n", 15)),
            "usage: tasks.md:3:3: NUL byte in a text file");
}

TEST(TaskList, RefusesTextAbove16MiB) {
  EXPECT_EQ(refusal_of(std::string((16 << 20) + 1, '\n')),
            "usage: tasks.md:1:1: task list is larger than 16 MiB");
}

TEST(TaskList, RefusesDeepNests) {
  const std::string refused =
      "usage: tasks.md:1:1: lists or quotes are nested too deeply";
  for (const char* level : {"- ", "+ ", "> ", ">", "1. ", "> - "}) {
    EXPECT_EQ(refusal_of(repeat(level, 100000) + "[ ] x\n"), refused) << level;
    EXPECT_EQ(only(repeat(level, 400) + "- [ ] T1 x\n").id, "T1") << level;
  }
  std::string stairs;
  for (int i = 0; i < 1001; ++i)
    stairs += std::string(2 * i, ' ') + "- [ ] a\n";
  EXPECT_EQ(refusal_of(stairs),
            "usage: tasks.md:1001:1: lists or quotes are nested too deeply");
}

TEST(TaskList, RefusesEmptyLinesThatWouldCostTheSquare) {
  EXPECT_NE(refusal_of(repeat("- ", 900) + "x\n" + repeat("\n", 100000)),
            "nothing");
  EXPECT_NE(
      refusal_of("> " + repeat("- ", 900) + "x\n" + repeat(">\n >\n", 50000)),
      "nothing");
  EXPECT_NE(refusal_of(repeat("- ", 900) + "x\n" + repeat("lazy\n", 100) +
                       repeat(" \n", 100000)),
            "nothing");
}

TEST(TaskList, DoesNotRefuseLongPagesOfShallowLists) {
  const std::string block = "- [ ] a\n  - [x] b\n\n    text\n> q\n>\n> r\n\n\n";
  EXPECT_EQ(parse(repeat(block, 5000), "f").size(), 10000U);
  EXPECT_EQ(only(repeat("- ", 5000) + "\n\n- [ ] T1 below a rule\n").id, "T1");
  EXPECT_EQ(only(repeat(">\n", 5000) + "\n- [ ] T1 a\n").id, "T1");
}

// What a library may take the square of the size for.
TEST(TaskList, IsNotSlowedByHostileInlines) {
  for (const char* bit :
       {"<?", "<![CDATA[", "<!A", "[", "![](", "`a", "<!-- ", "*a _", "[a](<b",
        "(depends on ", "[P]", "<!-- orch: id=a", "``"})
    parse("- [ ] T1 a " + repeat(bit, 1000000 / std::string(bit).size()), "f");
}

TEST(TaskList, KeepsBytesThatAreNotUtf8) {
  EXPECT_EQ(only("- [ ] T1 a\xFF\xC0 b\n").title, "a\xFF\xC0 b");
}

TEST(TaskList, IsEmptyWithoutItems) {
  for (const char* page : {"", "\n", "# only\n", "text\n", "***\n", "- a\n"})
    EXPECT_TRUE(parse(page, "f").empty()) << page;
}

TEST(Mark, FlipsOneByteAndLeavesTheRest) {
  const std::string page =
      "# A\r\n\r\n- [ ] T1 a  \r\n* [X] T2 b\t\r\n   1. [x] T3 c\r\nend";
  EXPECT_EQ(mark(page, "f", {{"T1", true}, {"T2", true}, {"T3", false}}),
            "# A\r\n\r\n- [x] T1 a  \r\n* [X] T2 b\t\r\n   1. [ ] T3 c\r\nend");
  EXPECT_EQ(mark(page, "f", {{"T2", false}}),
            "# A\r\n\r\n- [ ] T1 a  \r\n* [ ] T2 b\t\r\n   1. [x] T3 c\r\nend");
  EXPECT_EQ(mark(page, "f", {{"T9", true}}), page);
  EXPECT_EQ(mark(page, "f", {}), page);
}

TEST(Mark, RefusesWhatParseRefuses) {
  EXPECT_EQ(thrown_by([] { mark("- [ ] T1 a\n- [ ] T1 b\n", "f", {}); }),
            "usage: f:2:4: duplicate task id 'T1', first on line 1");
}

}  // namespace
}  // namespace orch::tasklist
