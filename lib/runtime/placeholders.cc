// SPDX-License-Identifier: MIT
#include "runtime/placeholders.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "text/text.h"
#include "text/words.h"

namespace orch::runtime {
namespace {

struct Known {
  std::string_view name;
  std::string Placeholders::*value;
};

constexpr Known kKnown[] = {
    {"libexec", &Placeholders::libexec},
    {"script", &Placeholders::script},
    {"worktree", &Placeholders::worktree},
    {"run", &Placeholders::run},
    {"run_dir", &Placeholders::run_dir},
    {"bin", &Placeholders::bin},
    {"git_dir", &Placeholders::git_dir},
    {"worktree_git_dir", &Placeholders::worktree_git_dir},
    {"main_worktree", &Placeholders::main_worktree},
    {"branch", &Placeholders::branch},
    {"branch_ref", &Placeholders::branch_ref},
    {"branch_dir", &Placeholders::branch_dir},
    {"conversation", &Placeholders::conversation},
    {"claude_denials", &Placeholders::claude_denials},
    {"gemini_denials", &Placeholders::gemini_denials},
    {"opencode_denied_commands", &Placeholders::opencode_denied_commands},
    {"opencode_denied_edits", &Placeholders::opencode_denied_edits},
};

// Behind it stands the name of an environment variable.
constexpr std::string_view kPort = "port.";

// "{run_dir:json}" at `at`: a name of small letters, or that of a port, and
// forms behind colons.
bool in_variable(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

struct Found {
  std::size_t size = 0;  // 0: no placeholder starts here
  std::string name;
  std::vector<std::string> forms;
};

Found look(std::string_view text, std::size_t at) {
  if (text[at] != '{' || (at > 0 && text[at - 1] == '$')) return {};
  std::size_t end = at + 1;
  if (text.substr(end).starts_with(kPort))
    for (end += kPort.size(); end < text.size() && in_variable(text[end]);)
      ++end;
  while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') ||
                               text[end] == '_' || text[end] == ':'))
    ++end;
  if (end == at + 1 || end == text.size() || text[end] != '}') return {};
  Found out;
  out.size = end + 1 - at;
  out.forms = text::split(text.substr(at + 1, end - at - 1), ':');
  out.name = out.forms.front();
  out.forms.erase(out.forms.begin());
  return out;
}

std::string as_json(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out;
}

// `find` gives what stands for a name, or null.
std::string fill_with(
    std::string_view text,
    const std::function<const std::string*(std::string_view)>& find) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Found found = look(text, i);
    const std::string* known = found.size ? find(found.name) : nullptr;
    if (!known) {
      out += text[i++];
      continue;
    }
    std::string value = *known;
    for (const std::string& form : found.forms)
      value = form == "json" ? as_json(value) : text::shell_word(value);
    out += value;
    i += found.size;
  }
  return out;
}

}  // namespace

std::string fill(std::string_view text, const Placeholders& values) {
  return fill_with(text, [&](std::string_view name) -> const std::string* {
    for (const Known& k : kKnown)
      if (k.name == name) return &(values.*k.value);
    return nullptr;
  });
}

std::string fill(std::string_view text, const Values& values) {
  return fill_with(text, [&](std::string_view name) -> const std::string* {
    for (const auto& [known, value] : values)
      if (known == name) return &value;
    return nullptr;
  });
}

std::optional<std::string> find_fault(std::string_view text) {
  std::vector<std::string> names;
  for (const Known& k : kKnown) names.emplace_back(k.name);
  return find_fault(text, names);
}

std::optional<std::string> find_fault(std::string_view text,
                                      const std::vector<std::string>& known) {
  const auto near = [](const std::string& name,
                       const std::vector<std::string>& names) {
    const std::string best = text::nearest(name, names);
    return best.empty() ? std::string() : ", did you mean '" + best + "'?";
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Found found = look(text, i);
    if (found.size == 0) continue;
    if (std::find(known.begin(), known.end(), found.name) == known.end())
      return "unknown placeholder '{" + found.name + "}'" +
             near(found.name, known);
    for (const std::string& form : found.forms)
      if (form != "json" && form != "shell")
        return "unknown form '" + form + "' of a placeholder" +
               near(form, {"json", "shell"});
  }
  return std::nullopt;
}

bool has_placeholder(std::string_view text, std::string_view name) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (look(text, i).name == name) return true;
  return false;
}

bool begins_with_placeholder(std::string_view text) {
  return !text.empty() && look(text, 0).size > 0;
}

}  // namespace orch::runtime
