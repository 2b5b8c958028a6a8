// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "hosting/answers.h"
#include "hosting/fields.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

std::string status_of(const json::Value& v) {
  if (flag_in(v, "merged")) return "merged";
  const std::string state = text_in(v, "state");
  if (state == "closed") return "closed";
  if (state != "open") return "";
  return flag_in(v, "draft") || text_in(v, "title").starts_with("WIP:")
             ? "draft"
             : "open";
}

std::optional<Pull> pull_of(const json::Value& v) {
  Pull p{.number = number_in(v, "number"),
         .url = text_in(v, "html_url"),
         .status = status_of(v),
         .base = text_in(v["base"], "ref"),
         .head = text_in(v["head"], "ref"),
         .head_commit = text_in(v["head"], "sha"),
         .merged_at = time_in(v, "merged_at")};
  if (p.number <= 0 || p.url.empty() || p.status.empty()) return std::nullopt;
  return p;
}

std::string state_of(const std::string& status) {
  if (status == "success") return "passing";
  if (status == "failure" || status == "error") return "failing";
  return status == "skipped" || status == "warning" ? "skipped" : "pending";
}

Remark remark_of(const json::Value& v, const std::string& kind) {
  return {.id = kind + id_in(v, "id"),
          .author = text_in(v["user"], "login"),
          .text = text_in(v, "body"),
          .url = text_in(v, "html_url")};
}

}  // namespace

Answer read_gitea_list(std::string_view body,
                       const std::vector<std::int64_t>& numbers) {
  const auto v = json::parse(body);
  if (!v) return cut_off("JSON");
  if (!v->as_array()) {
    const std::string why = text_in(*v, "message");
    if (why.empty()) return cut_off("list");
    return Failure{Failing::Refused, complaint_text(why), std::nullopt};
  }
  Pulls out;
  for (const std::int64_t n : numbers) {
    for (const json::Value& row : *v->as_array())
      if (auto p = pull_of(row); p && p->number == n) {
        out.pulls.push_back(*std::move(p));
        break;
      }
    if (out.pulls.empty() || out.pulls.back().number != n)
      out.missing[n] = "it is not among the last that changed";
  }
  return out;
}

std::optional<Pull> read_gitea_one(std::string_view body) {
  const auto v = json::parse(body);
  return v ? pull_of(*v) : std::nullopt;
}

bool read_gitea_status(std::string_view body, Pull& pull) {
  const auto v = json::parse(body);
  if (!v || !v->as_object()) return false;
  for (const json::Value& s : list_in((*v)["statuses"])) {
    std::string status = text_in(s, "status");
    if (status.empty()) status = text_in(s, "state");
    pull.checks.push_back({.name = text_in(s, "context"),
                           .state = state_of(status),
                           .url = text_in(s, "target_url"),
                           .log = text_in(s, "description")});
  }
  return true;
}

bool read_gitea_reviews(std::string_view body, Pull& pull,
                        std::vector<std::int64_t>& with_comments) {
  const auto v = json::parse(body);
  if (!v || !v->as_array()) return false;
  std::map<std::string, std::string> last;  // of each reviewer
  for (const json::Value& review : *v->as_array()) {
    const std::string state = text_in(review, "state");
    if (flag_in(review, "dismissed") || state == "PENDING" ||
        state == "REQUEST_REVIEW")
      continue;
    if (number_in(review, "comments_count") > 0)
      with_comments.push_back(number_in(review, "id"));
    Remark r = remark_of(review, "review-");
    r.wants_changes = state == "REQUEST_CHANGES";
    if (state == "APPROVED" || r.wants_changes) last[r.author] = state;
    if (!text::trim(r.text).empty() || r.wants_changes)
      pull.remarks.push_back(std::move(r));
  }
  const auto any = [&](const std::string& state) {
    return std::any_of(last.begin(), last.end(),
                       [&](const auto& l) { return l.second == state; });
  };
  if (any("REQUEST_CHANGES"))
    pull.review = "changes";
  else if (any("APPROVED"))
    pull.review = "approved";
  if (pull.review == "approved" && pull.status == "open")
    pull.status = "approved";
  return true;
}

bool read_gitea_comments(std::string_view body, Pull& pull) {
  const auto v = json::parse(body);
  if (!v || !v->as_array()) return false;
  for (const json::Value& comment : *v->as_array()) {
    Remark r = remark_of(comment, "comment-");
    r.path = text_in(comment, "path");
    r.line = number_in(comment, "position");
    pull.remarks.push_back(std::move(r));
  }
  return true;
}

}  // namespace orch::hosting
