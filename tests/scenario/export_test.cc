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
        "git orch export 001-a --porcelain", "git orch export 001-a b -o c",
        "git orch export 001-a ''", "git orch export 001-a -o ''",
        "git orch export 001-a -f b",
        "git orch export 001-a --follow --format md",
        "git orch export 001-a --follow --format json",
        "git orch export 001-a --follow --format html"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch export")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch export 001-a --format xml").err,
                    "hint: known: md, html, json, csv, jsonl"));
}

TEST_F(Export, IsAMarkdownPageByDefault) {
  log("note", "first");
  const std::string page = box.ok("git orch export 001-a");
  EXPECT_EQ(page, R"(# 001-a

Feature `001-a`, in-progress, from `main`, integration branch `feature/001-a/overseer`.

## Agents

| Branch | Owner | Status | Last update | Tests |
|---|---|---|---|---|
| feature/001-a/overseer | overseer | stopped | 2027-01-15T08:00:00Z |  |

## Assignments

None.

## Known blockers

None.

## Conflicts

None.

## Pull requests

None.

## Landings

None.

## Integration results

None.

## Status updates

| Time | Role | Type | Task | Commit | Message |
|---|---|---|---|---|---|
| 2027-01-15T08:00:00Z | overseer | note |  |  | first |
)");
  EXPECT_EQ(box.ok("git orch export 001-a --format md"), page);
}

TEST_F(Export, NothingInAMessageBreaksTheMarkdownTable) {
  log("note", "a | b <img src=x> `d` *e* [f](g)");
  log("note", "two\nlines");
  const std::string page = box.ok("git orch export 001-a");
  EXPECT_TRUE(holds(page, R"(| a \| b \<img src=x\> \`d\` \*e\* \[f\](g) |)"
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
      R"("at":"2027-01-15T08:00:00Z","recorded_commit":null}],)"
      R"("tasks":[],"blockers":[],"conflicts":[],"prs":[],"tests":[],)"
      R"("landings":[]})";
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

TEST_F(Export, HoldsConflictsAndBlockers) {
  box.ok("git orch log-conflict 001-a overseer 'a.txt,b c.txt' critical -q");
  box.ok("git orch blocker add 001-a/overseer 'no key' -q");
  const std::string page = box.ok("git orch export 001-a");
  EXPECT_TRUE(holds(page,
                    "| 1 | 001-a/overseer | base | stale | critical | "
                    "a.txt, b c.txt |\n"));
  EXPECT_TRUE(holds(page,
                    "| 1 | overseer | technical | no key |  | "
                    "2027-01-15T08:00:00Z |\n"));
  const json::Value data = box.type("git orch export 001-a --json").data();
  ASSERT_EQ(data["conflicts"].as_array()->size(), 1U);
  ASSERT_EQ(data["blockers"].as_array()->size(), 1U);
  const json::Value& conflict = (*data["conflicts"].as_array())[0];
  EXPECT_EQ(conflict["status"], json::Value("open"));
  EXPECT_EQ(conflict["paths"],
            json::Value(std::vector<std::string>{"a.txt", "b c.txt"}));
  EXPECT_EQ((*data["blockers"].as_array())[0]["description"],
            json::Value("no key"));
}

TEST_F(Export, NamesTheFileByOptionToo) {
  log("note", "first");
  EXPECT_EQ(box.ok("git orch export 001-a -o out.md"), "wrote out.md\n");
  box.ok("git orch export 001-a --output other.md -q");
  EXPECT_EQ(box.read(box.repo() + "/out.md"), box.ok("git orch export 001-a"));
  EXPECT_EQ(box.read(box.repo() + "/other.md"),
            box.read(box.repo() + "/out.md"));
  EXPECT_EQ(box.ok("git orch export 001-a -"), box.ok("git orch export 001-a"));
  EXPECT_EQ(box.type("test -e ./-").status, 1);
}

TEST_F(Export, WritesNothingButAPlainFile) {
  box.write(box.path("secret"), "mine\n");
  box.ok("ln -s ../secret link");
  box.ok("ln -s ../made dangling");
  box.ok("mkdir dir");
  box.ok("mkfifo pipe");
  EXPECT_EQ(box.type("git orch export 001-a link").err,
            "fatal: cannot write 'link': it is a symbolic link to "
            "'../secret'\nhint: name the file itself\n");
  EXPECT_EQ(box.type("git orch export 001-a -o dangling").status, 128);
  for (const char* name : {"dir", "pipe"})
    EXPECT_EQ(box.type("git orch export 001-a " + std::string(name)).err,
              "fatal: cannot write '" + std::string(name) +
                  "': it is no regular file\nhint: write to standard output "
                  "with -\n");
  EXPECT_TRUE(holds(box.type("git orch export 001-a .git/orch/orch.db").err,
                    "it is in the state directory of git orch"));
  EXPECT_EQ(box.read(box.path("secret")), "mine\n");
  EXPECT_EQ(box.ok("readlink link"), "../secret\n");
  EXPECT_EQ(box.type("ls ../made").status, 2);
  EXPECT_EQ(box.ok("git orch export 001-a --format jsonl"), "");
}

TEST_F(Export, FollowsTheEventsOfItsFeature) {
  box.ok("git orch init-feature 002-b --roles overseer -q");
  log("note", "one");
  const auto follow = [&](const std::string& options) {
    return box.run_in(
        box.repo(),
        {"timeout", "60", "bash", "-c",
         "rm -f ../lines; git orch export 001-a --follow " + options +
             " > ../lines & p=$!; "
             "until grep -q one ../lines; do :; done; "
             "git orch log-event -q 002-b overseer note other; "
             "git orch log-event -q 001-a overseer note two; "
             "until grep -q two ../lines; do :; done; kill $p; "
             "cat ../lines"});
  };
  const Result json = follow("");
  ASSERT_EQ(json.lines().size(), 2U) << json.out << json.err;
  EXPECT_EQ((*json::parse(json.lines()[0]))["message"], json::Value("one"));
  EXPECT_EQ((*json::parse(json.lines()[1]))["message"], json::Value("two"));
  const Result csv = follow("--format csv");
  EXPECT_TRUE(csv.out.starts_with(
      "id,spec_id,role,type,message,task_id,commit,at\r\n"
      "1,001-a,overseer,note,one,,,2027-01-15T08:00:00Z\r\n"))
      << csv.out;
  EXPECT_EQ(csv.out.find("other"), std::string::npos);
}

TEST_F(Export, IsAPageInHtmlThatNeedsNothingElse) {
  log("note", "</script><script>alert(1)</script>");
  log("note", "\" onload='x' & \xe2\x80\xae right \x1b[31m");
  const std::string page = box.ok("git orch export 001-a --format html");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  for (const char* part :
       {"Content-Security-Policy", "default-src 'none'",
        "prefers-color-scheme: dark", "@media print", "<title>001-a</title>",
        "<h2 id=\"agents-heading\">Agents</h2>",
        "<code>feature/001-a/overseer</code>", "<th scope=\"col\">Owner</th>",
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "&quot; onload=&#39;x&#39; &amp; \\u{202e} right \\x1b[31m"})
    EXPECT_TRUE(holds(page, part));
  for (const char* part : {"<script", "onload='", "src=", "http://", "@import",
                           "\xe2\x80\xae", "\x1b"})
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  EXPECT_EQ(
      box.type("git orch export 001-a --format html --json").data()["text"],
      json::Value(page));
}

TEST_F(Export, TakesTheFormatFromTheNameOfTheFile) {
  log("note", "first");
  const auto is = [&](const std::string& file, const std::string& format) {
    box.ok("git orch export 001-a -q " + file);
    return box.read(box.repo() + "/" + file) ==
           box.ok("git orch export 001-a --format " + format);
  };
  EXPECT_TRUE(is("a.html", "html"));
  EXPECT_TRUE(is("a.htm", "html"));
  EXPECT_TRUE(is("a.json", "json"));
  EXPECT_TRUE(is("a.csv", "csv"));
  EXPECT_TRUE(is("a.jsonl", "jsonl"));
  EXPECT_TRUE(is("a.md", "md"));
  EXPECT_TRUE(is("page", "md"));
  box.ok("git orch export 001-a -q --format md b.html");
  EXPECT_EQ(box.read(box.repo() + "/b.html"), box.read(box.repo() + "/a.md"));
}

TEST_F(Export, HoldsWhatBecameOfBranchesInTheMergeQueue) {
  box.sql(
      "INSERT INTO landings(feature_id, ref, commit_hash, into_ref, status, "
      "reason, paths, queued_at, ended_at) VALUES (1, 'refs/heads/x', 'c', "
      "'refs/heads/feature/001-a/overseer', 'rejected', 'it conflicts', "
      "'[\"a.txt\"]', 1, 2000)");
  EXPECT_TRUE(holds(box.ok("git orch export 001-a"),
                    "| x | feature/001-a/overseer | rejected | it conflicts | "
                    "a.txt |  | 1970-01-01T00:00:02Z |\n"));
  EXPECT_TRUE(holds(box.ok("git orch export 001-a --format html"),
                    "<td class=\"bad\">rejected</td>"));
  EXPECT_TRUE(holds(box.ok("git orch export 001-a --format json"),
                    R"("landings":[{"branch":"x","into":"feature/001-a/)"
                    R"(overseer","status":"rejected","reason":"it conflicts",)"
                    R"("paths":["a.txt"],"commit":null,)"));
}

TEST_F(Export, QuietPrintsNoPage) {
  const Result r = box.type("git orch export 001-a -q");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, "");
}

TEST_F(Export, GivesAllEventsOfALargeFeature) {
  // One more than fit in the pages in which they are read.
  const Result r = box.run_in(
      box.repo(),
      {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
       "WHERE x < 1501) INSERT INTO task_events(event_id, spec_id, "
       "event_type, message, created_at) SELECT randomblob(16), '001-a', "
       "'note', x, x FROM c"});
  ASSERT_EQ(r.status, 0) << r.err;
  const auto lines = box.type("git orch export 001-a --format jsonl").lines();
  ASSERT_EQ(lines.size(), 1501U);
  EXPECT_EQ((*json::parse(lines[1500]))["message"], json::Value("1501"));
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
