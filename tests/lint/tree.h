// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

// What every rule about the tree shares. A rule is a function of the root
// directory that returns its findings, so that it can also be run on a small
// tree that breaks it: a rule that cannot fail is a defect.
namespace orch::lint {

// "path:line: what is wrong", or "path: what is wrong".
using Findings = std::vector<std::string>;

struct File {
  std::string path;  // from the root, with slashes
  std::string text;

  bool is_source() const {
    return path.ends_with(".cc") || path.ends_with(".h");
  }
  bool is_below(std::string_view directory) const {
    return path.starts_with(directory);
  }
  // Of the part after the last slash, without its ending.
  std::string stem() const {
    return std::filesystem::path(path).stem().string();
  }
};

inline std::string at(const File& file, std::size_t line) {
  return file.path + ":" + std::to_string(line) + ": ";
}

// The entries "/name" and "/name/" of .gitignore, and git's own directory.
inline std::set<std::string> ignored_in(const std::string& root) {
  std::set<std::string> names = {".git"};
  std::ifstream in(root + "/.gitignore");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("/")) continue;
    line.erase(0, 1);
    if (line.ends_with("/")) line.pop_back();
    names.insert(line);
  }
  return names;
}

// Names in the root itself, sorted, without what git ignores.
inline std::vector<std::string> root_entries(const std::string& root) {
  const auto ignored = ignored_in(root);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    const std::string name = entry.path().filename().string();
    if (!ignored.contains(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// All text files, sorted by path.
inline std::vector<File> files_in(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<File> files;
  const auto add = [&](const fs::directory_entry& entry) {
    if (!entry.is_regular_file() || entry.is_symlink()) return;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.find('\0') != std::string::npos) return;
    files.push_back(
        {fs::relative(entry.path(), root).generic_string(), std::move(text)});
  };
  for (const std::string& name : root_entries(root)) {
    const fs::directory_entry entry(fs::path(root) / name);
    if (!entry.is_directory()) {
      add(entry);
      continue;
    }
    for (const auto& below : fs::recursive_directory_iterator(entry))
      add(below);
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

// The sources below any of `directories` (each ends in a slash).
inline std::vector<File> sources_in(
    const std::string& root, const std::vector<std::string>& directories) {
  std::vector<File> out;
  for (File& file : files_in(root))
    if (file.is_source() &&
        std::any_of(directories.begin(), directories.end(),
                    [&](const auto& d) { return file.is_below(d); }))
      out.push_back(std::move(file));
  return out;
}

// What is installed.
inline std::vector<File> product_sources(const std::string& root) {
  return sources_in(root, {"lib/", "hooks/", "git-orch/"});
}

inline std::vector<std::string> lines_of(std::string_view text) {
  auto lines = text::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// A small tree that breaks (or keeps) a rule; removed at the end.
class MadeTree {
 public:
  MadeTree() {
    const char* tmp = std::getenv("TMPDIR");
    root_ = std::string(tmp ? tmp : "/tmp") + "/orch-lint-XXXXXX";
    if (!::mkdtemp(root_.data())) throw std::runtime_error("no directory");
  }
  ~MadeTree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  MadeTree(const MadeTree&) = delete;
  MadeTree& operator=(const MadeTree&) = delete;

  MadeTree& write(const std::string& path, const std::string& text) {
    const auto full = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << text;
    return *this;
  }
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

inline const std::string& source_root() {
  static const std::string root = ORCH_SOURCE_DIR;
  return root;
}

inline ::testing::AssertionResult none(const Findings& findings) {
  if (findings.empty()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << text::count_of(findings.size(), "finding") << "\n"
         << text::join(findings, "\n");
}

// Whether the findings are exactly these: one part of each, in order.
inline ::testing::AssertionResult are(const Findings& findings,
                                      const std::vector<std::string>& parts) {
  bool same = findings.size() == parts.size();
  for (std::size_t i = 0; same && i < parts.size(); ++i)
    same = findings[i].find(parts[i]) != std::string::npos;
  if (same) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "found:\n"
                                       << text::join(findings, "\n");
}

}  // namespace orch::lint
