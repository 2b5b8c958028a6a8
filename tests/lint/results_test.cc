// SPDX-License-Identifier: MIT
//
// docs/performance.md and docs/survival.md are what docs/results says.
#include <cstdio>

#include "tree.h"

namespace orch::lint {
namespace {

// What the tool prints, a finding in each line; its own failure is one, too.
Findings check_pages(const std::string& root) {
  const std::string line =
      "'" + root + "/tests/tools/results' pages --check 2>&1";
  std::FILE* pipe = ::popen(line.c_str(), "r");
  if (!pipe) return {"cannot start " + line};
  std::string text;
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, pipe)) > 0;)
    text.append(part, n);
  const int status = ::pclose(pipe);
  Findings out = lines_of(text);
  if (status != 0 && out.empty())
    out.emplace_back("tests/tools/results failed");
  return out;
}

TEST(Results, AreWhatThePagesSay) {
  EXPECT_TRUE(none(check_pages(source_root())));
}

MadeTree& with_tool(MadeTree& tree) {
  std::ifstream in(source_root() + "/tests/tools/results");
  tree.write("tests/tools/results",
             std::string(std::istreambuf_iterator<char>(in), {}));
  EXPECT_EQ(
      ::system(("chmod +x '" + tree.root() + "/tests/tools/results'").c_str()),
      0);
  return tree;
}

TEST(Results, SeeAPageThatSaysSomethingElse) {
  MadeTree tree;
  const std::string rows =
      R"([{"what": "hooks", "how many": 12, "result": "nothing",
           "date": "2026-11-22", "command": "./dev test --faults"}])";
  const std::string start = "<!-- results: faults -->\n";
  with_tool(tree)
      .write("docs/results/faults.json", rows)
      .write("docs/performance.md",
             start +
                 "\n| what | how many | result | date | command |\n"
                 "|---|---|---|---|---|\n"
                 "| hooks | 12 | nothing | 2026-11-22 | `./dev test --faults` "
                 "|\n\n<!-- end -->\n")
      .write("docs/survival.md", start + "old\n<!-- end -->\n");
  EXPECT_TRUE(are(check_pages(tree.root()),
                  {"docs/survival.md: is not what docs/results says"}));
}

TEST(Results, NameTheFileThatNoRunLeft) {
  for (const char* bytes : {"", "{", "[1]", R"({"ok": false})"}) {
    MadeTree tree;
    with_tool(tree)
        .write("docs/results/load.json", bytes)
        .write("docs/performance.md", "<!-- results: lost -->\n<!-- end -->\n")
        .write("docs/survival.md", "");
    EXPECT_TRUE(are(check_pages(tree.root()),
                    {"docs/results/load.json: is not what a run leaves"}))
        << bytes;
  }
}

}  // namespace
}  // namespace orch::lint
