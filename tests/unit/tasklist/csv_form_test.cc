// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tasklist/formats.h"
#include "unit/scratch.h"

namespace orch::tasklist {
namespace {

using test::thrown_by;

Task task(const std::string& id, const std::string& title) {
  Task t;
  t.id = id;
  t.title = title;
  return t;
}

Task nested() {
  return {"T003",           "its style", "blocked", "",
          {"T001", "T002"}, "Phase 1",   "T002"};
}

std::string refusal_of(const std::string& bytes, Form form) {
  return thrown_by([&] { parse_tasks(bytes, form, "f"); });
}

TEST(CsvForm, IsRfc4180WithAHeading) {
  std::vector<Task> tasks = {nested(), task("a", "=1,\"2\" ")};
  EXPECT_EQ(write_tasks(tasks, Form::Csv),
            "id,title,status,owner,depends_on,section,parent\r\n"
            "T003,its style,blocked,,T001 T002,Phase 1,T002\r\n"
            "a,\"=1,\"\"2\"\" \",open,,,,\r\n");
  tasks = {task("a", " b"), task("c", "-1")};
  EXPECT_EQ(write_tasks(tasks, Form::Csv),
            "id,title,status,owner,depends_on,section,parent\r\n"
            "a,\" b\",open,,,,\r\nc,-1,open,,,,\r\n");
}

TEST(CsvForm, ReadsColumnsInAnyOrderAndOtherOnes) {
  const std::vector<Task> expected = {task("a", "x y")};
  for (const char* text :
       {"title,note,id\nx y,\"1\n2\",a",
        "\xEF\xBB\xBFid,title\r\na,x y\r\n\r\n",
        "id,title,status\ra,\"x y\",\r", "\n\nid,title\n\na,x y\n\n\n"})
    EXPECT_EQ(parse_tasks(text, Form::Csv, "f"), expected) << text;
  EXPECT_EQ(
      parse_tasks("id,title,depends_on\na,,\"b, c;d  e\"\n", Form::Csv, "f")[0]
          .depends_on,
      (std::vector<std::string>{"b", "c", "d", "e"}));
}

TEST(CsvForm, NamesThePlaceOfAnError) {
  const auto refusal = [](const std::string& text) {
    return refusal_of(text, Form::Csv);
  };
  EXPECT_EQ(refusal(""), "usage: f:1:1: no heading");
  EXPECT_EQ(refusal("a,b\n"), "usage: f:1:1: heading has no column 'id'");
  EXPECT_EQ(refusal("id\n"), "usage: f:1:1: heading has no column 'title'");
  EXPECT_EQ(refusal("id,title,id\n"), "usage: f:1:10: column 'id' twice");
  EXPECT_EQ(refusal("id,title\n\na\n"),
            "usage: f:3:1: expected 2 cells, found 1");
  EXPECT_EQ(refusal("id,title\na,b,c\n"),
            "usage: f:2:1: expected 2 cells, found 3");
  EXPECT_EQ(refusal("id,title\na,\"b\n"),
            "usage: f:2:3: quoted cell has no end");
  EXPECT_EQ(refusal("id,title\na,\"b\nc\"d\n"),
            "usage: f:3:3: text behind a quoted cell");
  EXPECT_EQ(refusal("id,title\na,b\"c\n"),
            "usage: f:2:4: quote within a cell that does not begin with one");
  EXPECT_EQ(refusal("title,id\n\"b\nc\",a\n"),
            "usage: f:3:4: line break in the title of 'a'");
  EXPECT_EQ(refusal("id,title\na,b\na,c\n"),
            "usage: f:3:1: duplicate task id 'a'");
}

}  // namespace
}  // namespace orch::tasklist
