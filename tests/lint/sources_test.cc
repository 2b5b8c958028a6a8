// SPDX-License-Identifier: MIT
//
// The outside of a source file: licence line, once only, length, width.
#include "cpp.h"
#include "tree.h"

namespace orch::lint {
namespace {

constexpr std::size_t kMaxLines = 400;
constexpr std::size_t kMaxColumns = 80;
constexpr std::string_view kLicence = "SPDX-License-Identifier: MIT";

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Lines that a string over several lines covers: what a program prints may be
// as wide as it is.
std::set<std::size_t> lines_in_raw_strings(const File& file) {
  std::set<std::size_t> lines;
  for (const Token& t : tokens_of(file.text)) {
    if (t.kind != Kind::String) continue;
    const auto breaks = static_cast<std::size_t>(
        std::count(t.text.begin(), t.text.end(), '\n'));
    for (std::size_t i = 0; breaks > 0 && i <= breaks; ++i)
      lines.insert(t.line + i);
  }
  return lines;
}

// Scripts and build files say it below the #! line.
bool wants_licence(const File& file) {
  return file.path.ends_with("CMakeLists.txt") || file.text.starts_with("#!");
}

void check_source(const File& file, Findings& out) {
  const auto lines = lines_of(file.text);
  if (lines.empty() || lines[0] != "// " + std::string(kLicence))
    out.push_back(at(file, 1) + "is not '// " + std::string(kLicence) + "'");
  if (file.path.ends_with(".h") &&
      std::find(lines.begin(), lines.end(), "#pragma once") == lines.end())
    out.push_back(file.path + ": has no '#pragma once'");
  if (lines.size() > kMaxLines)
    out.push_back(file.path + ": has " + std::to_string(lines.size()) +
                  " lines, more than " + std::to_string(kMaxLines));
  if (!file.text.empty() && !file.text.ends_with("\n"))
    out.push_back(at(file, lines.size()) + "does not end in a newline");
  const auto raw = lines_in_raw_strings(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (raw.contains(i + 1)) continue;
    const std::size_t width = code_points(lines[i]);
    if (width > kMaxColumns)
      out.push_back(at(file, i + 1) + "has " + std::to_string(width) +
                    " columns, more than " + std::to_string(kMaxColumns));
    if (lines[i].ends_with(' ') || lines[i].find('\t') != std::string::npos)
      out.push_back(at(file, i + 1) + "has a tab or a blank at its end");
  }
}

Findings check_sources(const std::string& root) {
  Findings out;
  for (const File& file : files_in(root)) {
    if (file.is_source()) check_source(file, out);
    if (!wants_licence(file)) continue;
    const auto lines = lines_of(file.text);
    const auto wanted = "# " + std::string(kLicence);
    const auto top =
        lines.begin() + std::min<std::ptrdiff_t>(2, std::ssize(lines));
    if (std::find(lines.begin(), top, wanted) == top)
      out.push_back(file.path + ": has no '" + wanted + "' on top");
  }
  return out;
}

TEST(Sources, KeepTheirForm) {
  EXPECT_TRUE(none(check_sources(source_root())));
}

TEST(Sources, SeeEachFault) {
  const std::string licence = "// " + std::string(kLicence) + "\n";
  std::string wide, umlauts;
  for (int i = 0; i < 81; ++i) wide += "x";
  for (int i = 0; i < 77; ++i) umlauts += "ü";
  std::string longest = licence;
  for (std::size_t i = 1; i <= kMaxLines; ++i) longest += "int x;\n";
  MadeTree tree;
  tree.write("a/CMakeLists.txt", "add_library(x)\n")
      .write("b.h", licence + "int x;\n")
      .write("c.cc", "#include <x>\n")
      .write("d.cc", longest)
      .write("e.cc", licence + wide + "\n// " + umlauts + "\nR\"(a\n" + wide +
                         "\nb)\" \nint y;")
      .write("tool", "#!/bin/sh\n# " + std::string(kLicence) + "\n");
  EXPECT_TRUE(are(check_sources(tree.root()),
                  {"a/CMakeLists.txt: has no", "b.h: has no '#pragma once'",
                   "c.cc:1: is not", "d.cc: has 401 lines",
                   "e.cc:7: does not end", "e.cc:2: has 81 columns"}));
}

}  // namespace
}  // namespace orch::lint
