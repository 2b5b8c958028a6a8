// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tree.h"

// The table in lib/CMakeLists.txt: who may include whom, and the storey that
// the comment above a group of modules names.
namespace orch::lint {

struct Module {
  std::string name;
  std::string storey;  // pure, doors, services, command line; or empty
  std::vector<std::string> deps;
  std::set<std::string> reach;  // deps and theirs
};

using Modules = std::map<std::string, Module>;

inline std::string storey_of_comment(const std::string& line) {
  if (line.starts_with("# pure")) return "pure";
  if (line.starts_with("# doors")) return "doors";
  if (line.starts_with("# services")) return "services";
  if (line.starts_with("# the command line")) return "command line";
  return "";
}

// "name DEPS a b LINK c"
inline Module parse_module(const std::string& call) {
  Module m;
  bool in_deps = false;
  std::string flat = call;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  for (const std::string& word : text::split_list(flat, ' ')) {
    if (m.name.empty())
      m.name = word;
    else if (word == "DEPS" || word == "LINK")
      in_deps = word == "DEPS";
    else if (in_deps)
      m.deps.push_back(word);
  }
  return m;
}

inline Modules modules_of(const std::string& cmake) {
  Modules modules;
  std::string storey, call;
  bool open = false;
  for (const std::string& line : lines_of(cmake)) {
    constexpr std::string_view kCall = "orch_module(";
    if (const auto s = storey_of_comment(line); !s.empty()) storey = s;
    if (line.starts_with(kCall)) {
      open = true;
      call = line.substr(kCall.size());
    } else if (open) {
      call += "\n" + line;
    }
    const std::size_t end = call.find(')');
    if (!open || end == std::string::npos) continue;
    Module m = parse_module(call.substr(0, end));
    m.storey = storey;
    modules[m.name] = m;
    open = false;
  }
  // Reach grows until nothing is new.
  for (bool grown = true; grown;) {
    grown = false;
    for (auto& [name, m] : modules) {
      const std::size_t before = m.reach.size();
      for (const std::string& dep : m.deps) {
        m.reach.insert(dep);
        const auto it = modules.find(dep);
        if (it == modules.end()) continue;
        const std::set<std::string> theirs = it->second.reach;
        m.reach.insert(theirs.begin(), theirs.end());
      }
      grown = grown || m.reach.size() != before;
    }
  }
  return modules;
}

inline Modules modules_in(const std::string& root) {
  for (const File& file : files_in(root))
    if (file.path == "lib/CMakeLists.txt") return modules_of(file.text);
  return {};
}

}  // namespace orch::lint
