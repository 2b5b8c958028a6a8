// SPDX-License-Identifier: MIT
#include "runtime/placeholders.h"

#include <cstdio>
#include <vector>

#include "text/text.h"

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
};

const Known* find_known(std::string_view name) {
  for (const Known& k : kKnown)
    if (k.name == name) return &k;
  return nullptr;
}

// "{run_dir:json}" at `at`: a name of small letters, forms behind colons.
struct Found {
  std::size_t size = 0;  // 0: no placeholder starts here
  std::string name;
  std::vector<std::string> forms;
};

Found look(std::string_view text, std::size_t at) {
  if (text[at] != '{' || (at > 0 && text[at - 1] == '$')) return {};
  std::size_t end = at + 1;
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

std::string as_shell(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

std::string fill(std::string_view text, const Placeholders& values) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Found found = look(text, i);
    const Known* known = found.size ? find_known(found.name) : nullptr;
    if (!known) {
      out += text[i++];
      continue;
    }
    std::string value = values.*known->value;
    for (const std::string& form : found.forms)
      value = form == "json" ? as_json(value) : as_shell(value);
    out += value;
    i += found.size;
  }
  return out;
}

std::optional<std::string> find_fault(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Found found = look(text, i);
    if (found.size == 0) continue;
    const auto near = [](const std::string& name,
                         const std::vector<std::string>& known) {
      const std::string best = text::nearest(name, known);
      return best.empty() ? std::string() : ", did you mean '" + best + "'?";
    };
    if (!find_known(found.name)) {
      std::vector<std::string> names;
      for (const Known& k : kKnown) names.emplace_back(k.name);
      return "unknown placeholder '{" + found.name + "}'" +
             near(found.name, names);
    }
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

}  // namespace orch::runtime
