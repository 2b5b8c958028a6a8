// SPDX-License-Identifier: MIT
#include <map>

#include "hosting/answers.h"
#include "hosting/fields.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

constexpr char kFragment[] =
    "fragment f on PullRequest{number url state isDraft mergedAt "
    "reviewDecision headRefName headRefOid baseRefName "
    "reviews(last:50){nodes{id author{login}state body url}}"
    "comments(last:50){nodes{id author{login}body url}}"
    "reviewThreads(last:50){nodes{isResolved comments(first:10){nodes{id "
    "author{login}body path line url}}}}"
    "commits(last:1){nodes{commit{statusCheckRollup{contexts(first:100){nodes{"
    "__typename ...on CheckRun{databaseId name status conclusion detailsUrl "
    "checkSuite{app{slug}}}...on StatusContext{context state targetUrl}}}}}}}}";

std::string alias_of(std::int64_t number) {
  return "p" + std::to_string(number);
}

std::string status_of(const json::Value& v) {
  const std::string state = text_in(v, "state");
  if (state == "MERGED") return "merged";
  if (state == "CLOSED") return "closed";
  if (state != "OPEN") return "";
  if (flag_in(v, "isDraft")) return "draft";
  return text_in(v, "reviewDecision") == "APPROVED" ? "approved" : "open";
}

std::string review_of(const std::string& decision) {
  static const std::map<std::string, std::string> kKnown = {
      {"APPROVED", "approved"},
      {"CHANGES_REQUESTED", "changes"},
      {"REVIEW_REQUIRED", "required"}};
  const auto found = kKnown.find(decision);
  return found == kKnown.end() ? "" : found->second;
}

// What is not known counts as not decided.
std::string state_of_run(const json::Value& v) {
  static const std::map<std::string, std::string> kKnown = {
      {"SUCCESS", "passing"},         {"NEUTRAL", "skipped"},
      {"SKIPPED", "skipped"},         {"STALE", "skipped"},
      {"FAILURE", "failing"},         {"TIMED_OUT", "failing"},
      {"CANCELLED", "failing"},       {"ACTION_REQUIRED", "failing"},
      {"STARTUP_FAILURE", "failing"},
  };
  if (text_in(v, "status") != "COMPLETED") return "pending";
  const auto found = kKnown.find(text_in(v, "conclusion"));
  return found == kKnown.end() ? "pending" : found->second;
}

std::string state_of_context(const std::string& state) {
  if (state == "SUCCESS") return "passing";
  return state == "FAILURE" || state == "ERROR" ? "failing" : "pending";
}

Check check_of(const json::Value& v) {
  if (text_in(v, "__typename") == "StatusContext")
    return {.name = text_in(v, "context"),
            .state = state_of_context(text_in(v, "state")),
            .url = text_in(v, "targetUrl")};
  Check c{.name = text_in(v, "name"),
          .state = state_of_run(v),
          .url = text_in(v, "detailsUrl")};
  // The run of a check of Actions is its job; others keep their logs.
  if (text_in(v["checkSuite"]["app"], "slug") == "github-actions")
    c.job = id_in(v, "databaseId");
  return c;
}

Remark remark_of(const json::Value& v) {
  return {.id = text_in(v, "id"),
          .author = text_in(v["author"], "login"),
          .text = text_in(v, "body"),
          .path = text_in(v, "path"),
          .line = number_in(v, "line"),
          .url = text_in(v, "url")};
}

void add_remarks(const json::Value& v, Pull& pull) {
  for (const json::Value& review : nodes_in(v, "reviews")) {
    Remark r = remark_of(review);
    r.wants_changes = text_in(review, "state") == "CHANGES_REQUESTED";
    // One without words only stands above the comments of its threads.
    if (!text::trim(r.text).empty() || r.wants_changes)
      pull.remarks.push_back(std::move(r));
  }
  for (const json::Value& comment : nodes_in(v, "comments"))
    pull.remarks.push_back(remark_of(comment));
  for (const json::Value& thread : nodes_in(v, "reviewThreads")) {
    if (flag_in(thread, "isResolved")) continue;
    for (const json::Value& comment : nodes_in(thread, "comments"))
      pull.remarks.push_back(remark_of(comment));
  }
}

Pull pull_of(const json::Value& v) {
  Pull p{.number = number_in(v, "number"),
         .url = text_in(v, "url"),
         .status = status_of(v),
         .base = text_in(v, "baseRefName"),
         .head = text_in(v, "headRefName"),
         .head_commit = text_in(v, "headRefOid"),
         .review = review_of(text_in(v, "reviewDecision")),
         .merged_at = time_in(v, "mergedAt")};
  for (const json::Value& commit : nodes_in(v, "commits"))
    for (const json::Value& context :
         nodes_in(commit["commit"]["statusCheckRollup"], "contexts"))
      p.checks.push_back(check_of(context));
  add_remarks(v, p);
  std::erase_if(p.remarks, [](const Remark& r) { return r.id.empty(); });
  return p;
}

// What the errors of the answer say of one alias; empty: nothing.
std::string error_of(const json::Value& answer, const std::string& alias) {
  for (const json::Value& e : list_in(answer["errors"]))
    for (const json::Value& part : list_in(e["path"]))
      if (part.as_string() && *part.as_string() == alias)
        return complaint_text(text_in(e, "message"));
  return "";
}

}  // namespace

std::string github_question(const Place& place,
                            const std::vector<std::int64_t>& numbers) {
  std::string query =
      "query($owner:String!,$name:String!){repository(owner:$owner,"
      "name:$name){";
  for (const std::int64_t n : numbers)
    query +=
        alias_of(n) + ":pullRequest(number:" + std::to_string(n) + "){...f}";
  query += "}}";
  query += kFragment;
  const std::size_t slash = place.path.find('/');
  return json::to_text(json::Object{
      {"query", query},
      {"variables",
       json::Object{
           {"owner", place.path.substr(0, slash)},
           {"name",
            slash == std::string::npos ? "" : place.path.substr(slash + 1)}}}});
}

Answer read_github(std::string_view body,
                   const std::vector<std::int64_t>& numbers) {
  const auto answer = json::parse(body);
  if (!answer) return cut_off("JSON");
  for (const json::Value& e : list_in((*answer)["errors"]))
    if (text_in(e, "type") == "RATE_LIMITED")
      return Failure{Failing::Limited, complaint_text(text_in(e, "message")),
                     std::nullopt};
  const json::Value& repository = (*answer)["data"]["repository"];
  if (!repository.as_object()) {
    std::string why;
    for (const json::Value& e : list_in((*answer)["errors"]))
      why += (why.empty() ? "" : "; ") + text_in(e, "message");
    if (why.empty()) return cut_off("answer to the question");
    return Failure{Failing::Refused, complaint_text(why), std::nullopt};
  }
  Pulls out;
  for (const std::int64_t n : numbers) {
    const Pull p = pull_of(repository[alias_of(n)]);
    if (p.number == n && !p.status.empty()) {
      out.pulls.push_back(p);
      continue;
    }
    const std::string why = error_of(*answer, alias_of(n));
    out.missing[n] = why.empty() ? "the answer lacks it" : why;
  }
  return out;
}

}  // namespace orch::hosting
