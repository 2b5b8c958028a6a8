// SPDX-License-Identifier: MIT
//
// What the dashboard makes of a request: who may ask, which verb answers, and
// with which arguments. The first line is the target, then headers up to an
// empty line, then the body.
#include <algorithm>

#include "dashboard/access.h"
#include "dashboard/endpoint.h"
#include "dashboard/write.h"
#include "error/error.h"
#include "fuzz/targets.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

orch::http::Request request_of(std::string_view input) {
  orch::http::Request request;
  request.method = "GET";
  const std::size_t blank = input.find("\n\n");
  const auto lines = text::split(input.substr(0, blank), '\n');
  if (const auto target = orch::http::parse_target(lines[0])) {
    request.path = target->path;
    request.query = target->query;
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(": ");
    if (colon != std::string::npos)
      request.headers.emplace_back(lines[i].substr(0, colon),
                                   lines[i].substr(colon + 2));
  }
  if (blank != std::string_view::npos) {
    request.method = "POST";
    request.body = input.substr(blank + 2);
  }
  return request;
}

void check_access(const orch::http::Request& request) {
  const auto rules = orch::dashboard::rules_for(4711, {}, kToken);
  const auto refusal = orch::dashboard::refuse(rules, request);
  const auto again = orch::dashboard::refuse(rules, request);
  require(refusal.has_value() == again.has_value() &&
              (!refusal || (refusal->status == again->status &&
                            refusal->message == again->message)),
          "a verdict is deterministic");
  if (refusal) {
    require(refusal->status >= 400, "a refusal is one");
    require(refusal->message.find(kToken) == std::string::npos,
            "a refusal does not tell the token");
    return;
  }
  const auto host = request.header("host");
  require(host && std::find(rules.hosts.begin(), rules.hosts.end(), *host) !=
                      rules.hosts.end(),
          "only our own host is served");
}

void check_question(std::string_view name, const orch::http::Pairs& query) {
  const auto question = orch::dashboard::find_question(name, query);
  if (!question) return;
  const auto call = orch::dashboard::call_of(*question);
  require(!call.verb.empty() && !call.verb.starts_with('-'), "a verb answers");
  require(std::find(call.arguments.begin(), call.arguments.end(), "--json") !=
              call.arguments.end(),
          "an answer is JSON");
  const auto again =
      orch::dashboard::find_question(question->name, question->parameters);
  require(again && again->text() == question->text(),
          "a question is read back");
}

// What the page gives stands behind "--" or is the value of a known option.
void check_write(std::string_view verb, const std::string& body) {
  const auto write = orch::dashboard::write_of(verb, body);
  const auto dashes =
      std::find(write.arguments.begin(), write.arguments.end(), "--");
  require(dashes != write.arguments.end(), "operands are no options");
  require(write.timeout_ms > 0, "a program ends");
}

}  // namespace

void dashboard(std::string_view input) {
  const orch::http::Request request = request_of(input);
  check_access(request);
  constexpr std::string_view kApi = "/api/";
  if (!request.path.starts_with(kApi)) return;
  const std::string name = request.path.substr(kApi.size());
  try {
    check_question(name, request.query);
  } catch (const Error&) {
    // Refused.
  }
  for (const std::string& verb : orch::dashboard::written_verbs()) try {
      check_write(verb, request.body);
    } catch (const Error&) {
      continue;
    }
}

}  // namespace orch::fuzz
