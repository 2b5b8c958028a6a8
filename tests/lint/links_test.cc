// SPDX-License-Identifier: MIT
//
// Pages point at what is there: links between files and their headings, paths
// of the tree in code marks, and docs/ pages that sources name.
#include <cctype>

#include "tree.h"

namespace orch::lint {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTopDirectories = {
    "completions/", "docs/", "git-orch/",  "hooks/",
    "lib/",         "man/",  "templates/", "tests/"};

// A heading as the address of a link: lower case, blanks to dashes, the rest
// of the marks dropped.
std::string anchor_of(std::string_view heading) {
  std::string out;
  for (const char c : text::trim(heading)) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) || c == '-' || c == '_' || u >= 0x80)
      out += static_cast<char>(std::tolower(u));
    else if (c == ' ')
      out += '-';
  }
  return out;
}

bool has_heading(const std::string& markdown, const std::string& anchor) {
  for (const std::string& line : lines_of(markdown)) {
    const std::size_t text = line.find_first_not_of('#');
    if (text != 0 && text != std::string::npos &&
        anchor_of(line.substr(text)) == anchor)
      return true;
  }
  return false;
}

const File* find(const std::vector<File>& files, const std::string& path) {
  for (const File& file : files)
    if (file.path == path) return &file;
  return nullptr;
}

void check_link(const std::string& root, const std::vector<File>& files,
                const File& file, std::size_t line, const std::string& link,
                Findings& out) {
  if (link.empty() || link.find("://") != std::string::npos ||
      link.starts_with("mailto:"))
    return;
  const std::size_t hash = link.find('#');
  const std::string path = link.substr(0, hash);
  const std::string target = path.empty()
                                 ? file.path
                                 : (fs::path(file.path).parent_path() / path)
                                       .lexically_normal()
                                       .generic_string();
  if (target.starts_with("..") || !fs::exists(fs::path(root) / target)) {
    out.push_back(at(file, line) + "links to '" + link +
                  "', which is not there");
    return;
  }
  if (hash == std::string::npos) return;
  const File* page = find(files, target);
  if (!page || !has_heading(page->text, link.substr(hash + 1)))
    out.push_back(at(file, line) + "links to '" + link +
                  "', where no such heading is");
}

// What stands between `open` and `close`, each time, in one line.
std::vector<std::string> between(const std::string& line, std::string_view open,
                                 char close) {
  std::vector<std::string> out;
  std::size_t i = line.find(open);
  while (i != std::string::npos) {
    const std::size_t start = i + open.size();
    const std::size_t end = line.find(close, start);
    if (end == std::string::npos) break;
    out.push_back(line.substr(start, end - start));
    i = line.find(open, end + 1);
  }
  return out;
}

// `lib/x` in code marks; patterns and lists of choices are not looked up.
bool is_tree_path(const std::string& code) {
  return std::any_of(kTopDirectories.begin(), kTopDirectories.end(),
                     [&](const auto& d) { return code.starts_with(d); }) &&
         code.find_first_of("<>*{}$ …") == std::string::npos;
}

void check_page(const std::string& root, const std::vector<File>& files,
                const File& file, Findings& out) {
  bool in_block = false;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("```")) in_block = !in_block;
    if (in_block) continue;
    for (const std::string& link : between(lines[i], "](", ')'))
      check_link(root, files, file, i + 1, link, out);
    for (const std::string& code : between(lines[i], "`", '`'))
      if (is_tree_path(code) && !fs::exists(fs::path(root) / code))
        out.push_back(at(file, i + 1) + "names `" + code +
                      "`, which is not there");
  }
}

// "docs/….md" in a source.
void check_mentions(const std::vector<File>& files, const File& file,
                    Findings& out) {
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t start = lines[i].find("docs/");
    if (start == std::string::npos) continue;
    const std::size_t end = lines[i].find(".md", start);
    if (end == std::string::npos) continue;
    const std::string path = lines[i].substr(start, end + 3 - start);
    if (path.find_first_of(" <*\"`") == std::string::npos && !find(files, path))
      out.push_back(at(file, i + 1) + "names " + path + ", which is not there");
  }
}

// "git help orch-x": git asks for git-orch-x only where that is a command. The
// other pages are read with man.
void check_help(const std::vector<File>& files, const File& file,
                Findings& out) {
  constexpr std::string_view kHelp = "git help orch-";
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (std::size_t from = lines[i].find(kHelp); from != std::string::npos;
         from = lines[i].find(kHelp, from + 1)) {
      const std::size_t start = from + kHelp.size();
      const std::size_t end = std::min(
          lines[i].find_first_not_of("abcdefghijklmnopqrstuvwxyz-", start),
          lines[i].size());
      const std::string verb = lines[i].substr(start, end - start);
      if (!verb.empty() && !find(files, "git-orch/" + verb + ".cc"))
        out.push_back(at(file, i + 1) + "says 'git help orch-" + verb +
                      "', which git does not find");
    }
}

Findings check_links(const std::string& root) {
  const auto files = files_in(root);
  Findings out;
  for (const File& file : files) {
    if (!file.is_below("tests/lint/")) check_help(files, file, out);
    if (file.path.ends_with(".md")) check_page(root, files, file, out);
    // What is below layouts/ are the files of other repositories.
    else if (!file.is_below("tests/lint/") &&
             !file.is_below("tests/corpus/layouts/"))
      check_mentions(files, file, out);
  }
  return out;
}

TEST(Links, LeadSomewhere) { EXPECT_TRUE(none(check_links(source_root()))); }

TEST(Links, SeeWhatIsGone) {
  MadeTree tree;
  tree.write("README.md",
             "[a](docs/a.md) [b](docs/b.md) [c](https://example.org/x)\n"
             "[d](docs/a.md#two-words) [e](docs/a.md#three) `lib/x`\n"
             "`lib/gone.cc`, `lib/<m>/x.h`\n"
             "git help orch-x, git help orch-about\n"
             "```\n[f](gone.md)\n```\n")
      .write("docs/a.md",
             "# A\n\n## Two `words`\n\n[up](../README.md)\n"
             "[here](#a) [out](../../x.md)\n")
      .write("git-orch/x.cc", "")
      .write("lib/x/x.h", "// see docs/a.md\n// see docs/gone.md\n");
  EXPECT_TRUE(are(
      check_links(tree.root()),
      {"README.md:4: says 'git help orch-about'",
       "README.md:1: links to 'docs/b.md'",
       "README.md:2: links to 'docs/a.md#three'",
       "README.md:3: names `lib/gone.cc`", "docs/a.md:6: links to '../../x.md'",
       "lib/x/x.h:2: names docs/gone.md"}));
}

}  // namespace
}  // namespace orch::lint
