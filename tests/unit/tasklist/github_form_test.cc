// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tasklist/formats.h"
#include "unit/scratch.h"

namespace orch::tasklist {
namespace {

using test::thrown_by;

Task nested() {
  return {"T003",           "its style", "blocked", "",
          {"T001", "T002"}, "Phase 1",   "T002"};
}

Task dropped() { return {"old-way", "gone", "dropped", "", {}, "", ""}; }

std::string refusal_of(const std::string& bytes, Form form) {
  return thrown_by([&] { parse_tasks(bytes, form, "f"); });
}

TEST(GitHubForm, IsWhatTheRestApiTakes) {
  EXPECT_EQ(
      write_tasks({nested()}, Form::GitHub),
      R"([{"title":"T003: its style","body":"<!-- orch: depends=T001,T002 )"
      R"(id=T003 parent=T002 section=Phase%201 -->","state":"open",)"
      R"("state_reason":null,"labels":["status:blocked"],"assignees":[]}])"
      "\n");
  EXPECT_NE(write_tasks({dropped()}, Form::GitHub)
                .find(R"("state":"closed","state_reason":"not_planned",)"
                      R"("labels":["status:dropped"])"),
            std::string::npos);
}

TEST(GitHubForm, ReadsWhatGhLists) {
  const auto tasks = parse_tasks(
      R"([{"assignees":[{"login":"ann"}],"body":"","labels":[{"id":"x",)"
      R"("name":"status:doing","color":"0"}],"number":4,"state":"OPEN",)"
      R"("title":"a bug"},{"body":null,"labels":[],"number":5,)"
      R"("state":"CLOSED","stateReason":"NOT_PLANNED","title":"T007: b"},)"
      R"({"number":6,"state":"closed","title":"[T008] c (depends on T007) "},)"
      R"({"number":7,"title":"d","pull_request":{"url":"u"}},)"
      R"({"number":8,"title":"e","labels":["status:triage"]}])",
      Form::GitHub, "f");
  const std::vector<Task> expected = {
      {"GH-4", "a bug", "doing", "", {}, "", ""},
      {"T007", "b", "dropped", "", {}, "", ""},
      {"T008", "c", "done", "", {"T007"}, "", ""},
      {"GH-8", "e", "open", "", {}, "", ""}};
  EXPECT_EQ(tasks, expected);
}

TEST(GitHubForm, TheStateWinsOverLabels) {
  const auto status = [](const std::string& rest) {
    const std::string issue = R"([{"number":1,"title":"a",)" + rest + "}]";
    return parse_tasks(issue, Form::GitHub, "f")[0].status;
  };
  EXPECT_EQ(status(R"("state":"open","labels":["status:dropped"])"), "open");
  EXPECT_EQ(status(R"("state":"closed","labels":["status:doing"])"), "done");
  EXPECT_EQ(status(R"("state":"closed","labels":["status:dropped"])"),
            "dropped");
  EXPECT_EQ(status(R"("state":"closed","state_reason":"completed")"), "done");
  EXPECT_EQ(status(R"("state":"closed","state_reason":"duplicate")"),
            "dropped");
  EXPECT_EQ(status(R"("labels":["bug","status:blocked"])"), "blocked");
}

TEST(GitHubForm, FindsTheNoteInALongerBody) {
  EXPECT_EQ(parse_tasks(R"([{"title":"edited","body":"text\r\n\r\n)"
                        R"(<!-- orch: id=x owner=1/a -->\nmore"}])",
                        Form::GitHub, "f"),
            (std::vector<Task>{{"x", "edited", "open", "1/a", {}, "", ""}}));
}

TEST(GitHubForm, NamesTheEntryOfAnError) {
  EXPECT_EQ(refusal_of("{}", Form::GitHub), "usage: f: no list of issues");
  EXPECT_EQ(refusal_of("[1]", Form::GitHub),
            "usage: f: entry 1: not an object");
  EXPECT_EQ(refusal_of(R"([{"title":"x"}])", Form::GitHub),
            "usage: f: entry 1: neither a task id nor a number");
  EXPECT_EQ(refusal_of(R"([{"number":1,"state":"merged"}])", Form::GitHub),
            "usage: f: entry 1: unknown state 'merged'");
  EXPECT_EQ(refusal_of(R"([{"number":1},{"number":1}])", Form::GitHub),
            "usage: f: entry 2: duplicate task id 'GH-1'");
}

}  // namespace
}  // namespace orch::tasklist
