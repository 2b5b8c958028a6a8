// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <tuple>

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

using Sides = std::vector<Side>;

// A part of all questions, so that many branches need no more memory than some:
// those about one block of sides, or about two.
struct Part {
  std::size_t rows = 0, rows_end = 0;        // of the first side
  std::size_t columns = 0, columns_end = 0;  // of the second
};

std::vector<Part> parts_of(std::size_t sides, bool one_only) {
  constexpr std::size_t kBlock = 700;
  const std::size_t block = one_only ? std::max<std::size_t>(sides, 1) : kBlock;
  std::vector<Part> parts;
  for (std::size_t i = 0; i < sides; i += block)
    for (std::size_t j = i; j < sides; j += block)
      parts.push_back(
          {i, std::min(i + block, sides), j, std::min(j + block, sides)});
  return parts;
}

void append_stale(const Side& s, std::vector<Question>* out) {
  if (!s.base.empty())
    out->push_back({&s, nullptr, "base", {s.commit, s.base}});
  if (!s.integration.empty() && s.integration != s.base)
    out->push_back({&s, nullptr, "integration", {s.commit, s.integration}});
}

std::vector<Question> questions_of(const Sides& sides, const Part& part,
                                   const std::optional<std::string>& only) {
  const auto wanted = [&](const Side& s) {
    return !only || s.name == *only || s.branch == *only;
  };
  std::vector<Question> questions;
  if (part.rows == part.columns)
    for (std::size_t i = part.rows; i < part.rows_end; ++i)
      if (wanted(sides[i])) append_stale(sides[i], &questions);
  for (std::size_t i = part.rows; i < part.rows_end; ++i)
    for (std::size_t j = std::max(i + 1, part.columns); j < part.columns_end;
         ++j)
      if (wanted(sides[i]) || wanted(sides[j]))
        questions.push_back(
            {&sides[i], &sides[j], "", {sides[i].commit, sides[j].commit}});
  return questions;
}

// Takes the paths that are not both sides' own work out of each conflict of two
// sides.
class Ownership {
 public:
  Ownership(const Repository& repository, const git::Quarantine& quarantine,
            const std::vector<Question>& questions)
      : repository_(repository),
        quarantine_(quarantine),
        questions_(questions),
        work_(repository, quarantine) {}

  void keep_own(std::vector<git::Merge>& merges, predict::Engine engine) {
    std::vector<git::Pair> pairs;
    std::vector<git::Merge*> asked;
    for (std::size_t i = 0; i < questions_.size(); ++i) {
      const Question& q = questions_[i];
      git::Merge& merge = merges[i];
      if (!q.b || merge.verdict != git::Verdict::Conflict) continue;
      std::erase_if(merge.paths, [&](const std::string& path) {
        return !work_.is_collision(*q.a, *q.b, path);
      });
      if (merge.paths.empty()) continue;
      if (auto pair = work_.own_pair(*q.a, *q.b)) {
        pairs.push_back(*std::move(pair));
        asked.push_back(&merge);
      }
    }
    const auto own =
        predict::merge_all(repository_, quarantine_, pairs, engine, nullptr);
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (own[i].verdict == git::Verdict::Unknown) continue;
      std::erase_if(asked[i]->paths, [&](const std::string& path) {
        return std::find(own[i].paths.begin(), own[i].paths.end(), path) ==
               own[i].paths.end();
      });
    }
  }

 private:
  const Repository& repository_;
  const git::Quarantine& quarantine_;
  const std::vector<Question>& questions_;
  OwnWork work_;
};

// Why a clean merge of what was read is no answer; empty when it is one.
std::string what_is_missing(const Question& q) {
  std::vector<std::string> left_out;
  for (const Side* side : {q.a, q.b}) {
    if (!side) continue;
    if (!side->unreadable.empty())
      return "the worktree of " + side->name +
             " cannot be read: " + side->unreadable;
    left_out.insert(left_out.end(), side->left_out.begin(),
                    side->left_out.end());
  }
  if (left_out.empty()) return "";
  return "untracked and above orch.maxUntracked: " + text::join(left_out, ", ");
}

void add_finding(const Question& q, const git::Merge& merge, Report* report) {
  const std::string other = q.b ? q.b->name : q.upstream;
  const std::string missing = what_is_missing(q);
  if (merge.verdict == git::Verdict::Unknown)
    report->unknown.push_back({q.a->name, other, merge.reason});
  else if (merge.verdict == git::Verdict::Clean && !missing.empty())
    report->unknown.push_back({q.a->name, other, missing});
  if (merge.verdict != git::Verdict::Conflict || merge.paths.empty()) return;
  report->findings.push_back(
      {.a = q.a->name,
       .b = other,
       .kind = q.b ? "collision" : "stale",
       .paths = merge.paths,
       .types = merge.types,
       .uncommitted = q.a->uncommitted || (q.b && q.b->uncommitted),
       .a_commit = q.commits.first,
       .b_commit = q.commits.second,
       .feature_id = q.a->feature_id});
}

void answer(const Repository& repository, const git::Quarantine& quarantine,
            const std::vector<Question>& questions, const Ask& ask,
            Report* report) {
  std::vector<git::Pair> pairs;
  pairs.reserve(questions.size());
  for (const Question& q : questions) pairs.push_back(q.commits);
  predict::Statistics statistics;
  auto merges = predict::merge_all(repository, quarantine, pairs, ask.engine,
                                   &statistics, ask.memory);
  report->statistics += statistics;
  report->pairs += questions.size();
  if (ask.verify)
    for (auto& difference :
         predict::compare_with_git(repository, quarantine, pairs, merges))
      report->differences.push_back(std::move(difference));
  Ownership(repository, quarantine, questions).keep_own(merges, ask.engine);
  for (std::size_t i = 0; i < questions.size(); ++i)
    add_finding(questions[i], merges[i], report);
}

// As if all questions had been asked at once: staleness first, then pair after
// pair in the order of the sides.
void sort_findings(const Sides& sides, Report* report) {
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < sides.size(); ++i) place[sides[i].name] = i + 1;
  std::stable_sort(report->findings.begin(), report->findings.end(),
                   [&](const Finding& x, const Finding& y) {
                     const auto key = [&](const Finding& f) {
                       return std::tuple(f.kind != "stale", place[f.a],
                                         place[f.b]);
                     };
                     return key(x) < key(y);
                   });
}

}  // namespace

Report predict(const Repository& repository, const git::Quarantine& quarantine,
               const std::vector<Side>& sides, const Ask& ask) {
  Report report;
  report.branches = sides.size();
  const auto parts = parts_of(sides.size(), ask.only.has_value());
  for (std::size_t n = 0; n < parts.size(); ++n) {
    if (ask.progress && parts.size() > 1) ask.progress(n, parts.size());
    answer(repository, quarantine, questions_of(sides, parts[n], ask.only), ask,
           &report);
  }
  sort_findings(sides, &report);
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
