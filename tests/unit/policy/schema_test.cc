// SPDX-License-Identifier: MIT
//
// The JSON Schema that editors read, and the parser, say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "error/error.h"
#include "json/value.h"
#include "policy/policy.h"

namespace orch::policy {
namespace {

json::Value schema() {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/schema/policy.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto value = json::parse(text);
  EXPECT_TRUE(value);
  return value.value_or(json::Value());
}

struct Property {
  std::string path;  // "messages.rate"
  json::Value node;
};

void collect(const json::Value& object, const std::string& prefix,
             std::vector<Property>& out) {
  const json::Object* properties = object["properties"].as_object();
  if (!properties) return;
  EXPECT_EQ(object["additionalProperties"], json::Value(false)) << prefix;
  for (const auto& [name, node] : *properties) {
    out.push_back({prefix + name, node});
    collect(node, prefix + name + ".", out);
    collect(node["items"], prefix + name + ".", out);
  }
}

std::vector<Property> properties() {
  const json::Value root = schema();
  std::vector<Property> out;
  collect(root, "", out);
  return out;
}

// JSON is YAML.
std::string file_with(const std::string& path, const json::Value& value) {
  constexpr std::string_view kActions = "asks.actions.";
  std::string out = json::to_text(value);
  if (path.starts_with(kActions)) {
    const std::string key = path.substr(kActions.size());
    out = (key == "action" ? "" : "action: x, ") + key + ": " + out;
    return "asks: {actions: [{" + out + "}]}\n";
  }
  std::string rest = path;
  for (std::size_t dot = rest.rfind('.'); dot != std::string::npos;
       dot = rest.rfind('.')) {
    out = "{" + rest.substr(dot + 1) + ": " + out + "}";
    rest.resize(dot);
  }
  return rest + ": " + out + "\n";
}

std::string fault_of(const std::string& yaml) {
  try {
    parse_policy(yaml, "p");
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(PolicySchema, HasAKeyForEveryRule) {
  std::set<std::string> named;
  for (const Property& p : properties()) named.insert(p.path);
  for (const Rule& rule : list_rules(parse_policy("", "p"))) {
    if (rule.name.starts_with("messages.circles.")) continue;
    EXPECT_TRUE(named.contains(rule.name)) << rule.name;
  }
  EXPECT_TRUE(named.contains("messages.circles"));
}

TEST(PolicySchema, NamesOnlyWhatTheParserTakes) {
  for (const Property& p : properties()) {
    EXPECT_TRUE(p.node["title"].as_string()) << p.path;
    EXPECT_TRUE(p.node["description"].as_string()) << p.path;
    json::Array values;
    for (const char* key : {"examples", "enum"})
      if (const json::Array* some = p.node[key].as_array())
        values.insert(values.end(), some->begin(), some->end());
    EXPECT_FALSE(values.empty()) << p.path;
    for (const json::Value& value : values)
      EXPECT_EQ(fault_of(file_with(p.path, value)), "")
          << file_with(p.path, value);
    if (p.node["enum"].as_array()) {
      EXPECT_NE(fault_of(file_with(p.path, "other")), "") << p.path;
    }
  }
}

}  // namespace
}  // namespace orch::policy
