// SPDX-License-Identifier: MIT
#include "hosting/response.h"

#include <array>
#include <charconv>

#include "hosting/pull.h"
#include "json/value.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

constexpr std::int64_t kSecondMs = 1000;
// Where a forge does not say how long to wait.
constexpr std::int64_t kUsualWaitMs = 60 * kSecondMs;
constexpr std::int64_t kLongestWaitMs = std::int64_t{24} * 3600 * kSecondMs;
constexpr std::size_t kMostText = 300;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size() || n < 0)
    return std::nullopt;
  return n;
}

std::optional<std::int64_t> header(const Response& r, const char* name) {
  const auto found = r.headers.find(name);
  if (found == r.headers.end()) return std::nullopt;
  return number_in(found->second);
}

// "HTTP 502" in a complaint gives 502.
int status_in(const std::string& text) {
  for (std::size_t i = text.find("HTTP "); i != std::string::npos;
       i = text.find("HTTP ", i + 1)) {
    const auto n = number_in(std::string_view(text).substr(i + 5, 3));
    if (n && *n >= 100) return static_cast<int>(*n);
  }
  return 0;
}

bool has_any(const std::string& text,
             const std::vector<std::string_view>& parts) {
  for (const std::string_view part : parts)
    if (text.find(part) != std::string::npos) return true;
  return false;
}

std::int64_t end_of_wait(const Response& r, std::int64_t now) {
  std::int64_t until = now + kUsualWaitMs;
  if (const auto seconds = header(r, "retry-after"))
    until = now + std::min(*seconds, kLongestWaitMs / kSecondMs) * kSecondMs;
  else if (const auto reset = header(r, "x-ratelimit-reset"))
    until = std::min(*reset, (now + kLongestWaitMs) / kSecondMs) * kSecondMs;
  else if (const auto gitlab = header(r, "ratelimit-reset"))
    until = std::min(*gitlab, (now + kLongestWaitMs) / kSecondMs) * kSecondMs;
  return std::max(until, now + kSecondMs);
}

std::string message_in(const Response& r) {
  const auto body = json::parse(r.body);
  if (!body) return "";
  const std::string* message = (*body)["message"].as_string();
  if (!message) message = (*body)["error"].as_string();
  return message ? *message : "";
}

// The addresses in `said` bare; marks behind one belong to the sentence.
std::string without_secrets(std::string_view said) {
  std::string out;
  while (!said.empty()) {
    const std::string_view word = said.substr(0, said.find_first_of(" \t\r\n"));
    const std::size_t end = word.find_last_not_of("'\")>],;:.") + 1;
    out +=
        word.find("://") == std::string_view::npos
            ? std::string(word)
            : bare_address(word.substr(0, end)) + std::string(word.substr(end));
    said.remove_prefix(word.size());
    if (said.empty()) break;
    out += said[0];
    said.remove_prefix(1);
  }
  return out;
}

std::string complaint(const Ending& ending, const Response& r) {
  std::string text(text::trim(ending.errors));
  if (text.empty()) text = message_in(r);
  std::string line;
  for (const std::string& part : text::split_list(text, '\n'))
    line += (line.empty() ? "" : "; ") + part;
  return complaint_text(line);
}

}  // namespace

std::string complaint_text(std::string_view said) {
  return text::cut(text::printable(without_secrets(said)), kMostText);
}

Response parse_response(std::string_view printed) {
  Response out;
  if (!printed.starts_with("HTTP/")) {
    out.body = std::string(printed);
    return out;
  }
  bool first = true;
  while (!printed.empty()) {
    const std::size_t end = printed.find('\n');
    const std::string_view line = text::trim_end(printed.substr(0, end));
    printed.remove_prefix(end == std::string_view::npos ? printed.size()
                                                        : end + 1);
    if (first) {
      const std::size_t blank = line.find(' ');
      if (blank != std::string_view::npos)
        out.status =
            static_cast<int>(number_in(line.substr(blank + 1, 3)).value_or(0));
      first = false;
      continue;
    }
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    out.headers[text::lower(line.substr(0, colon))] =
        std::string(text::trim(line.substr(colon + 1)));
  }
  out.body = std::string(printed);
  return out;
}

Failure failure_of(const Ending& ending, const Response& response,
                   std::int64_t now_ms) {
  const int status =
      response.status != 0 ? response.status : status_in(ending.errors);
  if (status == 304) return {};
  const std::string said = text::lower(ending.errors + message_in(response));
  const bool failed = ending.status != 0 || ending.timed_out || status >= 400;
  if (!failed) return {};
  const std::string text = complaint(ending, response);
  const auto of = [&](Failing what, const std::string& otherwise) {
    return Failure{what, text.empty() ? otherwise : text, std::nullopt};
  };
  if (ending.timed_out)
    return {Failing::Unreachable, "no answer in time", std::nullopt};
  if (status == 429 || has_any(said, {"rate limit", "too many requests"})) {
    Failure out = of(Failing::Limited, "too many requests");
    out.until_ms = end_of_wait(response, now_ms);
    return out;
  }
  // 4 is what gh ends with when it needs a log-in.
  if (ending.status == 4 || status == 401 ||
      has_any(said, {"auth login", "login add", "not logged in",
                     "no available login", "401 unauthorized"}))
    return of(Failing::NotLoggedIn, "not logged in");
  if (status >= 500)
    return of(Failing::Broken, "HTTP " + std::to_string(status));
  if (has_any(said,
              {"error connecting to", "could not resolve host", "dial tcp",
               "no such host", "connection refused", "network is unreachable",
               "i/o timeout", "connection reset"}))
    return of(Failing::Unreachable, "no connection");
  return of(Failing::Refused,
            status != 0 ? "HTTP " + std::to_string(status)
                        : "exit status " + std::to_string(ending.status));
}

Failure cut_off(const std::string& what) {
  return {Failing::Broken, "the answer is no whole " + what, std::nullopt};
}

}  // namespace orch::hosting
