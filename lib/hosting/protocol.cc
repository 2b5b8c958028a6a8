// SPDX-License-Identifier: MIT
#include "hosting/protocol.h"

#include <algorithm>
#include <set>

#include "hosting/fields.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

constexpr std::int64_t kLongestWaitS = 86400;

const std::set<std::string> kStatuses = {"draft", "open", "approved", "merged",
                                         "closed"};
const std::set<std::string> kReviews = {"approved", "changes", "required"};
const std::set<std::string> kStates = {"passing", "failing", "pending",
                                       "skipped"};

std::string if_known(const std::set<std::string>& known,
                     const std::string& text, const std::string& otherwise) {
  return known.contains(text) ? text : otherwise;
}

Failure failure_in(const json::Value& error, std::int64_t now_ms) {
  if (!error.as_object()) return {};
  Failure out{Failing::Refused, complaint_text(text_in(error, "message")), {}};
  const std::string kind = text_in(error, "kind");
  if (kind == "not-logged-in") out.what = Failing::NotLoggedIn;
  if (kind == "unreachable") out.what = Failing::Unreachable;
  if (kind == "limited") {
    out.what = Failing::Limited;
    const std::int64_t seconds = number_in(error, "retry_after");
    out.until_ms = now_ms + std::clamp<std::int64_t>(
                                seconds == 0 ? 60 : seconds, 1, kLongestWaitS) *
                                1000;
  }
  if (out.text.empty()) out.text = "it gave no reason";
  return out;
}

Pull pull_of(const json::Value& v) {
  Pull p{.number = number_in(v, "number"),
         .url = text_in(v, "url"),
         .status = if_known(kStatuses, text_in(v, "status"), ""),
         .base = text_in(v, "base"),
         .head = text_in(v, "head"),
         .head_commit = text_in(v, "head_commit"),
         .review = if_known(kReviews, text_in(v, "review"), ""),
         .merged_at = time_in(v, "merged_at")};
  for (const json::Value& c : list_in(v["checks"]))
    p.checks.push_back(
        {.name = text_in(c, "name"),
         .state = if_known(kStates, text_in(c, "state"), "pending"),
         .url = text_in(c, "url"),
         .log = text_in(c, "log")});
  for (const json::Value& r : list_in(v["remarks"])) {
    Remark remark{.id = id_in(r, "id"),
                  .author = text_in(r, "author"),
                  .text = text_in(r, "text"),
                  .path = text_in(r, "path"),
                  .line = number_in(r, "line"),
                  .url = text_in(r, "url"),
                  .wants_changes = flag_in(r, "wants_changes")};
    if (!remark.id.empty()) p.remarks.push_back(std::move(remark));
  }
  return p;
}

// The answer, or why it is none.
std::optional<json::Value> read(std::string_view body, CommandAnswer& out,
                                std::int64_t now_ms) {
  auto v = json::parse(body);
  if (!v || !v->as_object() || number_in(*v, "version") != 1) {
    out.failure = cut_off("JSON object with \"version\":1");
    return std::nullopt;
  }
  out.failure = failure_in((*v)["error"], now_ms);
  if (out.failure) return std::nullopt;
  return v;
}

}  // namespace

std::string open_question(const std::string& remote_url, const Wanted& wanted) {
  return json::to_text(json::Object{{"version", 1},
                                    {"action", "open"},
                                    {"remote", remote_url},
                                    {"base", wanted.base},
                                    {"head", wanted.head},
                                    {"draft", wanted.draft},
                                    {"title", wanted.title},
                                    {"body", wanted.body}});
}

std::string sync_question(const std::string& remote_url,
                          const std::vector<Known>& known,
                          const std::string& memory) {
  json::Array pulls;
  for (const Known& k : known)
    pulls.emplace_back(json::Object{{"number", k.number},
                                    {"url", k.url},
                                    {"base", k.base},
                                    {"head", k.head}});
  return json::to_text(json::Object{
      {"version", 1},
      {"action", "sync"},
      {"remote", remote_url},
      {"memory", memory.empty() ? json::Value() : json::Value(memory)},
      {"pulls", pulls}});
}

CommandAnswer read_open(std::string_view body, std::int64_t now_ms) {
  CommandAnswer out;
  const auto v = read(body, out, now_ms);
  if (!v) return out;
  Pull p = pull_of(*v);
  if (p.number <= 0 || p.url.empty() || p.status.empty()) {
    out.failure = cut_off("number, url and status");
    return out;
  }
  out.existed = flag_in(*v, "existed");
  out.pulls.pulls.push_back(std::move(p));
  return out;
}

CommandAnswer read_sync(std::string_view body, const std::vector<Known>& known,
                        std::int64_t now_ms) {
  CommandAnswer out;
  const auto v = read(body, out, now_ms);
  if (!v) return out;
  out.unchanged = flag_in(*v, "unchanged");
  out.memory = text_in(*v, "memory");
  if (out.unchanged) return out;
  if (!(*v)["pulls"].as_array()) {
    out.failure = cut_off("list of pulls");
    return out;
  }
  for (const Known& k : known) {
    bool found = false;
    for (const json::Value& row : list_in((*v)["pulls"])) {
      Pull p = pull_of(row);
      if (p.number != k.number || p.status.empty()) continue;
      if (p.url.empty()) p.url = k.url;
      out.pulls.pulls.push_back(std::move(p));
      found = true;
      break;
    }
    if (!found) out.pulls.missing[k.number] = "the answer lacks it";
  }
  return out;
}

}  // namespace orch::hosting
