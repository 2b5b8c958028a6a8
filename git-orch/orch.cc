// SPDX-License-Identifier: MIT
//
// git-orch: finds git-orch-<verb> beside itself, else on PATH, and becomes it.
// Links nothing that it does not need: it is paid for by every call.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "board/kept.h"
#include "broker/broker.h"
#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"
#include "text/text.h"

namespace {

constexpr char kPrefix[] = "git-orch-";

const std::array<const char*, 7> kGroups = {"set up a repository",
                                            "run a feature",
                                            "start, watch and talk to agents",
                                            "follow the work",
                                            "read and keep events",
                                            "let time pass",
                                            "see what goes on, and be told"};

std::string own_directory() {
  return orch::file::parent_of(orch::file::own_program());
}

bool is_verb_program(const std::string& name) {
  return name.starts_with(kPrefix) && !name.starts_with("git-orch--");
}

// Verbs beside us, then those that others put on PATH.
std::map<std::string, std::string> find_verbs() {
  std::map<std::string, std::string> verbs;
  std::vector<std::string> directories = {own_directory()};
  if (const char* path = std::getenv("PATH"))
    for (const std::string& d : orch::text::split_list(path, ':'))
      directories.push_back(d);
  for (const std::string& directory : directories) {
    for (const std::string& name : orch::file::names_in(directory)) {
      if (!is_verb_program(name)) continue;
      const std::string program = orch::file::join(directory, name);
      if (::access(program.c_str(), X_OK) == 0)
        verbs.emplace(name.substr(sizeof kPrefix - 1), program);
    }
  }
  return verbs;
}

std::string list_of_verbs() {
  const auto verbs = find_verbs();
  std::vector<orch::process::Program> asks;
  for (const auto& [verb, program] : verbs)
    asks.push_back({.argv = {program, "--orch-summary"}, .timeout_ms = 2000});
  const auto answers = orch::process::run_all(asks, 8);
  std::map<std::size_t, std::string> sections;
  std::size_t i = 0;
  for (const auto& [verb, program] : verbs) {
    const std::string& answer = answers[i++].output;
    const std::size_t tab = answer.find('\t');
    std::size_t group = kGroups.size();
    std::string summary;
    if (tab != std::string::npos) {
      group = std::strtoul(answer.c_str(), nullptr, 10);
      summary = orch::text::trim(answer.substr(tab + 1));
    }
    if (group > kGroups.size()) continue;  // internal
    std::string line = "   " + verb;
    line.resize(std::max<std::size_t>(line.size() + 1, 20), ' ');
    sections[group] += line + summary + "\n";
  }
  std::string out;
  for (const auto& [group, lines] : sections)
    out += "\n" +
           std::string(group < kGroups.size() ? kGroups[group]
                                              : "from elsewhere on PATH") +
           "\n" + lines;
  return out;
}

std::string usage() {
  return "usage: git orch <verb> [<args>]\n"
         "   or: git orch --version\n\n"
         "    run a team of coding agents on one repository\n" +
         list_of_verbs() +
         "\n'git orch <verb> -h' shows a summary, 'git help orch-<verb>' the "
         "manual page;\n'man git-orch-tutorial' goes through a first "
         "feature.\n";
}

int print_completion_words() {
  for (const auto& [verb, program] : find_verbs())
    std::printf("%s ", verb.c_str());
  std::puts("");
  return orch::kDone;
}

// For the completions of shells; see git-orch/-complete.cc.
int complete(char** argv) {
  const std::string program =
      orch::file::join(orch::file::parent_of(own_directory()),
                       "libexec/git-orch/git-orch--complete");
  argv[1] = const_cast<char*>(program.c_str());
  ::execv(program.c_str(), argv + 1);
  return orch::kFatal;
}

int unknown(const std::string& verb) {
  std::vector<std::string> names;
  for (const auto& [name, program] : find_verbs()) names.push_back(name);
  std::fprintf(stderr, "error: '%s' is not a git orch verb\n",
               orch::text::printable(verb).c_str());
  const std::string near = orch::text::nearest(verb, names);
  std::fprintf(stderr, "hint: %s\n",
               near.empty()
                   ? "git orch -h lists them"
                   : ("did you mean 'git orch " + near + "'?").c_str());
  return orch::kUsage;
}

// Most looks find that nothing has changed: no program is started for them.
bool answer_status(const std::vector<std::string>& args) {
  const auto form = orch::board::form_of(args);
  if (!form) return false;
  try {
    const auto repository = orch::repository::require();
    return !orch::broker::is_behind(repository) &&
           orch::board::print_kept(repository, *form);
  } catch (const orch::Error&) {
    return false;  // the verb says it better
  }
}

int run(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "-h" || verb == "--help" || verb == "help") {
    std::fputs(usage().c_str(), stdout);
    return orch::kDone;
  }
  if (verb == "--version") {
    std::printf("git orch version %s\n", ORCH_VERSION);
    return orch::kDone;
  }
  if (verb == "--git-completion-helper") return print_completion_words();
  if (verb == "--complete") return complete(argv);
  if (verb.empty()) {
    std::fputs(usage().c_str(), stderr);
    return orch::kUsage;
  }
  const bool plain =
      verb.find('/') == std::string::npos && !verb.starts_with("-");
  if (verb == "status" && answer_status({argv + 2, argv + argc}))
    return orch::kDone;
  if (plain) {
    const std::string name = kPrefix + verb;
    const std::string sibling = orch::file::join(own_directory(), name);
    argv[1] = const_cast<char*>(name.c_str());
    ::execv(sibling.c_str(), argv + 1);
    ::execvp(name.c_str(), argv + 1);
  }
  return unknown(verb);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return orch::cli::end_answer(run(argc, argv));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "fatal: %s\n", e.what());
    return orch::kFatal;
  }
}
