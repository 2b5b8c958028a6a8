// SPDX-License-Identifier: MIT
//
// Each thing outside has one door: a library, SQL, another program, tmux.
#include "cpp.h"
#include "tree.h"

namespace orch::lint {
namespace {

struct Wall {
  std::string_view what;              // how a header's name starts
  std::vector<std::string_view> may;  // paths, or directories with /
};

const std::vector<Wall> kHeaders = {
    {"<git2", {"lib/git/"}},
    {"<sqlite3.h>", {"lib/store/database.cc", "lib/store/query.cc"}},
    {"<spdlog/", {"lib/log/"}},
    {"<yaml-cpp/", {"lib/yaml/node.cc"}},
    {"<nlohmann/", {"lib/json/value.cc"}},
    {"<boost/", {"lib/cli/invocation.cc", "lib/http/"}},
    {"<date/", {"lib/zone/"}},
    {"<expat", {"lib/testreport/junit.cc"}},
};

struct Call {
  std::set<std::string> names;
  std::vector<std::string_view> may;
};

const std::vector<Call> kCalls = {
    {{"fork", "vfork"},
     {"lib/process/", "git-orch/-launch.cc", "git-orch/-sandbox.cc"}},
    {{"posix_spawn", "posix_spawnp", "execve", "fexecve", "execle"},
     {"lib/process/", "hooks/stub.h"}},
    // The user's own hook behind ours; a verb behind the front; the agent
    // behind its launcher.
    {{"execv"},
     {"lib/process/", "lib/chain/", "git-orch/orch.cc", "git-orch/-launch.cc"}},
    // A verb of somebody else on PATH; tmux for `agent attach`; bwrap.
    {{"execvp"},
     {"lib/process/", "git-orch/orch.cc", "git-orch/agent.cc",
      "git-orch/-sandbox.cc"}},
    // man, for --help.
    {{"execlp", "execl", "execvpe"}, {"lib/cli/main.cc"}},
    {{"system", "popen"}, {"lib/zone/"}},
    // A number that is not one process's is everybody's. The latter only asks.
    {{"kill", "killpg"}, {"lib/process/", "lib/file/file.cc"}},
};

// `tmux` as a program, and as the name of a check, of a runtime's key or of
// a type of sink.
const std::vector<std::string_view> kMaySayTmux = {
    "lib/tmux/", "lib/doctor/tools.cc", "lib/runtime/parts.cc",
    "lib/notice/sink.cc", "git-orch/runtime.cc"};

// A user's hook without a first line that names its shell runs as under git; a
// role's set-up commands and gates are lines for a shell. The last two only
// look for one in what somebody else runs.
const std::vector<std::string_view> kMayNameAShell = {
    "lib/chain/chain.cc",         "hooks/stub.cc",
    "lib/furnishing/commands.cc", "lib/gate/gate.cc",
    "lib/permission/shell.cc",    "lib/runtime/permissions.cc"};

bool is_among(const File& file, const std::vector<std::string_view>& places) {
  return std::any_of(places.begin(), places.end(), [&](std::string_view p) {
    return p.ends_with('/') ? file.is_below(p) : file.path == p;
  });
}

bool is_sql(std::string_view text) {
  const auto has = [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  return has("SELECT ") || has("INSERT ") || has("DELETE FROM ") ||
         has("CREATE TABLE ") || has("BEGIN IMMEDIATE") || has("PRAGMA ") ||
         (has("UPDATE ") && has(" SET "));
}

bool is_shell(std::string_view text) {
  return text == "sh" || text == "bash" || text.ends_with("bin/sh") ||
         text.ends_with("bin/bash") ||
         text.find("sh -c") != std::string_view::npos;
}

void check_string(const File& file, const Token& t, Findings& out) {
  if (is_sql(t.text) && !file.is_below("lib/store/"))
    out.push_back(at(file, t.line) + "has SQL outside lib/store");
  if (is_shell(t.text) && !is_among(file, kMayNameAShell))
    out.push_back(at(file, t.line) + "names a shell");
  if (t.text == "tmux" && !is_among(file, kMaySayTmux))
    out.push_back(at(file, t.line) + "names tmux outside lib/tmux");
}

void check_include(const File& file, const Token& t, Findings& out) {
  for (const Wall& wall : kHeaders)
    if (t.text.starts_with(wall.what) && !is_among(file, wall.may))
      out.push_back(at(file, t.line) + "includes " + t.text +
                    " outside its door");
}

void check_call(const File& file, const std::string& name, std::size_t line,
                Findings& out) {
  for (const Call& call : kCalls)
    if (call.names.contains(name) && !is_among(file, call.may))
      out.push_back(at(file, line) + "calls " + name + " outside lib/process");
  if (name.starts_with("sqlite3_") && !file.is_below("lib/store/database.") &&
      !file.is_below("lib/store/query."))
    out.push_back(at(file, line) + "calls " + name +
                  " outside lib/store/database.cc");
}

Findings check_doors(const std::string& root) {
  Findings out;
  for (const File& file : product_sources(root)) {
    const std::vector<Token> code = code_of(file.text);
    for (std::size_t i = 0; i < code.size(); ++i) {
      const Token& t = code[i];
      if (t.kind == Kind::String) check_string(file, t, out);
      if (t.kind == Kind::Include) check_include(file, t, out);
      const bool called =
          t.kind == Kind::Word && i + 1 < code.size() && code[i + 1].is('(');
      const bool of_an_object = i > 0 && code[i - 1].is('.');
      // zone::system() gives the machine's time zones.
      const bool of_zones = i > 2 && code[i - 1].is(':') &&
                            code[i - 2].is(':') && code[i - 3].text == "zone";
      if (called && !of_an_object && !of_zones)
        check_call(file, t.text, t.line, out);
    }
  }
  return out;
}

TEST(Doors, AreTheOnlyWays) { EXPECT_TRUE(none(check_doors(source_root()))); }

TEST(Doors, SeeEveryOtherWay) {
  MadeTree tree;
  tree.write("lib/agent/agent.cc",
             "#include <git2.h>\n"
             "#include <sqlite3.h>\n"
             "#include <spdlog/spdlog.h>\n"
             "#include <yaml-cpp/yaml.h>\n"
             "#include <nlohmann/json.hpp>\n"
             "#include <boost/process.hpp>\n"
             "// fork(), system(\"SELECT 1\"), \"tmux\" in a comment\n"
             "auto a = query(\"SELECT 1\");\n"
             "auto b = query(\"UPDATE t \"\n"
             "               \"SET x = 1\");\n"
             "auto c = ::fork();\n"
             "auto d = std::system(\"ls\");\n"
             "auto e = popen(\"ls\", \"r\");\n"
             "auto f = run({\"sh\", \"-c\", x});\n"
             "auto g = run({\"tmux\", \"-V\"});\n"
             "auto h = check.system() + file_system(1);\n"
             "auto i = \"please UPDATE the tmux SET-up\";\n"
             "auto j = sqlite3_step(s);\n")
      .write("lib/store/database.cc",
             "#include <sqlite3.h>\nauto x = sqlite3_open(\"SELECT 1\");\n")
      .write("git-orch/agent.cc", "int x = ::execvp(a, b) + execv(a, b);\n")
      .write("tests/unit/x_test.cc", "auto a = query(\"SELECT 1\");\n");
  EXPECT_TRUE(
      are(check_doors(tree.root()),
          {"git-orch/agent.cc:1: calls execv outside",
           "agent.cc:1: includes <git2.h>", "agent.cc:2: includes <sqlite3.h>",
           "agent.cc:3: includes <spdlog/spdlog.h>",
           "agent.cc:4: includes <yaml-cpp/yaml.h>",
           "agent.cc:5: includes <nlohmann/json.hpp>",
           "agent.cc:6: includes <boost/process.hpp>", "agent.cc:8: has SQL",
           "agent.cc:9: has SQL", "agent.cc:11: calls fork",
           "agent.cc:12: calls system", "agent.cc:13: calls popen",
           "agent.cc:14: names a shell", "agent.cc:15: names tmux",
           "agent.cc:18: calls sqlite3_step"}));
}

}  // namespace
}  // namespace orch::lint
