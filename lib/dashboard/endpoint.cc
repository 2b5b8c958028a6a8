// SPDX-License-Identifier: MIT
#include "dashboard/endpoint.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"

namespace orch::dashboard {
namespace {

// Where a parameter goes on the command line.
enum class As { Operand, Option };
enum class Kind { Name, Number };

struct Parameter {
  std::string_view name;
  Kind kind = Kind::Name;
  As as = As::Operand;
  std::string_view option = {};     // its name there, when it is another
  std::string_view otherwise = {};  // when none is given
  int most = 99'999;                // of a number
};

// An answer is kept as it is, and made anew with every change.
constexpr int kMostLines = 2000, kMostRows = 1000;

struct Endpoint {
  std::string_view name;
  std::vector<std::string> call;  // verb, action and options
  std::vector<Parameter> parameters = {};
};

const std::vector<Endpoint>& endpoints() {
  const Parameter feature{"feature"}, agent{"agent"};
  const Parameter of_feature{"feature", Kind::Name, As::Option};
  static const std::vector<Endpoint> kEndpoints = {
      {"agent", {"agent", "list"}},
      {"agent/log",
       {"agent", "log"},
       {agent, {"n", Kind::Number, As::Option, "lines", {}, kMostLines}}},
      {"ask", {"ask", "list"}},
      {"blocker", {"blocker", "list"}, {feature}},
      {"checkin", {"checkin", "list"}, {agent}},
      {"conflicts", {"conflicts", "list"}, {feature}},
      {"contradictions", {"contradictions", "list"}, {feature}},
      {"daemon", {"daemon", "status"}},
      {"doctor", {"doctor"}},
      {"drill", {"drill", "load", "--last"}},
      {"integrate", {"integrate", "--list"}, {of_feature}},
      {"limits", {"limits", "status"}, {agent}},
      {"messages",
       {"inbox", "--everyone"},
       {{"n", Kind::Number, As::Option, "count", {}, kMostRows}}},
      {"notify", {"notify", "list"}},
      {"policy", {"policy", "check"}, {agent}},
      {"queue", {"queue", "list"}},
      {"recent",
       {"recent"},
       {{"n", Kind::Number, As::Operand, {}, {}, kMostRows}}},
      {"stats",
       {"stats"},
       {{"by", Kind::Name, As::Option, "by", "day"},
        {"days", Kind::Number, As::Option, "days", "14"}}},
      {"stats/system", {"stats", "--system"}},
      {"status", {"status"}, {feature}},
      {"sync", {"sync", "status"}, {agent}},
      {"task", {"task", "list"}, {of_feature}},
  };
  return kEndpoints;
}

const Endpoint* find_endpoint(std::string_view name) {
  for (const Endpoint& e : endpoints())
    if (e.name == name) return &e;
  return nullptr;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 5 && text[0] != '0' &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

// A name that no program reads as an option.
bool is_name(const std::string& text) {
  constexpr std::size_t kMost = 255;
  return !text.empty() && text.size() <= kMost && text[0] != '-';
}

}  // namespace

std::string Question::text() const {
  std::string out = name;
  for (const auto& [key, value] : parameters) out += '\0' + key + '=' + value;
  return out;
}

std::string Question::parameter(std::string_view key) const {
  for (const auto& [name_, value] : parameters)
    if (name_ == key) return value;
  return "";
}

std::vector<std::string> endpoint_names() {
  std::vector<std::string> out;
  for (const Endpoint& e : endpoints()) out.emplace_back(e.name);
  return out;
}

std::optional<Question> find_question(std::string_view name,
                                      const http::Pairs& parameters) {
  const Endpoint* endpoint = find_endpoint(name);
  if (!endpoint) return std::nullopt;
  Question out{.name = std::string(name), .parameters = {}};
  for (const Parameter& p : endpoint->parameters) {
    std::string value(p.otherwise);
    for (const auto& [key, given] : parameters)
      if (key == p.name) value = given;
    if (value.empty()) continue;
    if (p.kind == Kind::Number ? !is_number(value) : !is_name(value))
      throw Error(ErrorCode::Usage, "'" + value + "' is no value of '" +
                                        std::string(p.name) + "'");
    if (p.kind == Kind::Number && std::stoi(value) > p.most)
      throw Error(ErrorCode::Usage, "'" + std::string(p.name) + "' is " +
                                        std::to_string(p.most) +
                                        " at most, not " + value);
    out.parameters.emplace_back(p.name, value);
  }
  for (const auto& [key, value] : parameters)
    if (key != "token" && key != "repo" &&
        std::none_of(
            endpoint->parameters.begin(), endpoint->parameters.end(),
            [&asked = key](const Parameter& p) { return p.name == asked; }))
      throw Error(ErrorCode::Usage, "'" + std::string(name) +
                                        "' takes no parameter '" + key + "'");
  if (name == "agent/log" && out.parameter("agent").empty())
    throw Error(ErrorCode::Usage, "'agent' is missing", "agent=<agent>");
  return out;
}

Call call_of(const Question& question) {
  const Endpoint& endpoint = *find_endpoint(question.name);
  Call out{.verb = endpoint.call.front(),
           .arguments = {endpoint.call.begin() + 1, endpoint.call.end()}};
  out.arguments.emplace_back("--json");
  for (const Parameter& p : endpoint.parameters) {
    const std::string value = question.parameter(p.name);
    if (value.empty()) continue;
    if (p.as == As::Option)
      out.arguments.push_back(
          "--" + std::string(p.option.empty() ? p.name : p.option) + "=" +
          value);
    else
      out.arguments.push_back(value);
  }
  return out;
}

}  // namespace orch::dashboard
