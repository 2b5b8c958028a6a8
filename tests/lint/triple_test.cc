// SPDX-License-Identifier: MIT
//
// One command, one file, one page, one scenario; every git hook is explained.
#include "commands.h"

namespace orch::lint {
namespace {

// Scenarios whose subject is the suite and not one verb.
const std::set<std::string> kSuiteScenarios = {"orch", "demo", "install",
                                               "readme"};

const File* find(const std::vector<File>& files, const std::string& path) {
  for (const File& file : files)
    if (file.path == path) return &file;
  return nullptr;
}

std::vector<std::string> hook_names(const std::vector<File>& files) {
  std::vector<std::string> names;
  for (const File& file : files)
    if ((file.path.starts_with("hooks/p") ||
         file.path == "hooks/commit-msg.cc") &&
        file.path.ends_with(".cc") && file.stem() != "pass-on")
      names.push_back(file.stem());
  return names;
}

// tests/scenario/<subject>_test.cc, or <subject>_<aspect>_test.cc.
bool is_scenario_of(const File& file, const std::string& subject) {
  const std::string prefix = "tests/scenario/" + subject + "_";
  return file.path.starts_with(prefix) && file.path.ends_with("_test.cc") &&
         file.path.size() >= prefix.size() + 7;
}

// "= git-orch-send(1)" gives 1; 0 when the title, which stands on top or below
// the licence, is missing or another's.
int section_of(const File& page) {
  const std::string title = "= " + page.stem() + "(";
  for (const std::string& line : lines_of(page.text)) {
    if (line.starts_with("//")) continue;
    return line.starts_with(title) ? line[title.size()] - '0' : 0;
  }
  return 0;
}

void check_commands(const std::vector<File>& files,
                    const std::vector<std::string>& verbs, Findings& out) {
  for (const std::string& verb : verbs) {
    const std::string source = "git-orch/" + verb + ".cc: ";
    const std::string page = "man/git-orch-" + verb + ".adoc";
    if (!find(files, page)) out.push_back(source + "has no " + page);
    if (std::none_of(files.begin(), files.end(),
                     [&](const File& f) { return is_scenario_of(f, verb); }))
      out.push_back(source + "has no tests/scenario/" + verb + "_test.cc");
  }
}

void check_pages(const std::vector<File>& files,
                 const std::set<std::string>& programs, Findings& out) {
  for (const File& file : files) {
    if (!file.path.starts_with("man/") || !file.path.ends_with(".adoc"))
      continue;
    const int section = section_of(file);
    if (section == 0)
      out.push_back(at(file, 1) + "the title is not '= " + file.stem() +
                    "(<section>)'");
    // Sections 5 and 7 are about files and concepts.
    if (section == 1 && !programs.contains(file.stem()))
      out.push_back(file.path + ": there is no such command");
  }
}

void check_scenarios(const std::vector<File>& files,
                     const std::vector<std::string>& subjects, Findings& out) {
  for (const File& file : files) {
    if (!file.path.starts_with("tests/scenario/") || !file.is_source())
      continue;
    if (std::none_of(
            subjects.begin(), subjects.end(),
            [&](const std::string& s) { return is_scenario_of(file, s); }))
      out.push_back(file.path + ": its name starts with no verb or git hook");
  }
}

void check_hooks(const std::vector<File>& files, Findings& out) {
  const File* page = find(files, "man/git-orch-hooks.adoc");
  for (const std::string& hook : hook_names(files))
    if (!page || page->text.find(hook) == std::string::npos)
      out.push_back("hooks/" + hook +
                    ".cc: man/git-orch-hooks.adoc does not mention it");
}

Findings check_triple(const std::string& root) {
  const auto files = files_in(root);
  Findings out;
  std::vector<std::string> verbs;
  std::set<std::string> programs = {"git-orch"};
  for (const File& file : verb_files(root)) {
    verbs.push_back(file.stem());
    programs.insert("git-orch-" + file.stem());
  }
  if (find(files, "git-orch/orch.cc") && !find(files, "man/git-orch.adoc"))
    out.emplace_back("git-orch/orch.cc: has no man/git-orch.adoc");
  check_commands(files, verbs, out);
  check_pages(files, programs, out);
  std::vector<std::string> subjects = verbs;
  for (const std::string& hook : hook_names(files)) subjects.push_back(hook);
  subjects.insert(subjects.end(), kSuiteScenarios.begin(),
                  kSuiteScenarios.end());
  check_scenarios(files, subjects, out);
  check_hooks(files, out);
  return out;
}

TEST(Triple, OfCommandPageAndScenarioIsWhole) {
  EXPECT_TRUE(none(check_triple(source_root())));
}

TEST(Triple, MissesEachOfTheThree) {
  MadeTree tree;
  tree.write("git-orch/orch.cc", "")
      .write("git-orch/-launch.cc", "")
      .write("git-orch/send.cc", "")
      .write("git-orch/status.cc", "")
      .write("hooks/post-commit.cc", "")
      .write("hooks/post-merge.cc", "")
      .write("man/git-orch-status.adoc", "= git-orch-status(1)\n")
      .write("man/git-orch-gone.adoc", "= git-orch-gone(1)\n")
      .write("man/git-orch-config.adoc", "// licence\n= git-orch-config(5)\n")
      .write("man/git-orch-hooks.adoc", "= other(7)\npost-commit\n")
      .write("tests/scenario/send_levels_test.cc", "")
      .write("tests/scenario/post-merge_test.cc", "")
      .write("tests/scenario/gone_test.cc", "");
  EXPECT_TRUE(are(check_triple(tree.root()),
                  {"orch.cc: has no man/git-orch.adoc",
                   "send.cc: has no man/git-orch-send.adoc",
                   "status.cc: has no tests/scenario/status_test.cc",
                   "git-orch-gone.adoc: there is no such command",
                   "git-orch-hooks.adoc:1: the title", "gone_test.cc: its name",
                   "hooks/post-merge.cc: man/git-orch-hooks.adoc"}));
}

}  // namespace
}  // namespace orch::lint
