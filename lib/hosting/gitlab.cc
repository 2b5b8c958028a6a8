// SPDX-License-Identifier: MIT
#include <map>

#include "hosting/answers.h"
#include "hosting/fields.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

constexpr char kFragment[] =
    "fragment f on MergeRequest{iid webUrl state draft approved mergedAt "
    "detailedMergeStatus sourceBranch targetBranch diffHeadSha "
    "headPipeline{status jobs(first:100){nodes{id name status allowFailure "
    "webPath}}}"
    "notes(last:100){nodes{id author{username}body system url "
    "position{newPath newLine}}}}";

std::string alias_of(std::int64_t number) {
  return "p" + std::to_string(number);
}

std::string status_of(const std::string& state, bool draft, bool approved) {
  if (state == "merged") return "merged";
  if (state == "closed") return "closed";
  if (state != "opened" && state != "locked") return "";
  if (draft) return "draft";
  return approved ? "approved" : "open";
}

std::string state_of_job(const json::Value& v) {
  static const std::map<std::string, std::string> kKnown = {
      {"SUCCESS", "passing"}, {"FAILED", "failing"}, {"CANCELED", "failing"},
      {"SKIPPED", "skipped"}, {"MANUAL", "skipped"},
  };
  const auto found = kKnown.find(text_in(v, "status"));
  if (found == kKnown.end()) return "pending";
  if (found->second == "failing" && flag_in(v, "allowFailure"))
    return "skipped";
  return found->second;
}

// "gid://gitlab/Ci::Build/123" gives 123.
std::string last_of(const std::string& id) {
  return id.substr(id.rfind('/') + 1);
}

Pull pull_of(const json::Value& v, const Place& place) {
  Pull p{.url = text_in(v, "webUrl"),
         .status = status_of(text_in(v, "state"), flag_in(v, "draft"),
                             flag_in(v, "approved")),
         .base = text_in(v, "targetBranch"),
         .head = text_in(v, "sourceBranch"),
         .head_commit = text_in(v, "diffHeadSha"),
         .merged_at = time_in(v, "mergedAt")};
  if (flag_in(v, "approved"))
    p.review = "approved";
  else if (text_in(v, "detailedMergeStatus") == "REQUESTED_CHANGES")
    p.review = "changes";
  for (const json::Value& job : nodes_in(v["headPipeline"], "jobs")) {
    Check c{.name = text_in(job, "name"),
            .state = state_of_job(job),
            .job = last_of(text_in(job, "id"))};
    if (const std::string path = text_in(job, "webPath"); !path.empty())
      c.url = "https://" + place.host + path;
    p.checks.push_back(std::move(c));
  }
  for (const json::Value& note : nodes_in(v, "notes")) {
    if (flag_in(note, "system") || text_in(note, "id").empty()) continue;
    p.remarks.push_back({.id = text_in(note, "id"),
                         .author = text_in(note["author"], "username"),
                         .text = text_in(note, "body"),
                         .path = text_in(note["position"], "newPath"),
                         .line = number_in(note["position"], "newLine"),
                         .url = text_in(note, "url")});
  }
  return p;
}

}  // namespace

std::string gitlab_question(const Place& place,
                            const std::vector<std::int64_t>& numbers) {
  std::string query = "query($path:ID!){project(fullPath:$path){";
  for (const std::int64_t n : numbers)
    query +=
        alias_of(n) + ":mergeRequest(iid:\"" + std::to_string(n) + "\"){...f}";
  query += "}}";
  query += kFragment;
  return json::to_text(json::Object{
      {"query", query}, {"variables", json::Object{{"path", place.path}}}});
}

Answer read_gitlab(std::string_view body,
                   const std::vector<std::int64_t>& numbers) {
  const auto answer = json::parse(body);
  if (!answer) return cut_off("JSON");
  const json::Value& project = (*answer)["data"]["project"];
  if (!project.as_object()) {
    std::string why;
    for (const json::Value& e : list_in((*answer)["errors"]))
      why += (why.empty() ? "" : "; ") + text_in(e, "message");
    if (!why.empty())
      return Failure{Failing::Refused, complaint_text(why), std::nullopt};
    // A project that one may not see is null.
    if ((*answer)["data"].as_object())
      return Failure{Failing::Refused, "there is no such project",
                     std::nullopt};
    return cut_off("answer to the question");
  }
  const Place place = [&] {
    for (const std::int64_t n : numbers)
      if (const auto page = find_page(text_in(project[alias_of(n)], "webUrl")))
        return page->place;
    return Place{};
  }();
  Pulls out;
  for (const std::int64_t n : numbers) {
    const json::Value& v = project[alias_of(n)];
    Pull p = pull_of(v, place);
    p.number = n;
    if (id_in(v, "iid") == std::to_string(n) && !p.status.empty())
      out.pulls.push_back(std::move(p));
    else
      out.missing[n] = "the answer lacks it";
  }
  return out;
}

std::optional<Pull> read_gitlab_one(std::string_view body) {
  const auto v = json::parse(body);
  if (!v) return std::nullopt;
  Pull p{.number = number_in(*v, "iid"),
         .url = text_in(*v, "web_url"),
         .status = status_of(text_in(*v, "state"), flag_in(*v, "draft"), false),
         .base = text_in(*v, "target_branch"),
         .head = text_in(*v, "source_branch"),
         .head_commit = text_in(*v, "sha"),
         .merged_at = time_in(*v, "merged_at")};
  if (p.number <= 0 || p.url.empty() || p.status.empty()) return std::nullopt;
  return p;
}

}  // namespace orch::hosting
