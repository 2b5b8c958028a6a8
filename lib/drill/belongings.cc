// SPDX-License-Identifier: MIT
#include "drill/belongings.h"

#include <array>

#include "file/file.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr char kConfiguration[] =
    "# a remark of the person's\n[alias]\n\tst = status --short\n"
    "[color]\n\tui = never\n";
constexpr char kHook[] = "#!/bin/sh\n# a hook of the person's\nexit 0\n";
// Beside one of ours, and alone.
constexpr std::array kHooks = {"post-commit", "post-checkout",
                               "applypatch-msg"};

// Where git keeps its own settings, and where the suite has some: a drill
// changes them, too.
bool is_a_persons(const std::string& key) {
  for (const char* section :
       {"core.", "extensions.", "hook.", "include.", "includeif.", "orch."})
    if (key.starts_with(section)) return false;
  return true;
}

std::string contents(const std::string& path) {
  return file::find_contents(path).value_or("(none)") + "\n";
}

std::string configuration_in(const Arena& arena) {
  const std::string path = arena.handle().common_dir + "/config";
  std::string out =
      contents(path).find(kConfiguration) == std::string::npos ? "" : "whole\n";
  for (const std::string& line : text::split_list(
           arena.git({"config", "--file", path, "--list"}).output, '\n'))
    if (is_a_persons(line)) out += line + "\n";
  return out;
}

// Under its own name, or behind ours.
std::string hooks_in(const std::string& directory) {
  std::string out;
  for (const std::string& name : file::names_in(directory))
    if (!name.ends_with(".sample"))
      if (contents(file::join(directory, name)) == std::string(kHook) + "\n")
        out += "hook " + name + "\n";
  return out;
}

}  // namespace

void furnish(const std::string& repository) {
  const std::string git_dir = repository + "/.git";
  file::write_atomically(git_dir + "/config",
                         contents(git_dir + "/config") + kConfiguration, 0644);
  file::make_directories(git_dir + "/hooks");
  for (const char* name : kHooks)
    file::write_atomically(git_dir + "/hooks/" + name, kHook, 0755);
}

void begin_work(const std::string& repository) {
  file::write_atomically(repository + "/draft.txt", "a draft of the person's\n",
                         0644);
  file::write_atomically(repository + "/part-1.txt", "changed, not committed\n",
                         0644);
}

std::string belongings_in(const Arena& arena) {
  const std::string top = arena.repository();
  std::string out;
  for (const char* name :
       {"draft.txt", "part-1.txt", "part-2.txt", "part-3.txt"})
    out += contents(file::join(top, name));
  out += arena.git({"status", "--porcelain", "--branch"}).output;
  out += arena.git({"rev-parse", "HEAD"}).output;
  out += configuration_in(arena);
  out += hooks_in(arena.handle().common_dir + "/hooks");
  return out + contents(arena.home() + "/.gitconfig");
}

}  // namespace orch::drill
