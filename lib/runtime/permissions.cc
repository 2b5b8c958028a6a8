// SPDX-License-Identifier: MIT
#include "runtime/permissions.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "text/text.h"

namespace orch::runtime {
namespace {

using Words = std::vector<std::string>;

// The last part of a path, without what a package manager puts behind a name.
std::string program_of(const std::string& word) {
  std::string name = word.substr(word.rfind('/') + 1);
  if (const std::size_t at = name.find('@', 1); at != std::string::npos)
    name.resize(at);
  for (const std::string_view end : {".js", ".mjs", ".cmd", ".exe"})
    if (name.ends_with(end)) name.resize(name.size() - end.size());
  return name;
}

// The value of `flag` at `i`: behind "=", or the next word.
std::string value_at(const Words& words, std::size_t i, std::string_view flag) {
  const std::string& word = words[i];
  if (word == flag) return i + 1 < words.size() ? words[i + 1] : "";
  if (word.starts_with(flag) && word[flag.size()] == '=')
    return word.substr(flag.size() + 1);
  return "";
}

// "--yolo", and "--yolo=true".
bool is_on(const Words& words, std::size_t i, std::string_view flag) {
  return words[i] == flag || words[i] == std::string(flag) + "=true";
}

// "-y", also in "-dy"; `all` are the letters that take no value.
bool has_letter(const std::string& word, char letter, std::string_view all) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
         word.find_first_not_of(all, 1) == std::string::npos &&
         word.find(letter, 1) != std::string::npos;
}

bool claude(const Words& words, std::size_t i) {
  return is_on(words, i, "--dangerously-skip-permissions") ||
         value_at(words, i, "--permission-mode") == "bypassPermissions" ||
         value_at(words, i, "--settings").find("bypassPermissions") !=
             std::string::npos;
}

// "sandbox_mode = "x"" of -c as sandbox_mode and x.
bool codex_setting(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) return false;
  const auto key = text::trim(std::string_view(setting).substr(0, equals));
  auto value = text::trim(std::string_view(setting).substr(equals + 1));
  if (value.size() > 1 && (value[0] == '"' || value[0] == '\''))
    value = value.substr(1, value.size() - 2);
  return (key == "sandbox_mode" && value == "danger-full-access") ||
         (key == "default_permissions" && value.starts_with(":danger"));
}

bool codex(const Words& words, std::size_t i) {
  constexpr std::string_view kAll = "danger-full-access";
  const std::string& word = words[i];
  if (word == "--dangerously-bypass-approvals-and-sandbox" ||
      word == "--yolo" || value_at(words, i, "--sandbox") == kAll ||
      value_at(words, i, "-s") == kAll || word == "-s" + std::string(kAll))
    return true;
  if (word.starts_with("-c") && word.size() > 2 &&
      codex_setting(word.substr(2)))
    return true;
  return codex_setting(value_at(words, i, "-c")) ||
         codex_setting(value_at(words, i, "--config"));
}

bool gemini(const Words& words, std::size_t i) {
  return is_on(words, i, "--yolo") || is_on(words, i, "-y") ||
         has_letter(words[i], 'y', "dsylh") ||
         value_at(words, i, "--approval-mode") == "yolo" ||
         value_at(words, i, "--approvalMode") == "yolo";
}

bool opencode(const Words& words, std::size_t i) {
  return is_on(words, i, "--auto") || is_on(words, i, "--yolo") ||
         is_on(words, i, "--dangerously-skip-permissions");
}

struct Cli {
  std::vector<std::string> names;
  bool (*skips)(const Words&, std::size_t);
};
const std::vector<Cli>& clis() {
  static const std::vector<Cli> kClis = {
      {{"claude", "claude-code"}, claude},
      {{"codex"}, codex},
      {{"gemini", "gemini-cli"}, gemini},
      {{"opencode", "opencode-ai"}, opencode}};
  return kClis;
}

const Cli* find_cli(const std::string& word) {
  const std::string name = program_of(word);
  for (const Cli& cli : clis())
    if (std::find(cli.names.begin(), cli.names.end(), name) != cli.names.end())
      return &cli;
  return nullptr;
}

// What `sh -c` is given, roughly: blanks part words, quotes are left out.
Words words_of_script(const std::string& script) {
  std::string flat;
  for (const char c : script)
    if (c == '\n' || c == '\t' || c == ';' || c == '&' || c == '|')
      flat += ' ';
    else if (c != '\'' && c != '"')
      flat += c;
  return text::split_list(flat, ' ');
}

}  // namespace

bool skips_permissions(const Words& argv) {
  static const Words kShells = {"sh", "bash", "dash", "zsh", "ksh"};
  if (argv.size() > 2 && std::find(kShells.begin(), kShells.end(),
                                   program_of(argv[0])) != kShells.end())
    for (std::size_t i = 1; i + 1 < argv.size(); ++i)
      if (argv[i].starts_with('-') && argv[i].ends_with('c'))
        return skips_permissions(words_of_script(argv[i + 1]));
  const Cli* cli = nullptr;
  std::size_t first = 0;
  for (std::size_t i = 0; i < argv.size() && !cli; ++i)
    if ((cli = find_cli(argv[i]))) first = i + 1;
  for (std::size_t i = first; i < argv.size() && argv[i] != "--"; ++i) {
    if (cli && cli->skips(argv, i)) return true;
    if (!cli)
      for (const Cli& any : clis())
        if (any.skips(argv, i)) return true;
  }
  return false;
}

}  // namespace orch::runtime
