// SPDX-License-Identifier: MIT
#include "role/furnishing.h"

#include <strings.h>

#include <algorithm>

#include "role/parts.h"
#include "runtime/placeholders.h"
#include "text/text.h"

namespace orch::role {
namespace {

std::string path_of(const yaml::Reader& reader, const yaml::Node& node) {
  const std::string quoted = "'" + text::printable(node.scalar) + "'";
  if (node.scalar.starts_with('/'))
    reader.fail(node, quoted +
                          " is absolute; paths begin at the top of the main "
                          "worktree");
  std::vector<std::string> parts;
  for (const std::string& part : text::split(node.scalar, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") reader.fail(node, quoted + " leads out of the worktree");
    if (::strcasecmp(part.c_str(), ".git") == 0)
      reader.fail(node, quoted + " lies in a git directory");
    if (part == "**")
      reader.fail(node, quoted + " has '**'; a pattern stands for one part");
    parts.push_back(part);
  }
  if (parts.empty()) reader.fail(node, quoted + " names no file");
  return text::join(parts, "/");
}

std::vector<std::string> paths(yaml::Reader& reader, const yaml::Node& root,
                               std::string_view key) {
  std::vector<std::string> out;
  for (const yaml::Node* node : items_of(reader, root, key))
    out.push_back(path_of(reader, *node));
  return out;
}

// `at` is where it stands.
void require_variable(const yaml::Reader& reader, const yaml::Node& at,
                      const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  };
  const std::string quoted = "'" + text::printable(name) + "'";
  if (name.empty() || !std::all_of(name.begin(), name.end(), fits) ||
      (name[0] >= '0' && name[0] <= '9'))
    reader.fail(at, quoted + " is no name of a variable");
  static const std::vector<std::string> kOurs = {"PATH", "HOME", "LD_PRELOAD",
                                                 "LD_LIBRARY_PATH"};
  if (name.starts_with("GIT_") || name.starts_with("ORCH_") ||
      name.starts_with("TMUX") ||
      std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end())
    reader.fail(at, "the variable " + quoted + " is not for a role to set");
}

std::vector<std::string> ports(yaml::Reader& reader, const yaml::Node& root) {
  std::vector<std::string> out;
  for (const yaml::Node* node : items_of(reader, root, "ports")) {
    require_variable(reader, *node, node->scalar);
    if (std::find(out.begin(), out.end(), node->scalar) != out.end())
      reader.fail(*node, "'" + node->scalar + "' is named twice");
    out.push_back(node->scalar);
  }
  return out;
}

yaml::Node key_of(const yaml::Node& value) {
  yaml::Node at;
  at.line = value.key_line;
  at.column = value.key_column;
  return at;
}

void read_environment(yaml::Reader& reader, const yaml::Node& root,
                      Furnishing& f) {
  f.environment = reader.pairs("env");
  if (f.environment.empty()) return;
  std::vector<std::string> known = kPlaces;
  for (const std::string& port : f.ports) known.push_back("port." + port);
  for (const auto& [name, value] : root.find("env")->members) {
    require_variable(reader, key_of(value), name);
    if (std::find(f.ports.begin(), f.ports.end(), name) != f.ports.end())
      reader.fail(key_of(value), "'" + name + "' is one of 'ports' already");
    if (const auto fault = runtime::find_fault(value.scalar, known))
      reader.fail(value, *fault);
  }
}

void read_setup(yaml::Reader& reader, const yaml::Node& root, Furnishing& f) {
  for (const yaml::Node* node : items_of(reader, root, "setup")) {
    if (text::trim(node->scalar).empty())
      reader.fail(*node, "'setup' holds an empty command");
    f.setup.push_back(node->scalar);
  }
  if (const auto limit = positive_duration(reader, root, "setup_timeout"))
    f.setup_timeout_ms = *limit;
}

}  // namespace

Furnishing parse_furnishing(yaml::Reader& reader, const yaml::Node& root) {
  Furnishing f;
  f.copy = paths(reader, root, "copy");
  f.link = paths(reader, root, "link");
  f.ports = ports(reader, root);
  read_environment(reader, root, f);
  read_setup(reader, root, f);
  return f;
}

}  // namespace orch::role
