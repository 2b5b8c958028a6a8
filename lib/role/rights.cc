// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "role/parts.h"
#include "runtime/placeholders.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::role {
namespace {

constexpr std::size_t kMaxText = 64 * 1024;

std::string quoted(std::string_view text) {
  return "'" + text::printable(text::cut(text, 80)) + "'";
}

using Check = void (*)(const yaml::Reader&, const yaml::Node&);

// The texts of the list `key`, each looked at, none of them twice.
std::vector<std::string> checked(yaml::Reader& reader, const yaml::Node& root,
                                 std::string_view key, Check check) {
  std::vector<std::string> out;
  for (const yaml::Node* node : items_of(reader, root, key)) {
    check(reader, *node);
    if (std::find(out.begin(), out.end(), node->scalar) != out.end())
      reader.fail(*node, quoted(node->scalar) + " is named twice");
    out.push_back(node->scalar);
  }
  return out;
}

void refuse_way_out(const yaml::Reader& reader, const yaml::Node& node,
                    std::string_view path) {
  if (path.starts_with('/'))
    reader.fail(node, quoted(node.scalar) +
                          " is absolute; paths begin at the top of the "
                          "worktree");
  for (const std::string& part : text::split(path, '/'))
    if (part == "..")
      reader.fail(node, quoted(node.scalar) + " leads out of the worktree");
}

// Magic as in gitglossary(7): ":(glob)src", ":/src", ":!src".
void check_pathspec(const yaml::Reader& reader, const yaml::Node& node) {
  std::string_view path = node.scalar;
  std::vector<std::string> words;
  if (path.starts_with(":(")) {
    const std::size_t end = path.find(')');
    if (end == std::string_view::npos)
      reader.fail(node, quoted(path) + " lacks a ')'");
    words = text::split_list(path.substr(2, end - 2), ',');
    path.remove_prefix(end + 1);
  } else if (path.starts_with(":")) {
    for (path.remove_prefix(1); !path.empty(); path.remove_prefix(1)) {
      if (path[0] == '!' || path[0] == '^')
        words.emplace_back("exclude");
      else if (path[0] != '/')
        break;
    }
    if (path.starts_with(':')) path.remove_prefix(1);
  }
  static const std::vector<std::string> kWords = {"top", "literal", "icase",
                                                  "glob"};
  for (const std::string& word : words) {
    if (word == "exclude")
      reader.fail(node,
                  quoted(node.scalar) + " excludes; write it under 'deny'");
    if (std::find(kWords.begin(), kWords.end(), word) == kWords.end())
      reader.fail(node, quoted(node.scalar) + ": '" + text::printable(word) +
                            "' is none of " + text::join(kWords, ", "));
  }
  if (path.empty()) reader.fail(node, quoted(node.scalar) + " names no path");
  refuse_way_out(reader, node, path);
}

// The rules of git-check-ref-format(1), but for * ? [, which are globs here.
void check_ref(const yaml::Reader& reader, const yaml::Node& node) {
  const std::string& ref = node.scalar;
  if (!ref.starts_with("refs/"))
    reader.fail(node, quoted(ref) + " is no full name of a ref (refs/heads/x)");
  const bool odd = std::any_of(ref.begin(), ref.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 ||
           std::string_view("~^:\\").find(c) != std::string_view::npos;
  });
  bool bad = odd || ref.find("..") != std::string::npos ||
             ref.find("@{") != std::string::npos || ref.ends_with('.');
  for (const std::string& part : text::split(ref, '/'))
    bad |= part.empty() || part.starts_with('.') || part.ends_with(".lock");
  if (bad) reader.fail(node, quoted(ref) + " cannot be a ref");
}

void check_role(const yaml::Reader& reader, const yaml::Node& node) {
  if (!is_role_name(node.scalar))
    reader.fail(node, quoted(node.scalar) + " is no name of a role");
}

void check_skill(const yaml::Reader& reader, const yaml::Node& node) {
  const std::string& word = node.scalar;
  const bool fits = std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("+#.-").find(c) != std::string_view::npos;
  });
  if (word.empty() || !fits)
    reader.fail(node, quoted(word) +
                          " is no word of lower-case letters, digits, '+', "
                          "'#', '.' and '-'");
}

void check_directory(const yaml::Reader& reader, const yaml::Node& node) {
  refuse_way_out(reader, node, node.scalar);
  if (node.scalar.find_first_of("*?[") != std::string::npos)
    reader.fail(node, quoted(node.scalar) + " is a pattern, no directory");
}

// "./a//b" as "a/b/".
std::vector<std::string> directories(yaml::Reader& reader,
                                     const yaml::Node& root) {
  std::vector<std::string> out;
  for (const std::string& text :
       checked(reader, root, "writes", check_directory)) {
    std::string path;
    for (const std::string& part : text::split(text, '/'))
      if (!part.empty() && part != ".") path += part + "/";
    if (path.empty())
      reader.fail(*root.find("writes"), quoted(text) + " names no directory");
    out.push_back(std::move(path));
  }
  return out;
}

Rights rights(yaml::Reader& reader, std::string_view key, Check check) {
  Rights out;
  const yaml::Node* map = reader.map(key);
  if (!map) return out;
  yaml::Reader inner = reader.inner(*map, key);
  out.allow = checked(inner, *map, "allow", check);
  out.deny = checked(inner, *map, "deny", check);
  inner.reject_unknown_keys();
  return out;
}

std::vector<Can> abilities(yaml::Reader& reader, const yaml::Node& root) {
  static const std::vector<Can> kAll = {Can::Merge, Can::Push, Can::Pr,
                                        Can::Base};
  const auto named = checked(
      reader, root, "can", [](const yaml::Reader& r, const yaml::Node& node) {
        for (const Can can : kAll)
          if (node.scalar == can_name(can)) return;
        r.fail(node, quoted(node.scalar) + " is none of merge, push, pr, base");
      });
  std::vector<Can> out;
  for (const Can can : kAll)
    if (std::find(named.begin(), named.end(), can_name(can)) != named.end())
      out.push_back(can);
  return out;
}

std::optional<std::int64_t> count(yaml::Reader& reader, const yaml::Node& root,
                                  std::string_view key, int least) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  std::int64_t value = -1;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stop != end || value < least)
    reader.fail(*root.find(key), quoted(*text) + " is no whole number from " +
                                     std::to_string(least) + " on");
  return value;
}

Budget budget(yaml::Reader& reader) {
  Budget out;
  const yaml::Node* map = reader.map("budget");
  if (!map) return out;
  yaml::Reader inner = reader.inner(*map, "budget");
  out.turns = count(inner, *map, "turns", 1);
  out.wall_ms = positive_duration(inner, *map, "wall");
  out.restarts = count(inner, *map, "restarts", 0);
  if (const auto cost = inner.text("cost")) {
    out.cost_cents = hundredths(*cost);
    if (out.cost_cents.value_or(0) == 0)
      inner.fail(*map->find("cost"),
                 quoted(*cost) + " is no amount of dollars above 0 (2.50)");
  }
  inner.reject_unknown_keys();
  return out;
}

void read_brief(yaml::Reader& reader, const yaml::Node& root, Role& role) {
  role.brief = reader.text("brief").value_or("");
  if (const auto fault = runtime::find_fault(role.brief, kBriefPlaces))
    reader.fail(*root.find("brief"), *fault);
}

}  // namespace

std::string_view can_name(Can can) {
  switch (can) {
    case Can::Merge:
      return "merge";
    case Can::Push:
      return "push";
    case Can::Pr:
      return "pr";
    case Can::Base:
      break;
  }
  return "base";
}

std::vector<const yaml::Node*> items_of(yaml::Reader& reader,
                                        const yaml::Node& root,
                                        std::string_view key) {
  std::vector<const yaml::Node*> out;
  if (reader.texts(key).empty()) return out;
  const yaml::Node* node = root.find(key);
  if (node->kind == yaml::Node::Kind::Scalar) return {node};
  for (const yaml::Node& item : node->items) out.push_back(&item);
  return out;
}

std::vector<std::string> role_names(yaml::Reader& reader,
                                    const yaml::Node& root,
                                    std::string_view key) {
  return checked(reader, root, key, check_role);
}

std::optional<std::int64_t> positive_duration(yaml::Reader& reader,
                                              const yaml::Node& root,
                                              std::string_view key) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  const auto parsed = text::parse_duration(*text);
  if (!parsed || *parsed == 0)
    reader.fail(*root.find(key),
                quoted(*text) + " is no duration above 0 (90s, 10m)");
  return parsed;
}

std::optional<std::int64_t> hundredths(std::string_view text) {
  constexpr std::int64_t kMost = 1000000;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  std::string places(text.substr(std::min(point + 1, text.size())));
  if (digits.empty() || digits.size() > 7 || places.size() > 2 ||
      (point < text.size() && places.empty()))
    return std::nullopt;
  places.resize(2, '0');
  digits += places;
  if (digits.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const std::int64_t value = std::stoll(digits);
  if (value > kMost * 100) return std::nullopt;
  return value;
}

void refuse_odd_texts(const yaml::Reader& reader, const yaml::Node& node) {
  if (node.scalar.find('\0') != std::string::npos)
    reader.fail(node, "a text holds a NUL");
  if (node.scalar.size() > kMaxText)
    reader.fail(node, "a text of " + std::to_string(node.scalar.size()) +
                          " bytes, more than " + std::to_string(kMaxText));
  for (const yaml::Node& item : node.items) refuse_odd_texts(reader, item);
  for (const auto& [key, value] : node.members) refuse_odd_texts(reader, value);
}

void read_rights(yaml::Reader& reader, const yaml::Node& root, Role& role) {
  role.paths = rights(reader, "paths", check_pathspec);
  role.refs = rights(reader, "refs", check_ref);
  role.can = abilities(reader, root);
  role.requires_roles = role_names(reader, root, "requires");
  for (const yaml::Node* node : items_of(reader, root, "requires"))
    if (node->scalar == role.name)
      reader.fail(*node, "role '" + role.name + "' requires itself");
  role.skills = checked(reader, root, "skills", check_skill);
  role.writes = directories(reader, root);
  read_brief(reader, root, role);
  role.budget = budget(reader);
}

}  // namespace orch::role
