// SPDX-License-Identifier: MIT
#include "chain/chain.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <vector>

#include "chain/stub.h"
#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"

namespace orch::chain {
namespace {

constexpr std::string_view kOurTail = "/libexec/git-orch/hooks/";
constexpr std::string_view kOurDirectory = "/orch/hooks";
constexpr std::string_view kGuardDirectory = "/orch/guard";

std::string runnable(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0 && !file::is_directory(path) ? path
                                                                        : "";
}

int times(const std::string& text, const char* what) {
  int n = 0;
  for (const char* at = text.c_str(); (at = ::strcasestr(at, what)); ++at) ++n;
  return n;
}

// Our own include says nothing about the user's hooks.
bool mentions(const std::string& path) {
  const auto text = file::find_contents(path);
  return text && (::strcasestr(text->c_str(), "hookspath") ||
                  times(*text, "[include") > times(*text, kIncluded));
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Whether any scope beside the worktree's can have a value: reading a few small
// files costs a tenth of asking git.
bool can_be_set(const std::string& common_dir) {
  const std::string home = variable("HOME");
  std::string global = variable("XDG_CONFIG_HOME");
  global = (global.empty() ? home + "/.config" : global) + "/git/config";
  std::vector<std::string> files = {common_dir + "/config"};
  if (const std::string named = variable("GIT_CONFIG_GLOBAL"); !named.empty())
    files.push_back(named);
  else
    files.insert(files.end(), {home + "/.gitconfig", global});
  const std::string system = variable("GIT_CONFIG_SYSTEM");
  files.push_back(system.empty() ? "/etc/gitconfig" : system);
  for (const std::string& path : files)
    if (mentions(path)) return true;
  return false;
}

// The value that holds when the worktree's own scope is left out; git expands
// "~" and follows includes.
std::string next_scope(const std::string& common_dir) {
  if (!can_be_set(common_dir)) return "";
  const auto answer =
      process::run({.argv = {"git", "config", "--show-scope", "-z",
                             "--type=path", "--get-all", "core.hooksPath"}});
  std::string value, scope, rest = answer.output;
  for (std::size_t nul; (nul = rest.find('\0')) != std::string::npos;) {
    const std::string word = rest.substr(0, nul);
    rest = rest.substr(nul + 1);
    if (scope.empty()) {
      scope = word;
      continue;
    }
    if ((scope == "system" || scope == "global" || scope == "local") &&
        !is_directory_of_ours(common_dir, word))
      value = word;
    scope.clear();
  }
  return value;
}

std::string below(const std::string& directory, const std::string& event) {
  const std::string path = file::join(directory, event);
  return is_ours(path) ? runnable(beside(directory, event)) : runnable(path);
}

std::string find_scoped(const std::string& common_dir,
                        const std::string& event) {
  const std::string value = next_scope(common_dir);
  if (value.empty()) return below(common_dir + "/hooks", event);
  if (value.starts_with("/")) return below(value, event);
  // git runs hooks at the top of the worktree.
  const std::string here = file::join(file::current_directory(), value);
  if (file::is_directory(here)) return below(here, event);
  if (common_dir.ends_with("/.git"))
    return below(file::join(file::parent_of(common_dir), value), event);
  return "";
}

}  // namespace

bool answer_probe(const std::string& argv0, const std::string& event) {
  const char* path = std::getenv(kProbe);
  if (!path) return false;
  const file::Descriptor fd(
      ::open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return false;
  file::write_all(fd.get(), event + "\t" + argv0 + "\n", "the answer");
  return true;
}

std::string directory_in(const std::string& common_dir) {
  return common_dir + std::string(kOurDirectory);
}

std::string guard_directory_in(const std::string& common_dir) {
  return common_dir + std::string(kGuardDirectory);
}

bool is_directory_of_ours(const std::string& common_dir,
                          const std::string& hooks_path) {
  return hooks_path == directory_in(common_dir) ||
         hooks_path == guard_directory_in(common_dir);
}

bool is_ours(const std::string& path) {
  const auto program = program_of(path);
  return program && program->find(kOurTail) != std::string::npos;
}

std::string beside(const std::string& directory, std::string_view event) {
  return file::join(directory, std::string(event)) + ".orch-chained";
}

void become(const std::string& next, char** argv) {
  argv[0] = const_cast<char*>(next.c_str());
  ::execv(next.c_str(), argv);
  if (errno != ENOEXEC) return;
  // As git does it: a script without a first line that names its shell.
  std::vector<char*> words = {const_cast<char*>("/bin/sh")};
  for (; *argv; ++argv) words.push_back(*argv);
  words.push_back(nullptr);
  ::execv(words[0], words.data());
}

std::string find_next(const std::string& argv0, const std::string& event) {
  const std::string directory = file::parent_of(argv0);
  for (const std::string_view ours : {kOurDirectory, kGuardDirectory})
    if (directory.ends_with(ours))
      return find_scoped(directory.substr(0, directory.size() - ours.size()),
                         event);
  return runnable(beside(directory, event));
}

}  // namespace orch::chain
