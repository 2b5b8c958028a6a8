// SPDX-License-Identifier: MIT
#include "dashboard/endpoint.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"

namespace orch::dashboard {
namespace {

// Where a parameter goes on the command line.
enum class As { Operand, Option };
enum class Kind { Name, Number, Flag };

struct Parameter {
  std::string_view name;
  Kind kind = Kind::Name;
  As as = As::Operand;
  std::string_view option = {};  // its name there, when it is another
  int most = 99'999;             // of a number
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
  const Parameter all{"all", Kind::Flag, As::Option};
  static const std::vector<Endpoint> kEndpoints = {
      {"agent", {"agent", "list"}},
      {"agent/log",
       {"agent", "log"},
       {agent, {"n", Kind::Number, As::Option, "lines", kMostLines}}},
      {"ask", {"ask", "list"}},
      {"blocker", {"blocker", "list"}, {feature}},
      {"brief", {"brief"}, {agent}},
      {"check-conflicts",
       {"check-conflicts"},
       {all,
        {"with", Kind::Name, As::Option},
        {"kind", Kind::Name, As::Option},
        {"committed-only", Kind::Flag, As::Option}}},
      {"checkin", {"checkin", "list"}, {agent}},
      {"conflicts", {"conflicts", "list"}, {feature}},
      {"contradictions", {"contradictions", "list"}, {feature}},
      {"daemon", {"daemon", "status"}},
      {"doctor", {"doctor"}},
      {"drill", {"drill", "load", "--last"}},
      {"export", {"export"}, {feature}},
      {"hooks", {"hooks", "status"}},
      {"inbox", {"inbox"}, {{"agent", Kind::Name, As::Option}, all}},
      {"integrate",
       {"integrate", "--list"},
       {of_feature, {"all", Kind::Flag, As::Option, "all-features"}}},
      {"limits", {"limits", "status"}, {agent}},
      {"messages",
       {"inbox", "--everyone"},
       {{"n", Kind::Number, As::Option, "count", kMostRows}}},
      {"metrics", {"metrics"}},
      {"notify", {"notify", "list"}},
      {"policy", {"policy", "list"}},
      {"policy/check", {"policy", "check"}, {agent}},
      {"queue", {"queue", "list"}},
      {"recent", {"recent"}, {{"n", Kind::Number, As::Operand, {}, kMostRows}}},
      {"role", {"role", "list"}},
      {"runtime", {"runtime", "list"}},
      {"snapshot", {"snapshot", "list"}, {agent}},
      {"stats",
       {"stats"},
       {{"by", Kind::Name, As::Option}, {"days", Kind::Number, As::Option}}},
      {"stats/system", {"stats", "--system"}},
      {"status", {"status"}, {feature}},
      {"sync", {"sync", "status"}, {agent}},
      {"sync-status", {"sync-status"}, {feature}},
      {"task", {"task", "list"}, {of_feature, all}},
      {"version", {"version"}},
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

bool is_value(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::Name:
      return is_name(text);
    case Kind::Number:
      return is_number(text);
    case Kind::Flag:
      return text == "1";
  }
  return false;
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
    std::string value;
    for (const auto& [key, given] : parameters)
      if (key == p.name) value = given;
    if (value.empty()) continue;
    if (!is_value(p.kind, value))
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
    if (p.as == As::Operand) {
      out.arguments.push_back(value);
      continue;
    }
    const std::string option(p.option.empty() ? p.name : p.option);
    out.arguments.push_back("--" + option +
                            (p.kind == Kind::Flag ? "" : "=" + value));
  }
  return out;
}

}  // namespace orch::dashboard
