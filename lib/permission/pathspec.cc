// SPDX-License-Identifier: MIT
#include "permission/pathspec.h"

#include <fnmatch.h>

#include <vector>

#include "text/text.h"

namespace orch::permission {
namespace {

// Each part on its own; "**" stands for any number of them.
bool matches_parts(const std::vector<std::string>& pattern, std::size_t p,
                   const std::vector<std::string>& path, std::size_t at,
                   int flags) {
  for (; p < pattern.size(); ++p, ++at) {
    if (pattern[p] == "**") {
      if (p + 1 == pattern.size()) return at < path.size();
      for (std::size_t next = at; next < path.size(); ++next)
        if (matches_parts(pattern, p + 1, path, next, flags)) return true;
      return false;
    }
    if (at == path.size() ||
        ::fnmatch(pattern[p].c_str(), path[at].c_str(), flags) != 0)
      return false;
  }
  return at == path.size();
}

bool same(std::string_view a, std::string_view b, bool icase) {
  if (!icase) return a == b;
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

}  // namespace

bool Pathspec::has_wildcard() const {
  return !literal && pattern.find_first_of("*?[\\") != std::string::npos;
}

bool Pathspec::matches(std::string_view path) const {
  std::string_view front = pattern;
  while (front.ends_with('/')) front.remove_suffix(1);
  if (front.empty()) return true;
  if (path.size() >= front.size() &&
      same(path.substr(0, front.size()), front, icase) &&
      (path.size() == front.size() || path[front.size()] == '/'))
    return true;
  if (!has_wildcard()) return false;
  const int flags = icase ? FNM_CASEFOLD : 0;
  if (!glob)
    return ::fnmatch(pattern.c_str(), std::string(path).c_str(), flags) == 0;
  return matches_parts(text::split(pattern, '/'), 0, text::split(path, '/'), 0,
                       flags);
}

Pathspec parse_pathspec(std::string_view text) {
  Pathspec out;
  if (text.starts_with(":(")) {
    const std::size_t end = text.find(')');
    if (end != std::string_view::npos) {
      for (const std::string& magic :
           text::split(text.substr(2, end - 2), ',')) {
        out.literal |= magic == "literal";
        out.icase |= magic == "icase";
        out.glob |= magic == "glob";
      }
      text.remove_prefix(end + 1);
    }
  } else if (text.starts_with(':')) {
    text.remove_prefix(1);
    while (text.starts_with('/')) text.remove_prefix(1);
    if (text.starts_with(':')) text.remove_prefix(1);
  }
  while (text.starts_with("./")) text.remove_prefix(2);
  out.pattern = text == "." ? "" : std::string(text);
  return out;
}

}  // namespace orch::permission
