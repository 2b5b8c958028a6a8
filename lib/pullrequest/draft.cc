// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/state.h"
#include "guard/guard.h"
#include "hosting/markdown.h"
#include "pullrequest/pullrequest.h"
#include "pullrequest/remote.h"
#include "store/asks.h"
#include "store/conflicts.h"
#include "store/results.h"
#include "store/tasks.h"
#include "text/text.h"

namespace orch::pullrequest {
namespace {

constexpr int kMostCommits = 100;

store::Feature feature_of(store::Store& store, const store::Agent& agent) {
  auto feature = agent.feature_id
                     ? store::find_feature(store, *agent.feature_id)
                     : std::nullopt;
  if (!feature || agent.branch.empty())
    throw Error(ErrorCode::UnknownName,
                "'" + agent.address + "' works on no branch of a feature");
  return *std::move(feature);
}

std::string require_branch_name(const Repository& repository,
                                const std::string& name) {
  const std::string bare = git::short_branch(name);
  const std::string ref = std::string(git::kHeads) + bare;
  if (bare.empty() || bare[0] == '-' ||
      !git::run(repository, {.args = {"check-ref-format", ref}}).ok())
    throw Error(ErrorCode::Usage, "'" + name + "' cannot name a branch");
  return bare;
}

std::string base_of(const Repository& repository, const Wanted& wanted,
                    const store::Feature& feature, const std::string& remote) {
  if (wanted.base) return require_branch_name(repository, *wanted.base);
  if (wanted.agent.branch != feature.integration_branch)
    return feature.integration_branch;
  if (feature.base.starts_with(git::kHeads))
    return git::short_branch(feature.base);
  const std::string front = "refs/remotes/" + remote + "/";
  if (!remote.empty() && feature.base.starts_with(front))
    return feature.base.substr(front.size());
  throw Error(ErrorCode::Usage,
              "the base of feature '" + feature.spec_id + "' is no branch",
              "git orch open-pr --base <branch>");
}

// The newest commits that the base lacks, without merges.
void add_commits(const Repository& repository, const Draft& draft,
                 hosting::Facts& facts) {
  std::optional<std::string> from;
  for (const std::string& ref :
       {std::string(git::kHeads) + draft.base,
        "refs/remotes/" + draft.remote + "/" + draft.base,
        draft.feature.base_commit})
    if (!from && !ref.empty()) from = git::find_commit(repository, ref);
  if (!from) return;
  const auto listed = git::run(
      repository,
      {.args = {"rev-list", "--no-merges", draft.tip, "^" + *from, "--"}});
  if (!listed.ok()) return;
  auto ids = text::split_list(listed.output, '\n');
  facts.commits = ids.size();
  if (ids.size() > kMostCommits) ids.resize(kMostCommits);
  const auto commits = git::read_commits(repository, ids);
  for (const std::string& id : ids)
    if (const auto c = commits.find(id); c != commits.end())
      facts.subjects.push_back(c->second.subject);
}

std::string result_of(const store::TestResult& t) {
  if (!t.passed || !t.total) return t.status;
  return t.status + ", " + std::to_string(*t.passed) + " of " +
         std::to_string(*t.total);
}

hosting::Facts facts_of(const Repository& repository, store::Store& store,
                        const store::Agent& agent, const Draft& draft) {
  const store::Feature& f = draft.feature;
  const bool whole = agent.branch == f.integration_branch;
  hosting::Facts facts{.feature = f.spec_id,
                       .feature_name = f.name,
                       .role = agent.role,
                       .agent = agent.address,
                       .base = draft.base,
                       .head = draft.head};
  add_commits(repository, draft, facts);
  for (const store::Task& t : store::list_tasks(store, f.id))
    if (whole || t.owner == agent.address)
      facts.tasks.push_back({t.task_id, t.title, t.status});
  for (const store::TestResult& t : store::list_latest_tests(store, f.id))
    if (whole || t.role == agent.role)
      facts.tests.push_back(
          {t.role, t.type, result_of(t), t.commit.value_or("")});
  for (const store::Conflict& c : store::list_open_conflicts(store, f.id))
    if (whole || c.a == agent.address || c.b == agent.address)
      facts.conflicts.push_back({c.a, c.b, c.kind, c.paths});
  return facts;
}

// "[<spec-id>] <subject>"; for the whole feature its name, where it has one.
std::string title_of(const store::Agent& agent, const store::Feature& f,
                     const std::string& subject) {
  const std::string front = "[" + f.spec_id + "]";
  const bool whole = agent.branch == f.integration_branch;
  std::string said =
      whole && !f.name.empty() && f.name != f.spec_id ? f.name : subject;
  if (said.starts_with(front)) said = said.substr(front.size());
  said = std::string(text::trim(said));
  if (said.empty()) said = f.name.empty() ? agent.role : f.name;
  return hosting::title_text(front + " " + said);
}

bool goes_on(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// Where this machine keeps things is nobody's business elsewhere.
std::string without_places(std::string text,
                           const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (place.size() < 2) continue;
    for (std::size_t i = text.find(place); i != std::string::npos;
         i = text.find(place, i)) {
      std::size_t end = i + place.size();
      const bool inside = i > 0 && goes_on(text[i - 1]);
      if (inside || (end < text.size() && goes_on(text[end]))) {
        i = end;
        continue;
      }
      if (end < text.size() && text[end] == '/') ++end;
      text.erase(i, end - i);
    }
  }
  return text;
}

std::vector<std::string> places_of(const Repository& repository,
                                   const store::Agent& agent) {
  const char* home = std::getenv("HOME");
  return {agent.worktree, repository.worktree, repository.common_dir,
          file::parent_of(repository.common_dir), home ? home : ""};
}

bool has_leave(store::Store& store, const store::Agent& caller,
               const std::vector<std::string>& actions, std::int64_t now) {
  for (const store::Ask& ask : store::list_asks(store, store::Asks::All))
    if (ask.agent_id == caller.id && ask.status == "approved" &&
        ask.expires_at > now &&
        std::find(actions.begin(), actions.end(), ask.action) != actions.end())
      return true;
  return false;
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw Error(ErrorCode::RefusedByPolicy, what, hint);
}

}  // namespace

Draft draft_of(const Repository& repository, store::Store& store,
               const Wanted& wanted) {
  const auto config = config::Config::load(repository);
  Draft out{.feature = feature_of(store, wanted.agent)};
  out.head = wanted.agent.branch;
  out.remote = remote_of(repository, config, out.head);
  out.base = base_of(repository, wanted, out.feature, out.remote);
  if (out.base == out.head)
    throw Error(ErrorCode::Usage,
                "'" + out.head + "' cannot be merged into itself",
                "git orch open-pr --base <branch>");
  const std::string there = "refs/remotes/" + out.remote + "/" + out.base;
  if (wanted.base &&
      !git::find_commit(repository, std::string(git::kHeads) + out.base) &&
      (out.remote.empty() || !git::find_commit(repository, there)))
    throw Error(ErrorCode::UnknownName,
                "there is no branch '" + out.base +
                    "', here or as far as is "
                    "known of the remote",
                out.remote.empty() ? "git branch" : "git fetch " + out.remote);
  const auto tip =
      git::find_commit(repository, std::string(git::kHeads) + out.head);
  if (!tip)
    throw Error(ErrorCode::UnknownName,
                "branch '" + out.head + "' has no commit");
  out.tip = *tip;
  const auto newest = git::read_commits(repository, {out.tip});
  const std::string subject =
      newest.empty() ? "" : newest.begin()->second.subject;
  const auto places = places_of(repository, wanted.agent);
  out.title = wanted.title
                  ? text::cut(text::printable(text::trim(*wanted.title)), 250)
                  : without_places(title_of(wanted.agent, out.feature, subject),
                                   places);
  if (out.title.empty())
    throw Error(ErrorCode::Usage, "the title must not be empty");
  out.body = wanted.body
                 ? *wanted.body
                 : without_places(hosting::body_of(facts_of(repository, store,
                                                            wanted.agent, out)),
                                  places);
  return out;
}

store::Agent require_author(const Repository& repository, store::Store& store,
                            const std::string& name) {
  if (!name.empty()) return agent::require_agent(repository, store, name);
  const auto fits = [](const std::optional<store::Agent>& a) {
    return a && a->feature_id && !a->branch.empty();
  };
  if (auto caller = agent::find_caller(store); fits(caller))
    return *std::move(caller);
  if (const auto address = repository::agent_of(repository))
    if (auto here = store::find_agent(store, *address); fits(here))
      return *std::move(here);
  const std::string branch = git::short_branch(git::branch_in(repository));
  if (!branch.empty())
    if (auto on = store::find_agent_on(store, branch); fits(on))
      return *std::move(on);
  const auto feature = agent::require_feature(repository, store, "");
  if (auto whole = store::find_agent_on(store, feature.integration_branch);
      fits(whole))
    return *std::move(whole);
  throw Error(ErrorCode::UnknownName,
              "feature '" + feature.spec_id + "' has no overseer",
              "git orch open-pr --agent <agent>");
}

void require_own_commits(const Repository& repository, const Draft& draft) {
  std::optional<std::string> base;
  if (!draft.remote.empty())
    base = git::find_commit(repository,
                            "refs/remotes/" + draft.remote + "/" + draft.base);
  if (!base)
    base = git::find_commit(repository, std::string(git::kHeads) + draft.base);
  if (!base || !git::is_ancestor(repository, draft.tip, *base)) return;
  throw Error(ErrorCode::UnknownName,
              "'" + draft.head + "' has no commit that '" + draft.base +
                  "' lacks, so there is nothing to open",
              "git orch open-pr --agent <agent>, or --base <branch>");
}

void require_may_open(const Repository& repository, store::Store& store,
                      const store::Agent& author, bool push) {
  const auto caller = agent::find_caller(store);
  if (!caller) return;
  agent::require_may_direct(store, author, "open pull requests of");
  if (!caller->feature_id)
    refuse("'" + caller->address + "' works on no feature",
           "git orch ask pr -m WHY");
  const std::int64_t now = clock::now();
  const auto rules = guard::rules_of(repository, store, *caller, now);
  if (!rules.pr && !has_leave(store, *caller, {"pr", "open-pr"}, now))
    refuse("role '" + caller->role +
               "' may not open pull requests: its file "
               "does not say 'can: [pr]'",
           "git orch ask pr -m WHY");
  if (!push) return;
  const auto finding =
      policy::judge_push(rules, std::string(git::kHeads) + author.branch, now);
  if (finding && finding->mode == policy::Mode::Block &&
      !has_leave(store, *caller, {"push"}, now))
    refuse(finding->guard + ": " + finding->what, "git orch ask push -m WHY");
}

}  // namespace orch::pullrequest
