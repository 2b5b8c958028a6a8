// SPDX-License-Identifier: MIT
//
// A module includes what lib/CMakeLists.txt lets it see, storey by storey.
#include "cpp.h"
#include "modules.h"

namespace orch::lint {
namespace {

// Who may stand on whom.
const std::map<std::string, std::set<std::string>> kMayUse = {
    {"pure", {"pure"}},
    {"doors", {"pure", "doors"}},
    {"services", {"pure", "doors", "services"}},
    {"command line", {"pure", "doors", "command line"}},
};

// Headers and calls by which a clock, a file, a process or the environment
// comes in; a pure module has none of them.
const std::set<std::string> kOutside = {
    "<chrono>",  "<dirent.h>", "<fcntl.h>",  "<filesystem>",
    "<fstream>", "<poll.h>",   "<random>",   "<signal.h>",
    "<thread>",  "<unistd.h>", "<stdlib.h>", "<mutex>",
};
const std::set<std::string> kOutsideCalls = {
    "getenv", "setenv", "clock_gettime", "gettimeofday",
    "fopen",  "printf", "fprintf",       "getrandom",
};

// "git/merge.h" gives git; empty for a header of the same directory.
std::string module_of_include(const std::string& include) {
  if (!include.starts_with("\"")) return "";
  const std::size_t slash = include.find('/');
  if (slash == std::string::npos) return "";
  return include.substr(1, slash - 1);
}

void check_table(const Modules& modules, Findings& out) {
  const std::string file = "lib/CMakeLists.txt: ";
  for (const auto& [name, m] : modules) {
    if (m.storey.empty())
      out.push_back(file + name + " stands under no storey");
    if (m.reach.contains(name))
      out.push_back(file + name + " depends on itself");
    for (const std::string& dep : m.deps) {
      const auto it = modules.find(dep);
      if (it == modules.end()) {
        out.push_back(file + name + " depends on " + dep +
                      ", which is no module");
        continue;
      }
      const auto may = kMayUse.find(m.storey);
      if (may != kMayUse.end() && !may->second.contains(it->second.storey))
        out.push_back(file + name + " (" + m.storey + ") depends on " + dep +
                      " (" + it->second.storey + ")");
      if (dep == "web")
        out.push_back(file + name + " depends on web, which nobody may");
    }
  }
}

void check_file(const File& file, const Module& module, Findings& out) {
  const std::vector<Token> code = code_of(file.text);
  for (std::size_t i = 0; i < code.size(); ++i) {
    const Token& t = code[i];
    if (t.kind == Kind::Include) {
      const std::string used = module_of_include(t.text);
      if (!used.empty() && used != module.name && !module.reach.contains(used))
        out.push_back(at(file, t.line) + "includes " + t.text +
                      ", but the DEPS of " + module.name + " do not lead to " +
                      used);
      if (module.storey == "pure" &&
          (kOutside.contains(t.text) || t.text.starts_with("<sys/")))
        out.push_back(at(file, t.line) + "includes " + t.text + " in " +
                      module.name + ", which is pure");
    }
    if (module.storey == "pure" && t.kind == Kind::Word &&
        kOutsideCalls.contains(t.text) && i + 1 < code.size() &&
        code[i + 1].is('('))
      out.push_back(at(file, t.line) + "calls " + t.text + " in " +
                    module.name + ", which is pure");
  }
}

Findings check_layering(const std::string& root) {
  const Modules modules = modules_in(root);
  Findings out;
  if (modules.empty()) out.emplace_back("lib/CMakeLists.txt: has no table");
  check_table(modules, out);
  std::set<std::string> unknown;
  for (const File& file : sources_in(root, {"lib/"})) {
    const std::string name = file.path.substr(4, file.path.find('/', 4) - 4);
    const auto it = modules.find(name);
    if (it == modules.end()) {
      if (unknown.insert(name).second)
        out.push_back("lib/" + name + ": is not in lib/CMakeLists.txt");
      continue;
    }
    check_file(file, it->second, out);
  }
  return out;
}

TEST(Layering, IsWhatTheTableSays) {
  EXPECT_TRUE(none(check_layering(source_root())));
}

TEST(Layering, SeesEachKindOfBreach) {
  MadeTree tree;
  tree.write("lib/CMakeLists.txt",
             "# pure: values\norch_module(error)\n"
             "orch_module(text DEPS error)\norch_module(role DEPS git)\n"
             "# doors: one thing outside\norch_module(file DEPS error)\n"
             "orch_module(git DEPS file LINK x\n            y)\n"
             "# services: decide\norch_module(agent DEPS git cli)\n"
             "# the command line: in\norch_module(cli DEPS text nothing)\n")
      .write("lib/git/git.cc",
             "#include \"git/git.h\"\n#include \"error/error.h\"\n"
             "// #include \"agent/agent.h\"\n#include \"text/text.h\"\n")
      .write("lib/text/text.cc",
             "#include <unistd.h>\nchar* p = getenv(\"X\");\n")
      .write("lib/stray/stray.h", "");
  EXPECT_TRUE(are(check_layering(tree.root()),
                  {"agent (services) depends on cli (command line)",
                   "cli depends on nothing, which is no module",
                   "role (pure) depends on git (doors)",
                   "lib/git/git.cc:4: includes \"text/text.h\"",
                   "lib/stray: is not in lib/CMakeLists.txt",
                   "lib/text/text.cc:1: includes <unistd.h>",
                   "lib/text/text.cc:2: calls getenv"}));
}

}  // namespace
}  // namespace orch::lint
