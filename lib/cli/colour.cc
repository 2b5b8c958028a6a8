// SPDX-License-Identifier: MIT
#include "cli/colour.h"

#include <strings.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "error/error.h"
#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"

namespace orch::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int times(const std::string& text, const char* word) {
  int n = 0;
  for (const char* at = text.c_str(); (at = ::strcasestr(at, word)); ++at) ++n;
  return n;
}

// Whether a colour is set in these lines, or in a file that they include. What
// we include ourselves says nothing of colours.
bool mentions(const std::string& text) {
  return times(text, "color") > 0 ||
         times(text, "[include") > times(text, "orch-worktrees.config") +
                                       times(text, "orch-guard.config");
}

// Whether git has to be asked: somebody has set a colour, or may have. Reading
// a few small files costs a tenth of asking.
bool may_be_set() {
  if (!variable("GIT_CONFIG_COUNT").empty() ||
      mentions(variable("GIT_CONFIG_PARAMETERS")))
    return true;
  const std::string home = variable("HOME");
  std::string global = variable("XDG_CONFIG_HOME");
  global = (global.empty() ? home + "/.config" : global) + "/git/config";
  std::vector<std::string> files = {home + "/.gitconfig", global};
  if (const std::string named = variable("GIT_CONFIG_GLOBAL"); !named.empty())
    files = {named};
  const std::string system = variable("GIT_CONFIG_SYSTEM");
  files.push_back(system.empty() ? "/etc/gitconfig" : system);
  if (const auto here = repository::find(file::current_directory()))
    files.push_back(here->common_dir + "/config");
  for (const std::string& path : files) {
    const auto text = file::find_contents(path);
    if (text && mentions(*text)) return true;
  }
  return false;
}

bool git_says(bool terminal) {
  const auto answer =
      process::run({.argv = {"git", "config", "--get-colorbool", "color.orch",
                             terminal ? "true" : "false"},
                    .timeout_ms = 5000});
  return answer.ok() && answer.output.starts_with("true");
}

}  // namespace

bool wants_colour() {
  if (!variable("NO_COLOR").empty()) return false;
  const std::string term = variable("TERM");
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  try {
    if (may_be_set()) return git_says(terminal);
  } catch (const Error&) {
    // A file that cannot be read: as if nothing were set.
  }
  return terminal && !term.empty() && term != "dumb";
}

}  // namespace orch::cli
