// SPDX-License-Identifier: MIT
#include "permission/render.h"

#include <algorithm>
#include <string_view>

#include "json/value.h"
#include "permission/pathspec.h"
#include "text/text.h"

namespace orch::permission {
namespace {

// With quotes; the same for a basic string of TOML.
std::string json_text(const std::string& value) {
  return json::to_text(json::Value(text::to_utf8(value)));
}

bool has_any(std::string_view text, std::string_view of) {
  return text.find_first_of(of) != std::string_view::npos;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

// Without a slash at its end.
std::string pattern_of(const Pathspec& spec) {
  std::string out = spec.pattern;
  while (out.ends_with('/')) out.pop_back();
  return out;
}

// A path in the form of gitignore(5), taken literally.
std::string escaped(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos)
      out += '\\';
    out += c;
  }
  return out;
}

std::string claude_command(const Denial& denial) {
  const char* end = denial.extent == Extent::Words  ? ":*"
                    : denial.extent == Extent::Text ? "*"
                                                    : "";
  return "Bash(" + denial.command + end + ")";
}

std::string opencode_member(const std::string& pattern) {
  return ", " + json_text(pattern) + ": \"deny\"";
}

}  // namespace

std::string claude_denials(const Denials& denials) {
  std::string out;
  for (const Denial& d : denials.commands)
    out += ", " + json_text(claude_command(d));
  for (const std::string& pathspec : denials.paths) {
    const Pathspec spec = parse_pathspec(pathspec);
    const std::string pattern = pattern_of(spec);
    // A parenthesis would end the rule.
    if (spec.icase || pattern.empty() || has_any(pattern, "()") ||
        has_any(denials.worktree, "()") || has_control(pattern) ||
        has_control(denials.worktree))
      continue;
    const std::string front = "Edit(/" + escaped(denials.worktree) + "/";
    const std::string path = spec.has_wildcard() ? pattern : escaped(pattern);
    // Its "*" ends at a slash, that of a pathspec does not.
    if (spec.has_wildcard() && !spec.glob && path.starts_with('*'))
      out += ", " + json_text(front + "**/" + path + ")");
    out += ", " + json_text(front + path + ")");
    if (!spec.has_wildcard()) out += ", " + json_text(front + path + "/**)");
  }
  return out;
}

std::string opencode_denied_commands(const Denials& denials) {
  std::string out;
  for (const Denial& d : denials.commands) {
    if (d.extent == Extent::Text) {
      out += opencode_member(d.command + "*");
      continue;
    }
    out += opencode_member(d.command);
    if (d.extent == Extent::Words) out += opencode_member(d.command + " *");
  }
  return out;
}

std::string opencode_denied_edits(const Denials& denials) {
  std::string out;
  for (const std::string& pathspec : denials.paths) {
    const Pathspec spec = parse_pathspec(pathspec);
    const std::string pattern = pattern_of(spec);
    // It has "*" and "?", which stand for slashes, too, and no way to take them
    // literally.
    const bool same =
        !spec.icase && !has_any(pattern, "[\\") &&
        (spec.has_wildcard() ? !spec.glob : !has_any(pattern, "*?"));
    if (!same || pattern.empty() || pattern.starts_with('~') ||
        pattern.starts_with('$'))
      continue;
    out += opencode_member(pattern);
    if (!spec.has_wildcard()) out += opencode_member(pattern + "/*");
  }
  return out;
}

std::string gemini_denials(const Denials& denials) {
  constexpr char kPriority[] = "900";
  std::string out;
  for (const Denial& d : denials.commands) {
    // It has prefixes only.
    if (d.extent == Extent::Whole) continue;
    out += "[[rule]]\ntoolName = \"run_shell_command\"\ncommandPrefix = " +
           json_text(d.command) +
           "\ndecision = \"deny\"\npriority = " + kPriority +
           "\ndenyMessage = " +
           json_text("refused by " + d.refusal.guard + ": " + d.refusal.what +
                     "; " + d.refusal.way) +
           "\n";
  }
  return out;
}

}  // namespace orch::permission
