// SPDX-License-Identifier: MIT
#include "tasklist/formats.h"

#include <gtest/gtest.h>

#include "tasklist/tasklist.h"
#include "unit/scratch.h"

namespace orch::tasklist {
namespace {

using test::thrown_by;

constexpr Form kForms[] = {Form::Markdown, Form::Json, Form::Csv, Form::GitHub};

Task task(const std::string& id, const std::string& title) {
  Task t;
  t.id = id;
  t.title = title;
  return t;
}

const std::vector<Task>& sample() {
  static const std::vector<Task> tasks = {
      {"T001", "the model", "done", "001-x/impl-data", {}, "", ""},
      {"T002", "the view", "doing", "001-x/impl-ui", {"T001"}, "Phase 1", ""},
      {"T003", "its style", "blocked", "", {"T001", "T002"}, "Phase 1", "T002"},
      {"old-way", "gone", "dropped", "", {"old.one"}, "", "T003"},
  };
  return tasks;
}

std::vector<Task> again(const std::vector<Task>& tasks, Form form) {
  return parse_tasks(write_tasks(tasks, form), form, "f");
}

std::string refusal_of(const std::string& bytes, Form form) {
  return thrown_by([&] { parse_tasks(bytes, form, "f"); });
}

TEST(Formats, HaveNames) {
  EXPECT_EQ(form_of("md"), Form::Markdown);
  EXPECT_EQ(form_of("json"), Form::Json);
  EXPECT_EQ(form_of("csv"), Form::Csv);
  EXPECT_EQ(form_of("github"), Form::GitHub);
  EXPECT_EQ(thrown_by([] { form_of("MD"); }), "usage: unknown format 'MD'");
}

TEST(Formats, AreGuessedByNameAndContent) {
  EXPECT_EQ(guess_form("", "a/tasks.md"), Form::Markdown);
  EXPECT_EQ(guess_form("", "X.MARKDOWN"), Form::Markdown);
  EXPECT_EQ(guess_form("", "x.csv"), Form::Csv);
  for (const Form form : {Form::Json, Form::GitHub})
    EXPECT_EQ(guess_form(write_tasks(sample(), form), "x.json"), form);
  EXPECT_EQ(guess_form("[]", "x.json"), Form::Json);
  EXPECT_EQ(guess_form(R"([{"id":"T1"}])", "x.json"), Form::Json);
  EXPECT_EQ(guess_form(R"([{"id":17,"number":1}])", "x.json"), Form::GitHub);
  EXPECT_EQ(thrown_by([] { guess_form("", "tasks.txt"); }),
            "usage: cannot tell the format of 'tasks.txt'");
}

TEST(Formats, GiveBackWhatWasWritten) {
  for (const Form form : kForms) {
    EXPECT_EQ(again(sample(), form), sample());
    EXPECT_TRUE(again({}, form).empty());
  }
}

// Titles that each form could take for something of its own.
TEST(Formats, KeepHostileTitles) {
  std::vector<Task> tasks;
  int number = 0;
  for (const char* title : {"",
                            " ",
                            "  blanks  ",
                            "\ttab\t",
                            "a,b",
                            "\"quoted\"",
                            "a \"b\" c",
                            "=1+1",
                            "+1",
                            "-1",
                            "@x",
                            "a|b",
                            "[x] a",
                            "[ ]",
                            "[P] a",
                            "[US1] [P]",
                            "T009 a",
                            "T009",
                            ": a",
                            "- a",
                            ". a",
                            "# a",
                            "> a",
                            "1. a",
                            "```",
                            "`a",
                            "`` ` ``",
                            "**a",
                            "a**",
                            "*",
                            "_a_",
                            "a\\",
                            "\\",
                            "`a\\`",
                            "<!-- a -->",
                            "<!--",
                            "-->",
                            "a <!-- b",
                            "`<!-- a -->`",
                            "\\<!-- a -->",
                            "<!-- orch: id=x -->",
                            "&lt;!--",
                            "&lt;!-- a -->",
                            "%41",
                            "%",
                            "(depends on T009)",
                            "a (depends on T1) b",
                            "(depends on",
                            "a --",
                            "\xE2\x80\xAE"
                            "bidi",
                            "\xEF\xBB\xBF"
                            "bom",
                            "bad \xFF\xC0 bytes",
                            "\xFF",
                            "\xE2\x80\xA8",
                            "\x1b[31m\x07",
                            "\v\f",
                            "\xEF\xBF\xBD",
                            "T001: T001: a",
                            "[a](b)",
                            "![",
                            "<div>",
                            "</div>",
                            "===",
                            "---",
                            "a  b",
                            "'",
                            "null",
                            "{}",
                            "[]",
                            "//",
                            "~~~",
                            "~~a~~ b"}) {
    tasks.push_back(task("T" + std::to_string(100 + number), title));
    tasks.push_back(task("x" + std::to_string(100 + number), title));
    tasks.back().depends_on = {"T1", "AB-2"};
    tasks.push_back(task("T" + std::to_string(500 + number++), title));
    tasks.back().depends_on = {"T1", "odd.one"};
    tasks.back().owner = title;
    tasks.back().section = title;
  }
  tasks.push_back(task("T999", test::every_byte()));
  std::erase(tasks.back().title, '\n');
  std::erase(tasks.back().title, '\r');
  for (const Form form : kForms)
    for (const Task& t : tasks)
      EXPECT_EQ(again({t}, form), std::vector<Task>{t})
          << write_tasks({t}, form);
  for (const Form form : kForms) EXPECT_EQ(again(tasks, form), tasks);
}

TEST(Formats, KeepEveryKindOfId) {
  std::vector<Task> tasks;
  for (const char* id : {"T1", "T12345678", "T123456789", "AB-1", "GH-7", "a",
                         "t001", "9", "T1.5", "a.b_c-", "Tx"})
    tasks.push_back(task(id, "same"));
  for (const Form form : kForms) EXPECT_EQ(again(tasks, form), tasks);
}

TEST(Formats, RefuseWhatIsNoTask) {
  const auto refusal = [](const Task& t) {
    return thrown_by([&] { write_tasks({t}, Form::Json); });
  };
  EXPECT_EQ(refusal(task("a b", "")),
            "usage: cannot write tasks: 'a b' cannot be a task id");
  EXPECT_EQ(refusal(task("a", "x\ny")),
            "usage: cannot write tasks: line break in the title of 'a'");
  EXPECT_EQ(refusal(task("a", std::string("x\0y", 3))),
            "usage: cannot write tasks: NUL byte in the title of 'a'");
  Task odd = task("a", "x");
  odd.status = "late";
  EXPECT_EQ(refusal(odd), "usage: cannot write tasks: unknown status 'late'");
  odd = task("a", "x");
  odd.depends_on = {"b,c"};
  EXPECT_EQ(refusal(odd),
            "usage: cannot write tasks: 'b,c' cannot be a task id");
  EXPECT_EQ(thrown_by([] {
              write_tasks({task("a", ""), task("a", "")}, Form::Csv);
            }),
            "usage: cannot write tasks: duplicate task id 'a'");
}

TEST(MarkdownForm, IsAPageThatPeopleRead) {
  EXPECT_EQ(write_tasks(sample(), Form::Markdown),
            "- [x] T001 the model <!-- orch: owner=001-x/impl-data -->\n"
            "\n## Phase 1\n\n"
            "- [ ] T002 the view (depends on T001) "
            "<!-- orch: owner=001-x/impl-ui status=doing -->\n"
            "  - [ ] T003 its style (depends on T001, T002) "
            "<!-- orch: status=blocked -->\n"
            "\n## Other tasks\n\n"
            "- [ ] gone <!-- orch: depends=old.one id=old-way parent=T003 "
            "section= status=dropped -->\n");
}

TEST(MarkdownForm, NestsByParent) {
  std::vector<Task> tasks;
  for (int i = 0; i < 40; ++i) {
    tasks.push_back(task("T" + std::to_string(i), "a"));
    if (i > 0) tasks.back().parent = "T" + std::to_string(i - 1);
  }
  tasks.push_back(task("T50", "a"));
  tasks.back().parent = "T3";
  tasks.push_back(task("T51", "a"));
  tasks.back().parent = "nowhere";
  EXPECT_EQ(again(tasks, Form::Markdown), tasks);
  const std::string page = write_tasks(tasks, Form::Markdown);
  EXPECT_NE(page.find("\n" + std::string(32, ' ') + "- "), std::string::npos);
  EXPECT_EQ(page.find("\n" + std::string(34, ' ') + "- "), std::string::npos);
}

TEST(MarkdownForm, WritesNotesThatAreCommentsOfHtml) {
  Task t = task("T1", "a");
  t.owner = "--> <b>--";
  EXPECT_EQ(write_tasks({t}, Form::Markdown),
            "- [ ] T1 a <!-- orch: owner=-%2d%3e%20%3cb%3e-%2d -->\n");
}

TEST(MarkdownForm, ATickMadeSinceWins) {
  const std::string page = write_tasks(sample(), Form::Markdown);
  const auto marked = mark(page, "f", {{"T002", true}, {"T001", false}});
  const auto tasks = parse_tasks(marked, Form::Markdown, "f");
  EXPECT_EQ(tasks[0].status, "open");
  EXPECT_EQ(tasks[1].status, "done");
  EXPECT_EQ(tasks[2].status, "blocked");
}

TEST(MarkdownForm, NamesThePlaceOfAnError) {
  EXPECT_EQ(
      refusal_of("\n- [ ] T1 a <!-- orch: status=late -->\n", Form::Markdown),
      "usage: f:2:4: unknown status 'late'");
  EXPECT_EQ(
      refusal_of("- [ ] T1 a <!-- orch: parent=a%2Fb -->\n", Form::Markdown),
      "usage: f:1:4: 'a/b' cannot be a task id");
  EXPECT_EQ(
      refusal_of("- [ ] T1 a <!-- orch: owner=a%0Ab -->\n", Form::Markdown),
      "usage: f:1:4: line break in the owner of 'T1'");
}

TEST(JsonForm, HasTheKeysOfTheContract) {
  EXPECT_EQ(write_tasks({sample()[1]}, Form::Json),
            R"({"tasks":[{"id":"T002","title":"the view","status":"doing",)"
            R"("owner":"001-x/impl-ui","depends_on":["T001"],)"
            R"("section":"Phase 1","parent":""}]})"
            "\n");
}

TEST(JsonForm, ReadsAListAloneAndWhatAVerbPrints) {
  for (const std::string text :
       {R"([{"id":"a"}])", R"({"tasks":[{"id":"a","title":null,"x":[1]}]})",
        R"({"version":1,"ok":true,"data":{"tasks":[{"id":"a"}]}})",
        "\xEF\xBB\xBF [ {\"id\" : \"a\", \"status\": \"\"} ]\r\n"})
    EXPECT_EQ(parse_tasks(text, Form::Json, "f"),
              std::vector<Task>{task("a", "")});
}

TEST(JsonForm, AnEditedTextWinsOverItsBytes) {
  EXPECT_EQ(parse_tasks(R"([{"id":"a","title":"new","title_b64":"/w=="}])",
                        Form::Json, "f")[0]
                .title,
            "new");
  EXPECT_EQ(parse_tasks("[{\"id\":\"a\",\"title\":\"\xEF\xBF\xBD\","
                        "\"title_b64\":\"/w==\"}]",
                        Form::Json, "f")[0]
                .title,
            "\xFF");
}

TEST(JsonForm, NamesTheEntryOfAnError) {
  const auto refusal = [](const std::string& text) {
    return refusal_of(text, Form::Json);
  };
  EXPECT_EQ(refusal("[{]"), "usage: f: not a JSON document in UTF-8");
  EXPECT_EQ(refusal("\"\xFF\""), "usage: f: not a JSON document in UTF-8");
  EXPECT_EQ(refusal("{}"), "usage: f: no list of tasks");
  EXPECT_EQ(refusal(R"([{"id":"a"},1])"), "usage: f: entry 2: not an object");
  EXPECT_EQ(refusal("[{}]"), "usage: f: entry 1: '' cannot be a task id");
  EXPECT_EQ(refusal(R"([{"id":1}])"), "usage: f: entry 1: 'id' is not a text");
  EXPECT_EQ(refusal(R"([{"id":"a"},{"id":"a"}])"),
            "usage: f: entry 2: duplicate task id 'a'");
  EXPECT_EQ(refusal(R"([{"id":"a","depends_on":"b"}])"),
            "usage: f: entry 1: 'depends_on' is not a list of ids");
  EXPECT_EQ(refusal(R"([{"id":"a","depends_on":[1]}])"),
            "usage: f: entry 1: 'depends_on' is not a list of ids");
  EXPECT_EQ(refusal(R"([{"id":"a","title":"x\ny"}])"),
            "usage: f: entry 1: line break in the title of 'a'");
  EXPECT_EQ(refusal(R"([{"id":"a","status":"Done"}])"),
            "usage: f: entry 1: unknown status 'Done'");
}

TEST(JsonForm, CountsNoBracketsWithinText) {
  const std::string title = "\"" + std::string(100, '[');
  const std::vector<Task> tasks = {task("a", title), task("b", title + "\\")};
  EXPECT_EQ(again(tasks, Form::Json), tasks);
}

TEST(JsonForm, RefusesWhatCouldCostTheStackOrTheSquare) {
  EXPECT_EQ(refusal_of("\n" + std::string(1000000, '['), Form::Json),
            "usage: f:2:65: nested more than 64 levels deep");
  std::string wide = "[\n{";
  for (int i = 0; i < 300; ++i)
    wide += "\"k" + std::to_string(i) + "\":\"[{:\\\"\",";
  EXPECT_EQ(refusal_of(wide, Form::GitHub).substr(0, 11), "usage: f:2:");
}

}  // namespace
}  // namespace orch::tasklist
