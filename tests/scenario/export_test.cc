// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Export : public ::testing::Test {
 protected:
  Export() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
  }

  void log(const std::string& type, const std::string& message) const {
    const Result r = box.run_in(
        box.repo(),
        {"git", "orch", "log-event", "001-a", "overseer", type, message, "-q"});
    EXPECT_EQ(r.status, 0) << r.err;
  }

  Sandbox box;
};

TEST_F(Export, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch export -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch export <spec-id> "));
  for (const char* line :
       {"git orch export", "git orch export 001-a b c",
        "git orch export 001-a --format xml", "git orch export 001-a --forma",
        "git orch export 001-a --porcelain"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch export")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch export 001-a --format xml").err,
                    "hint: known: md, json, csv, jsonl"));
}

TEST_F(Export, IsAMarkdownPageByDefault) {
  log("note", "first");
  const std::string page = box.ok("git orch export 001-a");
  EXPECT_EQ(page, R"(# 001-a

Feature `001-a`, in-progress, from `main`, integration branch `feature/001-a/overseer`.

## Agents

| Branch | Owner | Status | Last update | Unread |
|---|---|---|---|---|
| feature/001-a/overseer | overseer | stopped | 2027-01-15T08:00:00Z | 0 |

## Conflicts

None.

## Events

| Time | Role | Type | Commit | Message |
|---|---|---|---|---|
| 2027-01-15T08:00:00Z | overseer | note |  | first |
)");
  EXPECT_EQ(box.ok("git orch export 001-a --format md"), page);
}

TEST_F(Export, NothingInAMessageBreaksTheMarkdownTable) {
  log("note", "a | b <img src=x> `d` *e* [f](g)");
  log("note", "two\nlines");
  const std::string page = box.ok("git orch export 001-a");
  EXPECT_TRUE(holds(page, R"(| a \| b \<img src=x> \`d\` \*e\* \[f](g) |)"
                          "\n"));
  EXPECT_EQ(page.find("\nlines"), std::string::npos);
}

TEST_F(Export, AMessageCannotEndACellWithABackslash) {
  log("note", "a\\| b");
  // In Markdown "\\" is a backslash, so "\\\|" keeps the cell open.
  EXPECT_TRUE(holds(box.ok("git orch export 001-a"), "| a\\\\\\| b |\n"));
}

TEST_F(Export, JsonHoldsStatusAndEvents) {
  log("note", "first");
  const std::string bare = box.ok("git orch export 001-a --format json");
  EXPECT_TRUE(bare.starts_with(R"({"features":[{"spec_id":"001-a",)"));
  const std::string events =
      R"("events":[{"id":1,"spec_id":"001-a","role":"overseer",)"
      R"("type":"note","message":"first","task_id":null,"commit":null,)"
      R"("at":"2027-01-15T08:00:00Z","recorded_commit":null}])";
  EXPECT_TRUE(holds(bare, events));
  const std::string whole = box.ok("git orch export 001-a --json");
  EXPECT_TRUE(whole.starts_with(R"({"version":1,"ok":true,"data":{)"));
  EXPECT_TRUE(holds(whole, events));
}

TEST_F(Export, CsvQuotesAsRfc4180Says) {
  log("note", "plain");
  log("note", "a,b");
  log("note", "say \"hi\"");
  log("note", "two\nlines");
  const std::string end = ",,,2027-01-15T08:00:00Z\r\n";
  EXPECT_EQ(box.ok("git orch export 001-a --format csv"),
            "id,spec_id,role,type,message,task_id,commit,at\r\n"
            "1,001-a,overseer,note,plain" +
                end + "2,001-a,overseer,note,\"a,b\"" + end +
                "3,001-a,overseer,note,\"say \"\"hi\"\"\"" + end +
                "4,001-a,overseer,note,\"two\nlines\"" + end);
}

TEST_F(Export, JsonlIsOneEventALineOldestFirst) {
  log("note", "first");
  log("note", "two\nlines");
  const auto lines = box.type("git orch export 001-a --format jsonl").lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with(
      R"({"id":1,"spec_id":"001-a","role":"overseer","type":"note",)"
      R"("message":"first",)"));
  EXPECT_TRUE(holds(lines[1], R"("message":"two\nlines")"));
}

TEST_F(Export, WritesAFileAndSaysSo) {
  box.write(box.repo() + "/out.csv", "old\n");
  const Result r = box.type("git orch export 001-a out.csv --format csv");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "wrote out.csv\n");
  EXPECT_EQ(box.read(box.repo() + "/out.csv"),
            box.ok("git orch export 001-a --format csv"));
  const Result quiet = box.type("git orch export 001-a page.md -q");
  EXPECT_EQ(quiet.out, "");
  EXPECT_EQ(box.read(box.repo() + "/page.md"), box.ok("git orch export 001-a"));
  EXPECT_EQ(box.ok("git orch export 001-a other.md --json"),
            R"({"version":1,"ok":true,"data":{"file":"other.md"}})"
            "\n");
}

TEST_F(Export, JsonTheAnswerDoesNotChangeTheFormatOfTheFile) {
  box.ok("git orch export 001-a out.csv --format csv --json");
  EXPECT_TRUE(box.read(box.repo() + "/out.csv").starts_with("id,spec_id,"));
  EXPECT_EQ(box.type("git orch export 001-a --format xml --json").status, 129);
}

TEST_F(Export, QuietPrintsNoPage) {
  const Result r = box.type("git orch export 001-a -q");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, "");
}

TEST_F(Export, SaysThatItCannotWrite) {
  const Result r = box.type("git orch export 001-a gone/out.md");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err,
                    "fatal: cannot write 'gone/out.md': no such file "
                    "or directory\n"));
}

TEST_F(Export, HoldsOneFeatureOnly) {
  box.ok("git orch init-feature 002-b --roles overseer -q");
  log("note", "of the first");
  EXPECT_EQ(box.ok("git orch export 002-b --format jsonl"), "");
  const std::string page = box.ok("git orch export 002-b --format json");
  EXPECT_EQ(page.find("001-a"), std::string::npos) << page;
}

TEST_F(Export, SuggestsTheNearestFeature) {
  const Result r = box.type("git orch export 001-b");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err,
            "fatal: unknown feature '001-b'\nhint: did you mean "
            "'001-a'?\n");
  EXPECT_EQ(box.type("test -e out.md").status, 1);
}

TEST_F(Export, CreatesNothingWithoutAStore) {
  box.make_repository("other");
  const Result r = box.type("git orch export 001-a out.md");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "hint: git orch init-feature 001-a\n"));
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  EXPECT_EQ(box.type("ls out.md").status, 2);
}

}  // namespace
}  // namespace orch::test
