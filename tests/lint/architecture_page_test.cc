// SPDX-License-Identifier: MIT
//
// The table of modules in docs/architecture.md is that of lib/CMakeLists.txt.
#include "modules.h"

namespace orch::lint {
namespace {

// "| pure | `error` `text` |" gives error and text for "pure".
std::map<std::string, std::set<std::string>> rows_of(const std::string& page) {
  std::map<std::string, std::set<std::string>> rows;
  for (const std::string& line : lines_of(page)) {
    const auto cells = text::split(line, '|');
    if (!line.starts_with("|") || cells.size() < 3) continue;
    const auto words = text::split(cells[2], '`');
    auto& names = rows[std::string(text::trim(cells[1]))];
    for (std::size_t i = 1; i < words.size(); i += 2) names.insert(words[i]);
  }
  return rows;
}

Findings check_page(const std::string& root) {
  const std::string path = "docs/architecture.md";
  Findings out;
  std::string page;
  for (const File& file : files_in(root))
    if (file.path == path) page = file.text;
  auto rows = rows_of(page);
  for (const auto& [name, module] : modules_in(root)) {
    if (!rows[module.storey].contains(name))
      out.push_back(path + ": the row '" + module.storey + "' lacks `" + name +
                    "`");
    rows[module.storey].erase(name);
  }
  for (const std::string storey : {"pure", "doors", "services", "command line"})
    for (const std::string& name : rows[storey])
      out.push_back(path + ": `" + name + "` is no module of '" + storey + "'");
  return out;
}

TEST(ArchitecturePage, ListsTheModulesThatAreThere) {
  EXPECT_TRUE(none(check_page(source_root())));
}

TEST(ArchitecturePage, SeesAMissingAndAGoneModule) {
  MadeTree tree;
  tree.write("lib/CMakeLists.txt",
             "# pure: x\norch_module(error)\norch_module(text DEPS error)\n"
             "# doors: y\norch_module(file DEPS error)\n")
      .write("docs/architecture.md",
             "| storey | modules |\n|---|---|\n| pure | `error` `file` |\n"
             "| doors | `file` |\n");
  EXPECT_TRUE(are(check_page(tree.root()),
                  {"'pure' lacks `text`", "`file` is no module of 'pure'"}));
}

}  // namespace
}  // namespace orch::lint
