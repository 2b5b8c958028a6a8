// SPDX-License-Identifier: MIT
#include "finish/finish.h"

#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "feature/feature.h"
#include "file/file.h"
#include "finish/proof.h"
#include "git/git.h"
#include "git/state.h"
#include "guard/guard.h"
#include "integrate/integrate.h"
#include "store/events.h"
#include "store/landings.h"
#include "store/plans.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::finish {
namespace {

constexpr char kTags[] = "refs/tags/";
constexpr std::size_t kMostLandings = 10000;

class Finish {
 public:
  Finish(const Repository& repository, store::Store& store,
         const Request& request)
      : repository_(repository), store_(store), request_(request) {}

  Outcome run();

 private:
  const store::Feature& feature() const { return request_.feature; }
  bool is_allowed(const Check& check) const {
    return check.ok ||
           std::find(request_.allowed.begin(), request_.allowed.end(),
                     check.name) != request_.allowed.end();
  }
  bool is_merged() const;
  void require_possible() const;
  void require_free_tags() const;
  bool is_landing(const std::string& commit) const;
  void land();
  void tag(const std::string& name, const std::string& commit);
  std::string stable_name(const std::string& commit) const;
  void mark();
  void archive();

  const Repository& repository_;
  store::Store& store_;
  const Request& request_;
  Outcome out_;
};

// By commits, or by their patches where they were rebased or squashed there.
bool Finish::is_merged() const {
  if (!feature().base.starts_with("refs/")) return false;
  return git::find_commit(repository_, feature().base) &&
         integrate::count_own(
             repository_, store_, feature(),
             std::string(git::kHeads) + feature().integration_branch,
             feature().base) == 0 &&
         out_.commit != feature().base_commit;
}

void Finish::require_possible() const {
  if (request_.land && !feature().base.starts_with(git::kHeads))
    throw Error(ErrorCode::RefusedByPolicy,
                "the recorded base '" + git::short_branch(feature().base) +
                    "' is no branch, so nothing can land on it");
  if (!request_.archive) return;
  for (const store::Agent& row : store::list_agents(store_, feature().id)) {
    const store::Agent a = agent::observed(row);
    const auto there = repository::find(a.worktree);
    if (there && there->is_linked_worktree() &&
        file::exists(there->git_dir + "/locked"))
      throw Error(ErrorCode::RefusedByPolicy,
                  "the worktree '" + a.worktree + "' is locked",
                  "git worktree unlock '" + a.worktree + "'");
    if (agent::is_running(a) && a.state != "idle")
      throw Error(ErrorCode::RefusedByPolicy,
                  "'" + a.address + "' is at work (" + a.state + ")",
                  "git orch agent stop " + a.address);
  }
}

std::string peeled(const Repository& repository, const std::string& ref) {
  return git::find_commit(repository, ref).value_or("");
}

// The one that the commit has, else `stable-<id>-<date>`, with a number behind
// it when that names another commit.
std::string Finish::stable_name(const std::string& commit) const {
  const std::string start = "stable-" + feature().spec_id + "-";
  for (const git::Ref& tag : git::list_refs(repository_, {kTags + start + "*"}))
    if (peeled(repository_, tag.name) == commit)
      return tag.name.substr(sizeof kTags - 1);
  const std::string stem = start + text::iso_time(clock::now()).substr(0, 10);
  for (int n = 1;; ++n) {
    const std::string name = n == 1 ? stem : stem + "." + std::to_string(n);
    // A name that anything else has, or is a directory, is passed over.
    if (git::list_refs(repository_, {kTags + name}).empty()) return name;
  }
}

// Before anything lands: a tag that is there must be what would be made.
void Finish::require_free_tags() const {
  const auto require = [&](const std::string& name, const auto& fits) {
    const std::string ref = kTags + name;
    for (const git::Ref& r : git::list_refs(repository_, {ref})) {
      const std::string there = peeled(repository_, r.name);
      if (r.name == ref && !there.empty() && fits(there)) continue;
      throw Error(ErrorCode::Exists,
                  "tag '" + r.name.substr(sizeof kTags - 1) + "' is there " +
                      (there.empty() ? "and names no commit"
                                     : "and names " + there.substr(0, 12)),
                  "git tag -d " + r.name.substr(sizeof kTags - 1));
    }
  };
  const std::string stem = "spec-" + feature().spec_id;
  require(stem + "-ready",
          [&](const std::string& there) { return there == out_.commit; });
  if (request_.land || out_.merged)
    require(stem + "-merged",
            [&](const std::string& there) { return is_landing(there); });
}

// Whether the base holds that commit, and it the work.
bool Finish::is_landing(const std::string& commit) const {
  if (!git::is_ancestor(repository_, commit, feature().base)) return false;
  if (git::is_ancestor(repository_, out_.commit, commit)) return true;
  for (const store::Landing& row :
       store::list_landings(store_, feature().id, kMostLandings))
    if (row.into == feature().base && row.status == "landed" &&
        row.landed_commit == commit)
      return true;
  return false;
}

// An annotated tag with the notes; one that is there for this commit stays.
void Finish::tag(const std::string& name, const std::string& commit) {
  const std::string ref = kTags + name;
  if (peeled(repository_, ref).empty()) {
    const auto line = [&](const git::Call& call) {
      return std::string(text::trim(git::require(repository_, call)));
    };
    const std::string object =
        "object " + commit + "\ntype commit\ntag " + name + "\ntagger " +
        line({.args = {"var", "GIT_COMMITTER_IDENT"}}) + "\n\n" + out_.notes;
    const std::string id = line({.args = {"mktag"}, .input = object});
    guard::Announcement announcement(store_, ref, git::zero_id(id), id);
    git::update_refs(repository_, {{ref, id, git::zero_id(id)}},
                     "orch: finish " + feature().spec_id);
    announcement.done();
  }
  out_.tags.push_back(name);
}

// The integration branch lands on the base as any branch does, by its own
// queue.
void Finish::land() {
  std::string overseer;
  for (const store::Agent& a : store::list_agents(store_, feature().id))
    if (a.branch == feature().integration_branch) overseer = a.address;
  const auto out = integrate::run(
      repository_, store_,
      {.feature = feature(),
       .agents = {overseer},
       .into = feature().base,
       .rules = integrate::rules_of(repository_, store_, feature()),
       .caller = request_.caller,
       .progress = request_.progress});
  for (const auto& items : {out.rejected, out.waiting})
    for (const integrate::Item& item : items)
      out_.not_landed = item.detail + (item.paths.empty() ? "" : ": ") +
                        text::join(item.paths, ", ");
  if (!out.landed.empty()) out_.landed_as = out.landed.back().commit;
}

void Finish::mark() {
  const std::int64_t now = clock::now();
  store::Transaction transaction(store_);
  const auto row = store::find_feature(store_, feature().spec_id);
  if (row && row->status == "in-progress") {
    store::complete_feature(store_, feature().id, now);
    store::Event e;
    e.spec_id = feature().spec_id;
    e.role = "overseer";
    e.type = "feature_completed";
    e.message = feature().name + " is complete";
    std::vector<std::string> allowed;
    for (const Check& c : out_.checks)
      if (!c.ok) allowed.push_back(c.name + ": " + c.detail);
    if (!allowed.empty()) e.message += ", but for " + text::join(allowed, "; ");
    e.recorded_commit = out_.commit;
    e.at = now;
    store::insert_event(store_, e);
  }
  transaction.commit();
}

void Finish::archive() {
  for (const store::Agent& a : store::list_agents(store_, feature().id)) {
    if (agent::is_running(agent::observed(a)) || a.desired != "stopped") {
      agent::stop(repository_, store_, a);
      out_.stopped.push_back(a.address);
    }
    if (feature::put_worktree_aside(repository_, store_, a, "archived"))
      out_.archived.push_back(a.worktree);
  }
  const std::int64_t now = clock::now();
  store::Transaction transaction(store_);
  store::archive_feature(store_, feature().id);
  store::Event e;
  e.spec_id = feature().spec_id;
  e.role = "overseer";
  e.type = "feature_archived";
  e.message = feature().name + " is archived; its branches stay";
  e.recorded_commit = out_.commit;
  e.at = now;
  store::insert_event(store_, e);
  transaction.commit();
}

Outcome Finish::run() {
  const auto tip = git::find_commit(
      repository_, std::string(git::kHeads) + feature().integration_branch);
  if (!tip)
    throw Error(ErrorCode::UnknownName, "the integration branch '" +
                                            feature().integration_branch +
                                            "' is gone");
  out_.commit = *tip;
  out_.status = feature().status;
  out_.checks = prove(repository_, store_, request_, *tip);
  out_.complete = std::all_of(out_.checks.begin(), out_.checks.end(),
                              [&](const Check& c) { return is_allowed(c); });
  out_.notes = release_notes(repository_, store_, feature(), *tip);
  out_.merged = is_merged();
  if (!out_.complete || request_.dry_run || feature().status == "archived")
    return std::move(out_);
  require_possible();
  require_free_tags();
  if (request_.land && !out_.merged) {
    land();
    out_.merged = is_merged();
    if (!out_.merged) return std::move(out_);
  }
  tag("spec-" + feature().spec_id + "-ready", out_.commit);
  if (out_.merged)
    tag("spec-" + feature().spec_id + "-merged",
        out_.landed_as.empty() ? peeled(repository_, feature().base)
                               : out_.landed_as);
  tag(stable_name(out_.commit), out_.commit);
  mark();
  out_.status = "completed";
  if (request_.archive) {
    archive();
    out_.status = "archived";
  }
  return std::move(out_);
}

}  // namespace

Outcome run(const Repository& repository, store::Store& store,
            const Request& request) {
  return Finish(repository, store, request).run();
}

}  // namespace orch::finish
