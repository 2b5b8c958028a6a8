// SPDX-License-Identifier: MIT
//
// The JSON Schemas that editors read, and the parser, say the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "error/error.h"
#include "json/value.h"
#include "role/role.h"

namespace orch::role {
namespace {

json::Value schema(const std::string& kind) {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/schema/" + kind + ".json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto value = json::parse(text);
  EXPECT_TRUE(value) << kind;
  return value.value_or(json::Value());
}

// What "$ref" stands for.
const json::Value& target(const json::Value& root, const json::Value& node) {
  const std::string* ref = node["$ref"].as_string();
  constexpr std::string_view kDefinitions = "#/$defs/";
  if (!ref || !ref->starts_with(kDefinitions)) return node;
  return root["$defs"][ref->substr(kDefinitions.size())];
}

struct Property {
  std::string path;  // "budget.turns"
  json::Value node;
};

void collect(const json::Value& root, const json::Value& object,
             const std::string& prefix, std::vector<Property>& out) {
  const json::Object* properties = object["properties"].as_object();
  if (!properties) return;
  EXPECT_EQ(object["additionalProperties"], json::Value(false)) << prefix;
  for (const auto& [name, node] : *properties) {
    out.push_back({prefix + name, node});
    const json::Value& inner = target(root, node);
    collect(root, inner, prefix + name + ".", out);
    collect(root, target(root, inner["items"]), prefix + name + ".", out);
  }
}

std::vector<Property> properties(const std::string& kind) {
  const json::Value root = schema(kind);
  std::vector<Property> out;
  collect(root, root, "", out);
  return out;
}

// A file with that one value, as YAML, which JSON is.
std::string file_with(const std::string& kind, const std::string& path,
                      const json::Value& value) {
  const std::size_t dot = path.find('.');
  const std::string key = path.substr(0, dot);
  const std::string text = json::to_text(value);
  std::string out;
  if (key != "name") out += "name: x\n";
  if (kind == "team" && key != "roles") out += "roles: [y]\n";
  if (key == "watch") out += "notify_on_commit_of: [y]\n";
  if (key == "test_report") out += "test: z\n";
  if (dot == std::string::npos) return out + key + ": " + text + "\n";
  std::string rest = path.substr(dot + 1) + ": " + text;
  if (key != "indicators") return out + key + ": {" + rest + "}\n";
  if (!rest.starts_with("pattern")) rest += ", pattern: z";
  if (!rest.starts_with("score")) rest += ", score: 1";
  return out + key + ": [{" + rest + "}]\n";
}

std::string fault_of(const std::string& kind, const std::string& yaml) {
  try {
    if (kind == "role")
      parse_role(yaml, kind);
    else
      parse_team(yaml, kind);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

class Schema : public ::testing::TestWithParam<std::string> {};

TEST_P(Schema, HasTheKeysOfTheParserAndNoOther) {
  std::vector<std::string> named;
  for (const Property& p : properties(GetParam())) named.push_back(p.path);
  std::sort(named.begin(), named.end());
  EXPECT_EQ(named, GetParam() == "role" ? role_keys() : team_keys());
}

TEST_P(Schema, SaysWhatEachKeyIs) {
  for (const Property& p : properties(GetParam())) {
    EXPECT_TRUE(p.node["title"].as_string()) << p.path;
    EXPECT_TRUE(p.node["description"].as_string()) << p.path;
    EXPECT_TRUE(p.node["examples"].as_array()) << p.path;
  }
}

TEST_P(Schema, HasExamplesThatTheParserTakes) {
  for (const Property& p : properties(GetParam())) {
    const json::Array* examples = p.node["examples"].as_array();
    ASSERT_TRUE(examples && !examples->empty()) << p.path;
    for (const json::Value& example : *examples) {
      const std::string yaml = file_with(GetParam(), p.path, example);
      EXPECT_EQ(fault_of(GetParam(), yaml), "") << yaml;
    }
  }
}

// Enumerations, also of what is in a list, and defaults.
TEST_P(Schema, NamesOnlyValuesThatTheParserTakes) {
  const json::Value root = schema(GetParam());
  for (const Property& p : properties(GetParam())) {
    std::vector<json::Value> values;
    const auto take = [&](const json::Value& node) {
      if (const json::Array* words = node["enum"].as_array())
        values.insert(values.end(), words->begin(), words->end());
    };
    take(p.node);
    if (const json::Array* forms = p.node["oneOf"].as_array())
      for (const json::Value& form : *forms) take(target(root, form));
    if (!p.node["default"].is_null()) values.push_back(p.node["default"]);
    for (const json::Value& value : values) {
      const std::string yaml = file_with(GetParam(), p.path, value);
      EXPECT_EQ(fault_of(GetParam(), yaml), "") << yaml;
    }
    // And no other word.
    if (p.node["enum"].as_array()) {
      EXPECT_NE(fault_of(GetParam(), file_with(GetParam(), p.path, "other")),
                "")
          << p.path;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Schema, ::testing::Values("role", "team"),
                         [](const auto& what) { return what.param; });

}  // namespace
}  // namespace orch::role
