// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// The plain question: would these two merge?
class CheckPairs : public ::testing::Test {
 protected:
  CheckPairs() { box.make_repository(); }

  void write(const std::string& file, const std::string& bytes) const {
    box.write(box.repo() + "/" + file, bytes);
  }
  // A branch from main with what `change` does to the work tree.
  void branch(const std::string& name,
              const std::function<void()>& change) const {
    EXPECT_EQ(box.run_in(box.repo(), {"git", "checkout", "-q", "-b", name,
                                      "refs/heads/main"})
                  .status,
              0)
        << name;
    change();
    box.ok("git add -A");
    EXPECT_EQ(
        box.run_in(box.repo(), {"git", "commit", "-q", "-m", name}).status, 0);
    box.ok("git checkout -q main");
  }
  void edits(const std::string& name, const std::string& line) const {
    branch(name, [&] { write("one.txt", line + "\n"); });
  }
  Sandbox box;
};

TEST_F(CheckPairs, AnswersForTwoRevisions) {
  edits("left", "left");
  edits("right", "right");
  edits("same", "left");
  const Result conflict =
      box.type("git orch check-conflicts left right --json");
  EXPECT_EQ(conflict.status, 1);
  EXPECT_EQ(conflict.out,
            R"({"version":1,"ok":true,"data":{"pairs":[{"a":"left",)"
            R"("b":"right","verdict":"conflict","paths":["one.txt"],)"
            R"("types":["contents"],"reason":null}]}})"
            "\n");
  const Result clean =
      box.type("git orch check-conflicts left same --porcelain");
  EXPECT_EQ(clean.status, 0);
  EXPECT_EQ(clean.out, "left\tsame\tclean\t\t\t\n");
  EXPECT_EQ(box.type("git orch check-conflicts left right -z").out,
            std::string("left\tright\tconflict\tone.txt\tcontents\t") + '\0');
  EXPECT_TRUE(holds(box.type("git orch check-conflicts left right").out,
                    "left  right  conflict  contents  one.txt"));
  EXPECT_EQ(box.type("git orch check-conflicts left right -q").out, "");
  EXPECT_EQ(box.type("git orch check-conflicts left~1 right --jsonl").out,
            R"({"a":"left~1","b":"right","verdict":"clean","paths":[],)"
            R"("types":[],"reason":null})"
            "\n");
}

TEST_F(CheckPairs, AnswersEachLineOfAStreamAlsoAnEmptyOne) {
  edits("left", "left");
  EXPECT_EQ(box.type("git orch check-conflicts --stdin --jsonl",
                     "\nmain left\n\nleft main")
                .out,
            R"({"a":"","b":"","verdict":"unknown","paths":[],"types":[],)"
            R"("reason":"not two revisions"})"
            "\n"
            R"({"a":"main","b":"left","verdict":"clean","paths":[],)"
            R"("types":[],"reason":null})"
            "\n"
            R"({"a":"","b":"","verdict":"unknown","paths":[],"types":[],)"
            R"("reason":"not two revisions"})"
            "\n"
            R"({"a":"left","b":"main","verdict":"clean","paths":[],)"
            R"("types":[],"reason":null})"
            "\n");
  EXPECT_EQ(box.type("git orch check-conflicts --stdin --jsonl", "").out, "");
  EXPECT_EQ(box.type("git orch check-conflicts --stdin --porcelain", "\n").out,
            "\t\tunknown\t\t\tnot two revisions\n");
}

TEST_F(CheckPairs, NamesAWrongRevision) {
  const Result r = box.type("git orch check-conflicts main nowhere --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("'nowhere' names no commit"));
}

TEST_F(CheckPairs, CannotTellOfUnrelatedHistories) {
  box.ok("git checkout -q --orphan island");
  box.ok("git commit -qm island");
  const Result r = box.type("git orch check-conflicts main island --json");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(holds(r.out,
                    R"("verdict":"unknown","paths":[],"types":[],"reason":")"
                    "refusing to merge unrelated histories\""));
}

TEST_F(CheckPairs, AnswersAStreamInItsOrderAlsoWhereALineIsBad) {
  edits("left", "left");
  edits("right", "right");
  const std::string input =
      "left right\n"
      "nowhere right\n"
      "\n"
      "left\n"
      "left right main\n"
      "main left\n"
      "  right   left  \n"
      "--all main\n";
  const Result r = box.type("git orch check-conflicts --stdin --json", input);
  EXPECT_EQ(r.status, 1);
  std::string verdicts;
  const json::Value data = r.data();
  for (const json::Value& p : *data["pairs"].as_array())
    verdicts += *p["a"].as_string() + "|" + *p["b"].as_string() + "|" +
                *p["verdict"].as_string() + "|" +
                (p["reason"].as_string() ? *p["reason"].as_string() : "") +
                "\n";
  EXPECT_EQ(verdicts,
            "left|right|conflict|\n"
            "nowhere|right|unknown|'nowhere' names no commit\n"
            "||unknown|not two revisions\n"
            "left||unknown|not two revisions\n"
            "left right main||unknown|not two revisions\n"
            "main|left|clean|\n"
            "right|left|conflict|\n"
            "--all|main|unknown|'--all' names no commit\n");
  const auto lines =
      box.type("git orch check-conflicts --stdin --jsonl", input).lines();
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[5], R"({"a":"main","b":"left","verdict":"clean","paths":[],)"
                      R"("types":[],"reason":null})");
}

TEST_F(CheckPairs, EndsWithTheLoudestAnswerOfAStream) {
  edits("left", "left");
  edits("right", "right");
  const auto status = [&](const std::string& input) {
    return box.type("git orch check-conflicts --stdin -q", input).status;
  };
  EXPECT_EQ(status(""), 0);
  EXPECT_EQ(status("left main\n"), 0);
  EXPECT_EQ(status("left main\nbad\n"), 4);
  EXPECT_EQ(status("bad\nleft right\nleft main\n"), 1);
  EXPECT_EQ(box.type("git orch check-conflicts --stdin --json", "").out,
            R"({"version":1,"ok":true,"data":{"pairs":[]}})"
            "\n");
}

TEST_F(CheckPairs, AnswersAsGitDoesForEveryKindOfConflict) {
  std::string binary("\0\1\2\3", 4);
  binary.resize(200, '\0');
  write("image", binary);
  write("tool.sh", "echo\n");
  box.ok("git add .");
  box.ok("git commit -qm more");
  edits("content-a", "a");
  edits("content-b", "b");
  branch("add-a", [&] { write("new.txt", "a\n"); });
  branch("add-b", [&] { write("new.txt", "b\n"); });
  branch("delete", [&] { box.ok("git rm -q one.txt"); });
  branch("rename", [&] { box.ok("git mv one.txt moved.txt"); });
  branch("rename-2", [&] { box.ok("git mv one.txt elsewhere.txt"); });
  branch("directory", [&] {
    box.ok("git rm -q two.txt");
    write("two.txt/inside", "x\n");
  });
  branch("two", [&] { write("two.txt", "changed\n"); });
  branch("mode", [&] {
    box.ok("git update-index --chmod=+x tool.sh");
    box.ok("chmod 755 tool.sh");
  });
  branch("link", [&] {
    box.ok("git rm -q tool.sh");
    box.ok("ln -s one.txt tool.sh");
  });
  branch("binary-a", [&] { write("image", binary + "a"); });
  branch("binary-b", [&] { write("image", binary + "b"); });
  branch("new-mode", [&] {
    write("new.txt", "a\n");
    box.ok("chmod 755 new.txt");
  });
  std::vector<std::string> names;
  for (const std::string& line :
       box.type("git for-each-ref --format=%(refname:short) refs/heads")
           .lines())
    names.push_back(line);
  ASSERT_EQ(names.size(), 15U);
  std::string input;
  for (const std::string& a : names)
    for (const std::string& b : names) input += a + " " + b + "\n";
  const std::string before = box.ok("git count-objects -v");
  const json::Value data =
      box.type("git orch check-conflicts --stdin --json", input).data();
  EXPECT_EQ(box.ok("git count-objects -v"), before);
  ASSERT_EQ(data["pairs"].as_array()->size(), 225U);
  int conflicts = 0;
  for (const json::Value& pair : *data["pairs"].as_array()) {
    const std::string a = *pair["a"].as_string(), b = *pair["b"].as_string();
    if (a > b) continue;  // each pair once is enough for git itself
    const Result git =
        box.type("git merge-tree --write-tree --name-only --no-messages -z " +
                 a + " " + b);
    auto paths = text::split(git.out, '\0');
    paths.erase(paths.begin());
    while (!paths.empty() && paths.back().empty()) paths.pop_back();
    EXPECT_EQ(pair["verdict"],
              json::Value(git.status == 0 ? "clean" : "conflict"))
        << a << " " << b;
    EXPECT_EQ(pair["paths"], json::Value(paths)) << a << " " << b;
    conflicts += git.status == 1;
  }
  EXPECT_GT(conflicts, 8);
}

TEST_F(CheckPairs, TakesBranchNamesAsTheyAre) {
  const std::vector<std::string> names = {
      "a;touch${IFS}canary", "$(touch${IFS}canary)", "`touch${IFS}canary`",
      "it's-\"quoted\"",     "#{pane_id}",           "-n/../x"};
  int n = 0;
  for (const std::string& name : names)
    if (box.run_in(box.repo(), {"git", "check-ref-format", "--branch", name})
            .status == 0)
      edits(name, std::to_string(++n));
  ASSERT_EQ(n, 5);
  for (int i = 0; i + 1 < n; ++i) {
    const std::string& a = names[static_cast<std::size_t>(i)];
    const std::string& b = names[static_cast<std::size_t>(i) + 1];
    const Result r = box.run_in(
        box.repo(), {"git", "orch", "check-conflicts", "--json", a, b});
    EXPECT_EQ(r.status, 1) << r.out;
    EXPECT_EQ((*r.data()["pairs"].as_array())[0]["a"], json::Value(a));
    EXPECT_EQ(
        box.type("git orch check-conflicts --stdin", a + " " + b + "\n").status,
        1);
  }
  EXPECT_EQ(box.type("git orch check-conflicts --all -q").status, 1);
  EXPECT_EQ(box.run_in(box.root(), {"find", ".", "-name", "canary*"}).out, "");
}

TEST_F(CheckPairs, TakesFileNamesAsTheyAre) {
  const std::string line = "a\nb\t\"c\".txt", bad = "caf\xe9.txt";
  for (const char* name : {"left", "right"})
    branch(name, [&] {
      write(line, name);
      write(bad, name);
    });
  const json::Value pair = (*box.type("git orch check-conflicts left right "
                                      "--json")
                                 .data()["pairs"]
                                 .as_array())[0];
  EXPECT_EQ((*pair["paths"].as_array())[0], json::Value(line));
  EXPECT_EQ((*pair["paths_b64"].as_array())[0],
            json::Value(text::base64(line)));
  EXPECT_EQ((*pair["paths_b64"].as_array())[1], json::Value(text::base64(bad)));
  const std::string shown = box.type("git orch check-conflicts left right").out;
  EXPECT_TRUE(holds(shown, R"(a\nb\t"c".txt)"));
  EXPECT_TRUE(holds(shown, "caf\\xe9.txt"));
  EXPECT_TRUE(
      holds(box.type("git orch check-conflicts left right --porcelain").out,
            R"(a\nb\t"c".txt,)"));
}

}  // namespace
}  // namespace orch::test
