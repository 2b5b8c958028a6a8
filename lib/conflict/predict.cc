// SPDX-License-Identifier: MIT
#include <algorithm>

#include "config/config.h"
#include "conflict/conflict.h"
#include "conflict/own.h"
#include "error/error.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

struct Question {
  const Side* a;
  const Side* b;         // null: against `upstream`
  std::string upstream;  // name of what a is stale against
  git::Pair commits;
};

std::vector<Question> questions_of(const std::vector<Side>& sides,
                                   const std::optional<std::string>& only) {
  const auto wanted = [&](const Side& s) {
    return !only || s.name == *only || s.branch == *only;
  };
  std::vector<Question> questions;
  for (const Side& s : sides) {
    if (!wanted(s)) continue;
    if (!s.base.empty())
      questions.push_back({&s, nullptr, "base", {s.commit, s.base}});
    if (!s.integration.empty() && s.integration != s.base)
      questions.push_back(
          {&s, nullptr, "integration", {s.commit, s.integration}});
  }
  for (std::size_t i = 0; i < sides.size(); ++i)
    for (std::size_t j = i + 1; j < sides.size(); ++j)
      if (wanted(sides[i]) || wanted(sides[j]))
        questions.push_back(
            {&sides[i], &sides[j], "", {sides[i].commit, sides[j].commit}});
  return questions;
}

// The paths of a conflict that are both sides' own work.
std::vector<std::string> own_paths(const Question& q, const git::Merge& merge,
                                   OwnWork& work) {
  std::vector<std::string> paths;
  for (const std::string& path : merge.paths)
    if (work.is_collision(*q.a, *q.b, path)) paths.push_back(path);
  if (paths.empty()) return paths;
  const auto own = work.merge_own(*q.a, *q.b);
  if (own && own->verdict != git::Verdict::Unknown)
    std::erase_if(paths, [&](const std::string& path) {
      return std::find(own->paths.begin(), own->paths.end(), path) ==
             own->paths.end();
    });
  return paths;
}

bool leaves_out(const Question& q) {
  return !q.a->left_out.empty() || (q.b && !q.b->left_out.empty());
}

std::string what_is_left_out(const Question& q) {
  std::vector<std::string> paths = q.a->left_out;
  if (q.b)
    paths.insert(paths.end(), q.b->left_out.begin(), q.b->left_out.end());
  return "untracked and above orch.maxUntracked: " + text::join(paths, ", ");
}

}  // namespace

Report predict(const Repository& repository, const git::Quarantine& quarantine,
               const std::vector<Side>& sides, const Ask& ask) {
  const std::vector<Question> questions = questions_of(sides, ask.only);
  std::vector<git::Pair> pairs;
  for (const Question& q : questions) pairs.push_back(q.commits);
  Report report;
  const auto merges = predict::merge_all(repository, quarantine, pairs,
                                         ask.engine, &report.statistics);
  if (ask.verify)
    report.differences =
        predict::compare_with_git(repository, quarantine, pairs, merges);
  report.branches = sides.size();
  report.pairs = questions.size();
  OwnWork work(repository, quarantine);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& q = questions[i];
    const git::Merge& merge = merges[i];
    const std::string other = q.b ? q.b->name : q.upstream;
    if (merge.verdict == git::Verdict::Unknown)
      report.unknown.push_back({q.a->name, other, merge.reason});
    else if (merge.verdict == git::Verdict::Clean && leaves_out(q))
      report.unknown.push_back({q.a->name, other, what_is_left_out(q)});
    if (merge.verdict != git::Verdict::Conflict) continue;
    Finding f{.a = q.a->name,
              .b = other,
              .kind = q.b ? "collision" : "stale",
              .paths = q.b ? own_paths(q, merge, work) : merge.paths,
              .types = merge.types,
              .uncommitted = q.a->uncommitted || (q.b && q.b->uncommitted),
              .a_commit = q.commits.first,
              .b_commit = q.commits.second,
              .feature_id = q.a->feature_id};
    if (!f.paths.empty()) report.findings.push_back(std::move(f));
  }
  return report;
}

predict::Engine engine_of(const Repository& repository) {
  const auto config = config::Config::load(repository);
  const std::string name = config.text("orch.conflictengine", "fast");
  if (name == "fast") return predict::Engine::Fast;
  if (name == "git") return predict::Engine::Git;
  throw Error(ErrorCode::Usage,
              "unknown value '" + name + "' for orch.conflictEngine",
              "known: fast, git");
}

}  // namespace orch::conflict
