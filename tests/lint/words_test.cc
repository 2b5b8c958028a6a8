// SPDX-License-Identifier: MIT
//
// What stays out of every text: notes to oneself, hosts of registries, paths
// of one machine.
#include <cctype>

#include "tree.h"

namespace orch::lint {
namespace {

// This file has to name them.
constexpr std::string_view kOwnPath = "tests/lint/words_test.cc";

const std::vector<std::string> kNotes = {"TODO", "FIXME", "XXX", "HACK"};
const std::vector<std::string> kHosts = {
    "crates.io", "pypi.org",  "npmjs.",       "registry.",      "proxy.golang.",
    "ghcr.io",   "docker.io", "rubygems.org", "deb.debian.org", "conan.io",
};
const std::vector<std::string> kPaths = {"/work", "/home", "/root", "/Users",
                                         "/mnt"};
// The person in the examples of the manual pages.
constexpr std::string_view kExamplePerson = "/home/ann";

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
  std::size_t i = line.find(word);
  for (; i != std::string_view::npos; i = line.find(word, i + 1)) {
    const std::size_t end = i + word.size();
    if ((i == 0 || !in_word(line[i - 1])) &&
        (end == line.size() || !in_word(line[end])))
      return true;
  }
  return false;
}

// An absolute path: nothing that could be its parent stands before it. Behind
// a quote, "/x" is mostly the tail of a joined path; "/x/y" is not.
bool has_path(std::string_view line, std::string_view path) {
  constexpr std::string_view kBefore = " \t:=('`";
  std::size_t i = line.find(path);
  for (; i != std::string_view::npos; i = line.find(path, i + 1)) {
    const std::string_view rest = line.substr(i + path.size());
    if (line.substr(i).starts_with(kExamplePerson)) continue;
    const char before = i == 0 ? ' ' : line[i - 1];
    const bool ends = rest.empty() || !in_word(rest[0]);
    if (kBefore.find(before) != std::string_view::npos && ends) return true;
    if (before == '"' && rest.starts_with('/')) return true;
  }
  return false;
}

void check_line(const std::string& line, const std::string& where,
                Findings& out) {
  for (const std::string& note : kNotes)
    if (has_word(line, note)) out.push_back(where + "has a " + note);
  for (const std::string& host : kHosts)
    if (line.find(host) != std::string::npos)
      out.push_back(where + "names the host " + host);
  for (const std::string& path : kPaths)
    if (has_path(line, path))
      out.push_back(where + "has the machine's path " + path);
}

Findings check_words(const std::string& root) {
  Findings out;
  for (const File& file : files_in(root)) {
    if (file.path == kOwnPath) continue;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i)
      check_line(lines[i], at(file, i + 1), out);
  }
  return out;
}

TEST(Words, AreFitForEveryReader) {
  EXPECT_TRUE(none(check_words(source_root())));
}

TEST(Words, SeeEachOfThem) {
  MadeTree tree;
  tree.write("a.cc",
             "// TODO: later\n"
             "char p[] = \"/tmp/x-XXXXXX\";\n"
             "int MASTODON;\n"
             "// fetch from https://crates.io/x\n"
             "auto x = root + \"/home\";\n"
             "auto y = \"/home/ada/x\";\n")
      .write("b.md",
             "see /work/main, in feature/work and `/root`, not\t/home/ann/x\n");
  EXPECT_TRUE(are(check_words(tree.root()),
                  {"a.cc:1: has a TODO", "a.cc:4: names the host crates.io",
                   "a.cc:6: has the machine's path /home",
                   "b.md:1: has the machine's path /work",
                   "b.md:1: has the machine's path /root"}));
}

}  // namespace
}  // namespace orch::lint
