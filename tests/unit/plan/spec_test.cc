// SPDX-License-Identifier: MIT
#include "plan/spec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "unit/scratch.h"

namespace orch::plan {
namespace {

using test::thrown_by;
using Texts = std::vector<std::string>;

std::string names(const std::vector<Section>& sections) {
  std::string out;
  for (const Section section : sections)
    out += (out.empty() ? "" : ", ") + std::string(section_name(section));
  return out;
}

Spec parse(const std::string& text) { return parse_spec(text, "s.md"); }

Texts ids(const std::vector<SpecTask>& tasks) {
  Texts out;
  for (const SpecTask& task : tasks) out.push_back(task.id);
  return out;
}

Texts titles(const std::vector<SpecTask>& tasks) {
  Texts out;
  for (const SpecTask& task : tasks) out.push_back(task.title);
  return out;
}

void expect_six(const Spec& spec, const std::string& text) {
  EXPECT_EQ(spec.title, "Reading goals") << text;
  EXPECT_EQ(spec.goal, "Readers see how far they are.") << text;
  EXPECT_EQ(spec.constraints, (Texts{"no new service", "C++20"})) << text;
  EXPECT_EQ(spec.requirements, (Texts{"a goal a year", "a bar"})) << text;
  EXPECT_EQ(spec.deliverables, (Texts{"a page"})) << text;
  EXPECT_EQ(spec.success_criteria, (Texts{"tests pass"})) << text;
  EXPECT_EQ(names(spec.missing), "") << text;
  EXPECT_EQ(titles(spec.tasks), (Texts{"a goal a year", "a bar", "a page"}))
      << text;
  EXPECT_EQ(ids(spec.tasks), (Texts{"T001", "T002", "T003"})) << text;
}

// The six sections with headings that `front` and `back` surround.
std::string six(const std::string& front, const std::string& back,
                bool upper = false) {
  const auto heading = [&](std::string name) {
    if (upper)
      for (char& c : name)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return front + name + back + "\n";
  };
  return heading("Project") + "Reading goals\n\n" + heading("Goal") +
         "Readers see\nhow far they are.\n\n" + heading("Constraints") +
         "- no new service\n- C++20\n\n" + heading("Requirements") +
         "1. a goal a year\n2. a bar\n\n" + heading("Deliverables") +
         "* a page\n\n" + heading("Success Criteria") + "+ tests pass\n";
}

TEST(Spec, ReadsHeadingsInAnyForm) {
  for (const bool upper : {false, true})
    for (const auto& [front, back] :
         std::vector<std::pair<std::string, std::string>>{
             {"# ", ""},
             {"## ", " ##"},
             {"### 1. ", ""},
             {"## 🎯 ", " *(mandatory)*"},
             {"", ":"},
             {"**", ":**"},
             {"**", "**:"},
             {"**", "**"},
             {"", "\n===="},
             {"", "\n----"},
             {"", ""}}) {
      const std::string text = six(front, back, upper);
      expect_six(parse(text), text);
    }
}

TEST(Spec, ReadsTextOnTheLineOfItsHeading) {
  const std::string text =
      "PROJECT: Reading goals\nGOAL: Readers see how far they are.\n"
      "CONSTRAINTS: no new service\n\nC++20\n"
      "REQUIREMENTS:\n- a goal a year\n- a bar\nDELIVERABLES: a page\n"
      "SUCCESS CRITERIA: tests pass\n";
  expect_six(parse(text), text);
  const std::string title_case =
      "**Project:** Reading goals\n\n**Goal:** Readers see how far they are.\n"
      "\n**Constraints:**\n- no new service\n- C++20\n\n"
      "**Requirements:**\n- a goal a year\n- a bar\n\n"
      "**Deliverables:** a page\n\n**Success Criteria:** tests pass\n";
  expect_six(parse(title_case), title_case);
  EXPECT_EQ(parse("# Goal: go\n").goal, "go");
}

TEST(Spec, ReadsSectionsInAnyOrder) {
  const std::string text =
      "# Success criteria\n- tests pass\n# Deliverables\n- a page\n"
      "# Requirements\n- a goal a year\n- a bar\n# Goal\nReaders see how far "
      "they are.\n# Constraints\nno new service\n\nC++20\n# Project\n"
      "Reading goals\n";
  expect_six(parse(text), text);
}

TEST(Spec, ReadsPastLineEndsAndMarks) {
  std::string crlf = "\xEF\xBB\xBF";
  for (const char c : six("# ", ""))
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  expect_six(parse(crlf), crlf);
  std::string cr = six("# ", "");
  std::replace(cr.begin(), cr.end(), '\n', '\r');
  expect_six(parse(cr), cr);
  const std::string fenced = "```markdown\n" + six("# ", "") + "```\n";
  expect_six(parse(fenced), fenced);
  const std::string front = "---\ntitle: x\ntags:\n- a\n---\n" + six("# ", "");
  expect_six(parse(front), front);
  const std::string comment =
      "<!-- # Goal\nnot this -->\n" + six("# ", "") + "<!-- - nor this -->\n";
  expect_six(parse(comment), comment);
}

TEST(Spec, KnowsOtherNamesOfASection) {
  const auto section = [](const std::string& name) {
    return names(parse("# " + name + "\nx\n").missing);
  };
  const std::string all =
      "PROJECT, GOAL, CONSTRAINTS, REQUIREMENTS, DELIVERABLES, SUCCESS "
      "CRITERIA";
  const auto without = [&](const std::string& name) {
    std::string out = all;
    const std::size_t at = out.find(name);
    out.erase(at, name.size() + (at + name.size() == out.size() ? 0 : 2));
    if (out.ends_with(", ")) out.resize(out.size() - 2);
    return out;
  };
  for (const char* name : {"Objective", "OBJECTIVES", "Overview", "summary"})
    EXPECT_EQ(section(name), without("GOAL")) << name;
  EXPECT_EQ(section("Constraint"), without("CONSTRAINTS"));
  for (const char* name :
       {"Functional Requirements", "Features", "User Stories",
        "Features / scope", "Features & scope"})
    EXPECT_EQ(section(name), without("REQUIREMENTS")) << name;
  for (const char* name : {"Deliverable", "Outputs"})
    EXPECT_EQ(section(name), without("DELIVERABLES")) << name;
  for (const char* name :
       {"Acceptance Criteria", "Definition of Done", "Success Criterion"})
    EXPECT_EQ(section(name), without("SUCCESS CRITERIA")) << name;
  for (const char* name : {"Tech Stack", "Goalkeeper", "On goals"})
    EXPECT_EQ(section(name), all) << name;
}

TEST(Spec, KeepsOtherSections) {
  const Spec spec = parse(
      "# Goal\ng\n# TARGET\n- linux\n- macos\n\n## Details\n\nx\n"
      "# Tech Stack\nC++\n");
  ASSERT_EQ(spec.others.size(), 2U);
  EXPECT_EQ(spec.others[0].first, "TARGET");
  EXPECT_EQ(spec.others[0].second, "- linux\n- macos\n\n## Details\n\nx");
  EXPECT_EQ(spec.others[1].second, "C++");
  EXPECT_EQ(spec.goal, "g");
  const Spec bare = parse("GOAL: g\nTARGET: linux\nSERVICE\nnginx\n");
  ASSERT_EQ(bare.others.size(), 2U);
  EXPECT_EQ(bare.others[0],
            (std::pair<std::string, std::string>("TARGET", "linux")));
  EXPECT_EQ(bare.others[1].second, "nginx");
}

TEST(Spec, TakesTheFirstLineOfAProjectForItsTitle) {
  const std::string more(100, 'm');
  const Spec spec = parse("# Shop\n## Project\nBooks\n\n" + more + "\n");
  EXPECT_EQ(spec.title, "Books");
  ASSERT_EQ(spec.others.size(), 1U);
  EXPECT_EQ(spec.others[0].first, "Project");
  EXPECT_EQ(spec.others[0].second, more);
}

TEST(Spec, CountsASubheadingToItsSection) {
  const Spec spec = parse(
      "# Requirements\n## API\n- a\n### Security\n- b\n## Out of scope\n- c\n"
      "## More\n- d\n## Constraints\n- e\n# Rest\n- f\n");
  EXPECT_EQ(spec.requirements, (Texts{"a", "b", "d"}));
  EXPECT_EQ(spec.constraints, (Texts{"e"}));
  ASSERT_EQ(spec.tasks.size(), 3U);
  EXPECT_EQ(spec.tasks[0].phase, "API");
  EXPECT_EQ(spec.tasks[1].phase, "Security");
  EXPECT_EQ(spec.tasks[2].phase, "More");
  EXPECT_EQ(parse("# Requirements\n- a\n").tasks[0].phase, "Requirements");
}

TEST(Spec, TakesAWordInAParagraphForNoHeading) {
  const Spec spec = parse(
      "# Goal\nWe do it.\nfeatures: none of them.\nGoal:\n"
      "# Requirements\n- a:\n  Output: b\n- Constraints: c\n\n"
      "```\n# Deliverables\nGOAL: x\n```\n\nd\n    # Constraints\n");
  EXPECT_EQ(spec.goal, "We do it. features: none of them. Goal:");
  EXPECT_EQ(spec.requirements,
            (Texts{"a: Output: b", "Constraints: c", "d # Constraints"}));
  EXPECT_TRUE(spec.deliverables.empty());
  EXPECT_TRUE(spec.constraints.empty());
}

TEST(Spec, ReadsPointsOfEveryForm) {
  const Spec spec = parse(
      "# Requirements\nThe system must:\n\n- log in\n  - by mail\n"
      "    and by name\n  - by key\n* [ ]\n+ save\n  all of it\n\n  at once\n"
      "1) first\n• dot\n\nA paragraph\nof two lines.\n\nAnother one.\n---\n"
      "| id | what |\n|----|------|\n| 1  | a row |\n| 2 | b |\n");
  EXPECT_EQ(spec.requirements, (Texts{"log in: by mail and by name; by key",
                                      "save all of it at once", "first", "dot",
                                      "A paragraph of two lines.",
                                      "Another one.", "1, a row", "2, b"}));
}

TEST(Spec, TakesIdsAndDependenciesFromPoints) {
  const Spec spec = parse(
      "# Requirements\n- **FR-001**: System MUST log in\n"
      "- FR-002: and out (depends on FR-001)\n- UTF-8 everywhere\n"
      "- FR-001: twice\n- T007 count\n# Deliverables\n- A PAGE\n"
      "- utf-8 everywhere\n");
  EXPECT_EQ(spec.requirements,
            (Texts{"FR-001: System MUST log in", "FR-002: and out",
                   "UTF-8 everywhere", "FR-001: twice", "T007: count"}));
  EXPECT_EQ(ids(spec.tasks),
            (Texts{"FR-001", "FR-002", "T001", "T002", "T007", "T003"}));
  EXPECT_EQ(spec.tasks[1].depends_on, (Texts{"FR-001"}));
  EXPECT_EQ(spec.tasks[5].title, "A PAGE");
  EXPECT_EQ(spec.tasks[1].line, 3U);
}

TEST(Spec, TakesBoxesForTasks) {
  const Spec spec = parse(
      "# Shop\n\n## Phase 1: Basics\n\n### Tests\n- [x] T001 [P] a\n"
      "## Requirements\n- [ ] T002 [US1] b (depends on T001)\n- c\n"
      "  - [ ] d e\n## Success Criteria\n- [ ] all of it\n"
      "## Non-Goals\n- [ ] T009 no\n");
  ASSERT_EQ(ids(spec.tasks), (Texts{"T001", "T002", "d-e"}));
  EXPECT_EQ(spec.tasks[0],
            (SpecTask{"T001", "a", "Phase 1: Basics", true, {}, 6}));
  EXPECT_EQ(spec.tasks[1],
            (SpecTask{"T002", "b", "Requirements", false, {"T001"}, 8}));
  EXPECT_EQ(spec.success_criteria, (Texts{"all of it"}));
}

TEST(Spec, ReadsAPlainPage) {
  const Spec spec = parse(
      "# Shop\n\nA shop for\nbooks.\n\nMore words.\n\n## Cart\n- add\n- "
      "remove\n"
      "\nText.\n\n## Pay\n1. by card\n");
  EXPECT_EQ(spec.title, "Shop");
  EXPECT_EQ(spec.goal, "A shop for books.");
  EXPECT_EQ(spec.requirements, (Texts{"add", "remove", "by card"}));
  EXPECT_EQ(spec.tasks[2].phase, "Pay");
  EXPECT_EQ(names(spec.missing),
            "PROJECT, GOAL, CONSTRAINTS, REQUIREMENTS, DELIVERABLES, "
            "SUCCESS CRITERIA");
  const Spec line = parse("make it faster");
  EXPECT_EQ(line.goal, "make it faster");
  EXPECT_TRUE(line.tasks.empty());
  EXPECT_EQ(line.missing.size(), 6U);
}

TEST(Spec, RefusesWhatIsNoText) {
  const auto refusal = [](const std::string& text) {
    return thrown_by([&] { parse(text); });
  };
  EXPECT_EQ(refusal(""), "usage: s.md:1:1: no text");
  EXPECT_EQ(refusal(" \r\n\t\n"), "usage: s.md:1:1: no text");
  EXPECT_EQ(refusal("\xEF\xBB\xBF\n"), "usage: s.md:1:1: no text");
  EXPECT_EQ(refusal("<!-- a -->\n"), "usage: s.md:1:1: no text");
  EXPECT_EQ(refusal(std::string("# Goal\nab\0c", 11)),
            "usage: s.md:2:3: a NUL byte, so no text");
  EXPECT_EQ(refusal("# Goal\nab\xFF"), "usage: s.md:2:3: not UTF-8");
  EXPECT_EQ(refusal(std::string((1U << 20) + 1, 'a')),
            "usage: s.md: larger than 1 MiB");
  EXPECT_EQ(refusal("- [ ] T001 a\n- [ ] T002 b (depends on T009)\n"),
            "usage: s.md:2:1: task 'T002' waits for 'T009', which is none of "
            "the tasks");
  EXPECT_EQ(refusal("- [ ] T001 a (depends on T002)\n"
                    "- [ ] T002 b (depends on T001)\n"),
            "usage: s.md:1:1: tasks wait for each other: T001 -> T002 -> T001");
}

TEST(Spec, GivesAHint) {
  try {
    parse("");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(),
              "say what is wanted under headings GOAL and REQUIREMENTS");
  }
}

TEST(Spec, GivesAnIdFromAName) {
  EXPECT_EQ(spec_id_of("003-reading-goals.md"), "003-reading-goals");
  EXPECT_EQ(spec_id_of("specs/003-reading-goals/spec.md"), "003-reading-goals");
  EXPECT_EQ(spec_id_of("specs/003-reading-goals/"), "003-reading-goals");
  EXPECT_EQ(spec_id_of("/a/My Shop (v2).MD"), "my-shop-v2");
  EXPECT_EQ(spec_id_of("a/../spec.md"), "spec");
  EXPECT_EQ(spec_id_of("spec.md"), "spec");
  EXPECT_EQ(spec_id_of("v1..2.lock.txt"), "");
  EXPECT_EQ(spec_id_of("\xC3\x9C.md"), "");
  EXPECT_EQ(spec_id_of(""), "");
  EXPECT_EQ(spec_id_of(std::string(300, 'a')), std::string(100, 'a'));
}

}  // namespace
}  // namespace orch::plan
