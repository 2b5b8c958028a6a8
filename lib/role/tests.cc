// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "role/parts.h"
#include "text/text.h"

namespace orch::role {
namespace {

struct Entry {
  const yaml::Node* node;  // where it stands
  std::string text;
};
using ByType = std::map<std::string, Entry>;

Entry entry_of(const yaml::Reader& reader, const yaml::Node& node,
               std::string_view key) {
  if (text::trim(node.scalar).empty())
    reader.fail(node, "'" + std::string(key) + "' holds an empty text");
  return {&node, node.scalar};
}

// A text, which is about `types`, or a map of types to texts.
ByType by_type(yaml::Reader& reader, const yaml::Node& root,
               std::string_view key, const std::vector<std::string>& types) {
  ByType out;
  const yaml::Node* node = root.find(key);
  if (!node || node->kind != yaml::Node::Kind::Map) {
    if (reader.text(key))
      for (const std::string& type : types)
        out[type] = entry_of(reader, *node, key);
    return out;
  }
  reader.pairs(key);
  for (const auto& [type, value] : node->members) {
    if (std::find(kTestTypes.begin(), kTestTypes.end(), type) ==
        kTestTypes.end()) {
      yaml::Node at;
      at.line = value.key_line;
      at.column = value.key_column;
      reader.fail(at, "'" + text::printable(type) +
                          "' is none of unit, integration, e2e");
    }
    out[type] = entry_of(reader, value, key);
  }
  return out;
}

void require_inside(const yaml::Reader& reader, const Entry& report) {
  const auto parts = text::split(report.text, '/');
  if (report.text.starts_with('/') ||
      std::find(parts.begin(), parts.end(), "..") != parts.end())
    reader.fail(*report.node, "'" + text::printable(report.text) +
                                  "' leads out of the worktree");
}

}  // namespace

void read_tests(yaml::Reader& reader, const yaml::Node& root, Role& role) {
  const ByType commands = by_type(reader, root, "test", {"unit"});
  std::vector<std::string> types;
  for (const auto& [type, command] : commands) types.push_back(type);
  const ByType reports = by_type(reader, root, "test_report", types);
  if (commands.empty() && root.find("test_report"))
    reader.fail(*root.find("test_report"), "'test_report' without 'test'");
  for (const auto& [type, report] : reports) {
    require_inside(reader, report);
    if (!commands.contains(type))
      reader.fail(*report.node, "there is no command for " + type + " tests");
  }
  for (const std::string_view type : kTestTypes) {
    const auto command = commands.find(std::string(type));
    if (command == commands.end()) continue;
    TestCommand& test = role.tests.emplace_back();
    test.type = type;
    test.command = command->second.text;
    if (const auto report = reports.find(test.type); report != reports.end())
      test.report = report->second.text;
    if (type == "unit") role.test = test.command;
  }
}

}  // namespace orch::role
