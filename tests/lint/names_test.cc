// SPDX-License-Identifier: MIT
//
// Names that say nothing, or that the vocabulary does not have.
#include <cctype>

#include "cpp.h"
#include "tree.h"

namespace orch::lint {
namespace {

const std::set<std::string> kForbidden = {
    "util",    "utils",   "helper", "helpers",       "common",
    "manager", "handler", "worker", "orchestration", "nudge",
};

// Names that belong to the system, to libraries, and to a role that people know
// by this name.
const std::set<std::string> kForeign = {"sa_handler",      "common_type_t",
                                        "error_handler_t", "set_error_handler",
                                        "EventHandler",    "project_manager"};

// "read_allCaps2" gives read, all, Caps2.
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts(1);
  char before = '_';
  for (const char c : name) {
    const bool border = !std::isalnum(static_cast<unsigned char>(c)) ||
                        (std::isupper(static_cast<unsigned char>(c)) &&
                         std::islower(static_cast<unsigned char>(before)));
    if (border) parts.emplace_back();
    if (std::isalnum(static_cast<unsigned char>(c))) parts.back() += c;
    before = c;
  }
  return parts;
}

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// What is wrong with a name; empty when nothing is.
std::string fault_of(const std::string& name) {
  if (kForeign.contains(name) || name.starts_with("sqlite3_") ||
      name.starts_with("XML_"))
    return "";
  const auto parts = parts_of(name);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // git's word: the common directory.
    if (lower(parts[i]) == "common" && i + 1 < parts.size() &&
        lower(parts[i + 1]).starts_with("dir"))
      continue;
    if (kForbidden.contains(lower(parts[i]))) return "says '" + parts[i] + "'";
    if (parts[i] == "Impl") return "says 'Impl'";
  }
  std::string bare = name;
  if (bare.ends_with('_')) bare.pop_back();
  // A library's own names are not ours to choose.
  if (name.starts_with("cmark_")) return "";
  if (bare.ends_with("_new") && bare != "is_new") return "ends in '_new'";
  const std::size_t v = bare.rfind("_v");
  if (v != std::string::npos && v + 2 < bare.size() &&
      bare.find_first_not_of("0123456789", v + 2) == std::string::npos)
    return "ends in a version";
  return "";
}

Findings check_names(const std::string& root) {
  Findings out;
  for (const File& file : files_in(root)) {
    const std::string name = file.stem();
    if (const auto fault = fault_of(name); !fault.empty())
      out.push_back(file.path + ": the file's name " + fault);
    if (!file.is_source()) continue;
    std::set<std::string> told;
    for (const Token& t : tokens_of(file.text)) {
      if (t.kind != Kind::Word) continue;
      const auto fault = fault_of(t.text);
      if (!fault.empty() && told.insert(t.text).second)
        out.push_back(at(file, t.line) + "'" + t.text + "' " + fault);
    }
  }
  return out;
}

TEST(Names, SayWhatTheyAre) { EXPECT_TRUE(none(check_names(source_root()))); }

TEST(Names, SeeEmptyWordsInFilesAndIdentifiers) {
  MadeTree tree;
  tree.write("lib/text/string_utils.h", "")
      .write("lib/text/text.cc",
             "// a helper and a manager in a comment\n"
             "std::string common_dir_of, InTheCommonDirectory, commonplace;\n"
             "int sqlite3_open_v2;\n"
             "const char* s = \"--git-completion-helper\";\n"
             "class PaneManager {};\n"
             "void path_helper();\n"
             "int kCommonOptions, kCommonOptions;\n"
             "struct StoreImpl {};\n"
             "void load_v2();\n"
             "int tip_new_, is_new, impl_data;\n");
  EXPECT_TRUE(are(
      check_names(tree.root()),
      {"string_utils.h: the file's name says 'utils'",
       "text.cc:5: 'PaneManager'", "text.cc:6: 'path_helper'",
       "text.cc:7: 'kCommonOptions' says 'Common'", "text.cc:8: 'StoreImpl'",
       "text.cc:9: 'load_v2'", "text.cc:10: 'tip_new_' ends in '_new'"}));
}

}  // namespace
}  // namespace orch::lint
