// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cpp.h"
#include "tree.h"

// What git-orch/<verb>.cc declares in its `kCommand`, read from the source.
namespace orch::lint {

struct DeclaredOption {
  std::string name;
  std::string short_name;  // one character, or empty
  std::string help;
  std::size_t line = 0;
};

struct DeclaredCommand {
  File file;
  std::string summary;
  std::size_t line = 0;
  std::vector<DeclaredOption> options;

  std::string verb() const { return file.stem(); }
};

// The verbs: no internal programs ("-launch"), not the front ("orch").
inline std::vector<File> verb_files(const std::string& root) {
  std::vector<File> out;
  for (File& file : sources_in(root, {"git-orch/"}))
    if (file.path.ends_with(".cc") && !file.stem().starts_with("-") &&
        file.stem() != "orch")
      out.push_back(std::move(file));
  return out;
}

// One `{"name", 'n', Arity::One, "value", "help"}`; `i` stands at its brace
// and is left behind it.
inline DeclaredOption read_option(const std::vector<Token>& code,
                                  std::size_t* i) {
  DeclaredOption option;
  option.line = code[*i].line;
  int depth = 0;
  std::size_t field = 0;
  for (; *i < code.size(); ++*i) {
    const Token& t = code[*i];
    if (t.is('{')) ++depth;
    if (t.is('}') && --depth == 0) break;
    if (depth == 1 && t.is(',')) ++field;
    if (depth != 1) continue;
    if (field == 0 && t.kind == Kind::String) option.name = t.text;
    if (field == 1 && t.kind == Kind::Char) option.short_name = t.text;
    if (field == 4 && t.kind == Kind::String) option.help = t.text;
  }
  if (*i < code.size()) ++*i;
  return option;
}

inline DeclaredCommand read_command(File file) {
  DeclaredCommand command{.file = std::move(file)};
  const std::vector<Token> code = code_of(command.file.text);
  for (std::size_t i = 0; i + 3 < code.size(); ++i) {
    if (!code[i].is('.') || !code[i + 2].is('=')) continue;
    if (code[i + 1].text == "summary" && code[i + 3].kind == Kind::String) {
      command.summary = code[i + 3].text;
      command.line = code[i + 3].line;
    }
    if (code[i + 1].text != "options" || !code[i + 3].is('{')) continue;
    std::size_t next = i + 4;
    while (next < code.size() && !code[next].is('}')) {
      if (code[next].is('{'))
        command.options.push_back(read_option(code, &next));
      else
        ++next;
    }
  }
  return command;
}

inline std::vector<DeclaredCommand> declared_commands(const std::string& root) {
  std::vector<DeclaredCommand> out;
  for (File& file : verb_files(root))
    out.push_back(read_command(std::move(file)));
  return out;
}

}  // namespace orch::lint
