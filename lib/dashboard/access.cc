// SPDX-License-Identifier: MIT
#include "dashboard/access.h"

#include <algorithm>

namespace orch::dashboard {
namespace {

bool is_among(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// What was given as the token; empty when nothing was.
std::string given_token(const http::Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  if (const auto header = request.header("authorization"))
    return header->starts_with(kBearer) ? header->substr(kBearer.size()) : "";
  return request.parameter("token").value_or("");
}

// Somebody goes to the page, from a file or a link: it is shown, and nobody
// else reads it. Never in a frame, and only with the token.
bool is_visit(const http::Request& request) {
  return request.method == "GET" && request.path == "/" &&
         request.header("sec-fetch-mode") == "navigate" &&
         request.header("sec-fetch-dest") == "document";
}

std::optional<Refusal> refuse_site(const Rules& rules,
                                   const http::Request& request) {
  if (!is_among(rules.hosts, lower(request.header("host").value_or(""))))
    return Refusal{421, "refused_by_policy",
                   "this server does not answer to that name",
                   "open the address that 'git orch dashboard' printed"};
  const auto origin = request.header("origin");
  if (origin && !is_among(rules.origins, lower(*origin)))
    return Refusal{403, "refused_by_policy",
                   "a page of another site asks, and is not answered", ""};
  const auto site = request.header("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none" && !is_visit(request))
    return Refusal{403, "refused_by_policy",
                   "a page of another site asks, and is not answered", ""};
  return std::nullopt;
}

std::optional<Refusal> refuse_method(const http::Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  if (request.method != "POST")
    return Refusal{405, "usage", "only GET, HEAD and POST", ""};
  // A form of another page cannot send this type.
  const std::string type = lower(request.header("content-type").value_or(""));
  if (type != "application/json" && type != "application/json; charset=utf-8" &&
      type != "application/json;charset=utf-8")
    return Refusal{415, "usage", "a body is application/json", ""};
  return std::nullopt;
}

}  // namespace

Rules rules_for(int port, const std::vector<std::string>& names,
                std::string token) {
  Rules out{.token = std::move(token), .hosts = {}, .origins = {}};
  if (port == 0) {
    out.hosts.emplace_back("localhost");
    out.origins.emplace_back("http://localhost");
  } else {
    for (const char* name : {"127.0.0.1", "localhost", "[::1]"})
      out.hosts.push_back(name + (":" + std::to_string(port)));
    for (const std::string& host : out.hosts)
      out.origins.push_back("http://" + host);
  }
  for (const std::string& name : names) {
    out.hosts.push_back(lower(name));
    out.origins.push_back("https://" + lower(name));
  }
  return out;
}

bool is_same_secret(std::string_view secret, std::string_view given) {
  if (secret.size() != given.size() || secret.empty()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < secret.size(); ++i)
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(secret[i]) ^
                      static_cast<unsigned char>(given[i])));
  return difference == 0;
}

std::optional<Refusal> refuse(const Rules& rules,
                              const http::Request& request) {
  if (auto site = refuse_site(rules, request)) return site;
  if (!is_same_secret(rules.token, given_token(request)))
    return Refusal{401, "refused_by_policy", "the token is missing or wrong",
                   "open the address that 'git orch dashboard' printed"};
  return refuse_method(request);
}

}  // namespace orch::dashboard
