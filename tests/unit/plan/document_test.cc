// SPDX-License-Identifier: MIT
//
// Random plans; the seed is fixed, ORCH_TEST_SEED sets another one.
#include "plan/document.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>
#include <random>

#include "unit/scratch.h"

namespace orch::plan {
namespace {

using test::thrown_by;
using Texts = std::vector<std::string>;

Plan sample() {
  Plan plan;
  plan.spec_id = "003-reading-goals";
  plan.name = "Reading goals: 1";
  plan.spec_path = "specs/a b.md";
  plan.goal = "See it.\n\n# not a comment\n- x";
  plan.base = "main";
  plan.project = {
      "code_project", 80, "Cargo.toml", {"Cargo.toml (code_project, 10)"}};
  plan.size = "small";
  plan.team = {{"orchestrator", "oversees the others"}, {"developer", ""}};
  plan.dropped = {{"tester", "the plan 'pro' allows 3 agents"}};
  plan.tasks = {{"T001", "null", "developer", "Set up", {}},
                {"T002", "say \"hi\"\tnow", "", "", {"T001"}}};
  plan.phases = phases_of(plan.tasks);
  plan.constraints = {"C++20", "true", "- a", ""};
  plan.success_criteria = {"100%"};
  plan.missing = {"GOAL"};
  plan.runtime = "script";
  return plan;
}

TEST(Document, IsReadableYaml) {
  EXPECT_EQ(write_plan(sample()),
            R"yaml(# A plan. Edit what you like and hand it back:
#   git orch launch FILE
plan: 1
spec_id: "003-reading-goals"
name: "Reading goals: 1"
spec: specs/a b.md
goal: |-
  See it.

  # not a comment
  - x
base: main
size: small
runtime: script
project:
  type: code_project
  confidence: 80
  decided_by: Cargo.toml
  because:
    - "Cargo.toml (code_project, 10)"
team:
  - role: orchestrator
    because: oversees the others
  - role: developer
dropped:
  - role: tester
    because: the plan 'pro' allows 3 agents
tasks:
  - id: T001
    title: "null"
    role: developer
    phase: Set up
  - id: T002
    title: "say \"hi\"\tnow"
    depends_on: [T001]
constraints:
  - C++20
  - "true"
  - "- a"
  - ""
success_criteria:
  - "100%"
missing:
  - GOAL
)yaml");
}

TEST(Document, IsReadBack) {
  EXPECT_EQ(parse_plan(write_plan(sample()), "p"), sample());
  EXPECT_EQ(parse_plan(write_plan({}), "p"), Plan());
}

TEST(Document, IsReadFromJson) {
  const std::string data = json::to_text(plan_json(sample()));
  EXPECT_EQ(parse_plan(data, "p"), sample());
  EXPECT_EQ(
      parse_plan("{\"version\":1,\"ok\":true,\"data\":" + data + "}\n", "p"),
      sample());
  EXPECT_EQ(parse_plan(R"({"plan":1,"name":"\ud83d\ude00\/x"})", "p").name,
            "😀/x");
}

TEST(Document, HasTheOrderOfTheContract) {
  std::string keys;
  for (const auto& [key, value] : plan_json(sample())) keys += key + " ";
  EXPECT_EQ(keys,
            "project team tasks spec_id name spec goal base size dropped "
            "phases constraints success_criteria missing runtime ");
  EXPECT_TRUE(json::to_text(plan_json(sample()))
                  .starts_with(R"({"project":{"type":"code_project",)"
                               R"("confidence":80,"decided_by":"Cargo.toml",)"
                               R"("because":[)"));
}

TEST(Document, TakesWhatAPersonWrites) {
  const Plan plan = parse_plan(
      "# mine\r\ntasks:\r\n- {id: my-task, title: Do it, depends_on: "
      "ABC-12}\r\n"
      "- id: ABC-12\r\n  phase: One\r\nteam: [a, {role: b}]\r\nplan: 1\r\n"
      "phases: [{name: old}]\r\n",
      "p");
  ASSERT_EQ(plan.tasks.size(), 2U);
  EXPECT_EQ(plan.tasks[0].depends_on, (Texts{"ABC-12"}));
  EXPECT_EQ(plan.phases, (std::vector<Phase>{{"One", {"ABC-12"}}}));
  EXPECT_EQ(plan.team, (std::vector<Member>{{"a", ""}, {"b", ""}}));
}

std::string refusal(const std::string& text) {
  return thrown_by([&] { parse_plan(text, "p.yaml"); });
}

TEST(Document, NamesThePlaceOfAnError) {
  const std::string top = "plan: 1\nteam: [a]\ntasks:\n";
  for (const auto& [text, what] : std::map<std::string, std::string>{
           {"", "1:1: expected a map"},
           {"name: x\n", "1:1: 'plan: 1' is missing, so this is no plan"},
           {"plan: 2\n", "1:7: 'plan: 2' is not 1, the only form there is"},
           {"plan: 1\ngaol: x\n",
            "2:1: unknown key 'gaol', did you mean "
            "'goal'?"},
           {"plan: 1\nspec_id: A b\n",
            "2:10: 'A b' is no spec-id ([a-z0-9._-])"},
           {"plan: 1\nsize: big\n",
            "2:7: 'size: big' is none of small, medium, large"},
           {"plan: 1\nproject: {confidence: 101}\n",
            "2:23: 'confidence' is not 0 to 100"},
           {"plan: 1\nproject: {typ: a}\n",
            "2:11: unknown key 'typ', did you mean 'type'?"},
           {"plan: 1\nteam: [a, a]\n", "2:11: role 'a' twice"},
           {"plan: 1\nteam: [A]\n", "2:8: 'A' is no name of a role"},
           {"plan: 1\nteam: [{because: x}]\n", "2:8: 'role' is missing"},
           {top + "- title: x\n", "4:3: 'id' is missing"},
           {top + "- id: -x\n", "4:7: '-x' is no id of a task"},
           {top + "- id: a\n- id: a\n", "5:7: task 'a' twice"},
           {top + "- id: a\n  role: ab\n",
            "5:9: role 'ab' is not in the team, did you mean 'a'?"},
           {top + "- id: T001\n- {id: b, depends_on: [T002]}\n",
            "5:23: task 'b' waits for unknown task 'T002', did you mean "
            "'T001'?"},
           {top + "- {id: a, depends_on: b}\n- {id: b, depends_on: a}\n",
            "4:8: tasks wait for each other: a -> b -> a"},
           {top + "- {id: a, depends_on: a}\n",
            "4:8: tasks wait for each other: a -> a"},
           {top + "- x\n", "4:3: expected a map"},
           {"plan: 1\ntasks: x\n", "2:8: 'tasks' must be a list"},
           {"plan: 1\nname: &a x\n", "2:7: anchors are not allowed"}})
    EXPECT_EQ(refusal(text), "usage: p.yaml:" + what) << text;
  EXPECT_EQ(refusal("{\"tasks\":1}"),
            "usage: p.yaml:1:10: 'tasks' must be a list");
  EXPECT_EQ(refusal("{"), "usage: p.yaml: not a JSON document in UTF-8");
}

TEST(Document, IsToldFromASpecification) {
  EXPECT_TRUE(is_plan(write_plan(sample())));
  EXPECT_TRUE(is_plan("\xEF\xBB\xBF# x\r\nname: y\r\nplan: 1\r\n"));
  EXPECT_TRUE(is_plan(" {\"plan\":1}"));
  for (const char* text : {"", "# GOAL\n- plan: it\nx", "plan", "plan: it well",
                           "GOAL: x\nplan: 1\n", "{", "some text\nplan: 1\n"})
    EXPECT_EQ(is_plan(text), std::string(text).starts_with('{')) << text;
}

TEST(Document, ReplacesWhatIsNotUtf8) {
  Plan plan;
  plan.name = "a\xFF";
  EXPECT_EQ(parse_plan(write_plan(plan), "p").name, "a\xEF\xBF\xBD");
}

class DocumentProperty : public testing::Test {
 protected:
  DocumentProperty() {
    if (const char* seed = ::getenv("ORCH_TEST_SEED"))
      seed_ = std::strtoul(seed, nullptr, 10);
    random_.seed(seed_);
    RecordProperty("seed", std::to_string(seed_));
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string text() {
    static const char* const kBits[] = {"a",
                                        "word",
                                        " ",
                                        "  ",
                                        "\n",
                                        "\n\n",
                                        "\t",
                                        "\r",
                                        "\"",
                                        "'",
                                        "\\",
                                        ":",
                                        ": ",
                                        " #",
                                        "#",
                                        "- ",
                                        "-",
                                        "---",
                                        "...",
                                        "|",
                                        ">",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        ",",
                                        "&",
                                        "*",
                                        "!",
                                        "%",
                                        "@",
                                        "`",
                                        "~",
                                        "null",
                                        "true",
                                        "0x1F",
                                        "1e3",
                                        "12:30",
                                        "2026-01-01",
                                        "<<",
                                        "=",
                                        "\x01",
                                        "\x7F",
                                        "\xC2\x85",
                                        "\xC2\xA0",
                                        "\xE2\x80\xA8",
                                        "\xE2\x80\xAE",
                                        "\xEF\xBB\xBF",
                                        "\xEF\xBF\xBD",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x9F\x98\x80",
                                        "\xC3\xA9",
                                        "\xEE\x80\x80",
                                        "\xF4\x8F\xBF\xBF",
                                        "?",
                                        "? ",
                                        "y",
                                        "No"};
    std::string out;
    for (std::size_t n = below(9); n > 0; --n)
      out += kBits[below(std::size(kBits))];
    if (below(30) == 0) out += std::string(1, '\0');
    if (below(30) == 0) out += std::string(1100, 'x');
    return out;
  }

  Texts texts() {
    Texts out;
    for (std::size_t n = below(4); n > 0; --n) out.push_back(text());
    return out;
  }

  Plan plan() {
    static const char* const kSizes[] = {"", "small", "medium", "large"};
    static const char* const kIds[] = {"T0", "x.", "true", "1e", "0x", "-"};
    Plan p;
    if (below(2) == 0) p.spec_id = "00" + std::to_string(below(50));
    p.name = text();
    p.spec_path = text();
    p.goal = text();
    p.base = text();
    p.size = kSizes[below(4)];
    p.runtime = text();
    if (below(2) == 0)
      p.project = {text(), static_cast<int>(below(101)), text(), texts()};
    for (std::size_t n = below(4); n > 0; --n)
      p.team.push_back({"r" + std::to_string(n), text()});
    for (std::size_t n = below(3); n > 0; --n)
      p.dropped.push_back({"null" + std::to_string(n), text()});
    for (std::size_t n = below(6); n > 0; --n) {
      PlannedTask task;
      task.id = kIds[below(5)] + std::to_string(n);
      task.title = text();
      task.phase = text();
      if (!p.team.empty() && below(2) == 0) task.role = p.team[0].role;
      for (const PlannedTask& before : p.tasks)
        if (below(2) == 0) task.depends_on.push_back(before.id);
      p.tasks.push_back(task);
    }
    p.phases = phases_of(p.tasks);
    p.constraints = texts();
    p.success_criteria = texts();
    p.missing = texts();
    return p;
  }

  unsigned long seed_ = 20240607;
  std::mt19937 random_;
};

TEST_F(DocumentProperty, EveryPlanIsReadBack) {
  for (int i = 0; i < 2000; ++i) {
    const Plan p = plan();
    const std::string yaml = write_plan(p);
    ASSERT_TRUE(is_plan(yaml)) << yaml;
    ASSERT_EQ(parse_plan(yaml, "p"), p) << yaml;
    const std::string json = json::to_text(plan_json(p));
    ASSERT_EQ(parse_plan(json, "p"), p) << json;
  }
}

}  // namespace
}  // namespace orch::plan
