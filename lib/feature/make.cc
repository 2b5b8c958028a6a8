// SPDX-License-Identifier: MIT
#include "feature/make.h"

#include <unistd.h>

#include "checkin/checkin.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/install.h"
#include "text/text.h"

namespace orch::feature {
namespace {

constexpr int kCheckoutsAtOnce = 2;

// What a killed `git worktree add` leaves: a directory with nothing but .git,
// and an administrative entry that is locked as "initializing".
void clear_half_made(const Repository& repository, const std::string& path) {
  for (const std::string& name :
       file::names_in(repository.common_dir + "/worktrees")) {
    const std::string entry = repository.common_dir + "/worktrees/" + name;
    const auto back = file::find_contents(entry + "/gitdir");
    const auto lock = file::find_contents(entry + "/locked");
    const bool points_here = back && text::trim(*back) == path + "/.git";
    const bool unfinished = lock && text::trim(*lock) == "initializing";
    if ((points_here && unfinished) || (!back && unfinished))
      file::remove_tree(entry);
  }
  const auto names = file::names_in(path);
  if (names == std::vector<std::string>{".git"} &&
      !repository::find(path).has_value())
    file::remove_tree(path);
}

// The journal says that this ref is ours to make, and we hold the lock of all
// set-ups: a lock file is what a killed git left. (git ends with one when its
// signal comes between making and registering it.)
void remove_ref_lock(const Repository& repository, const std::string& ref) {
  file::remove(repository.common_dir + "/" + ref + ".lock");
}

// Whether nothing of ours is left of it: one that has moved is somebody's.
bool remove_branch(const Repository& repository, const std::string& branch,
                   const std::string& made_at) {
  const std::string ref = std::string(git::kHeads) + branch;
  remove_ref_lock(repository, ref);
  git::run(repository, {.args = {"update-ref", "-d", ref, made_at}});
  return git::find_commit(repository, ref).value_or("") != made_at;
}

bool is_worktree_on(const Repository& repository, const std::string& path,
                    const std::string& branch) {
  for (const git::Worktree& w : git::list_worktrees(repository))
    if (w.path == path) return w.branch == std::string(git::kHeads) + branch;
  return false;
}

}  // namespace

void create_branches(const Repository& repository, const Created& planned) {
  std::vector<git::RefUpdate> updates;
  for (const store::Agent& a : planned.agents) {
    const std::string ref = std::string(git::kHeads) + a.branch;
    remove_ref_lock(repository, ref);
    if (git::find_commit(repository, ref)) continue;  // by an earlier run
    updates.push_back({ref, planned.feature.base_commit,
                       git::zero_id(planned.feature.base_commit)});
  }
  if (!updates.empty())
    git::update_refs(repository, updates,
                     "orch: init-feature " + planned.feature.spec_id);
}

void add_worktree(const Repository& repository, const store::Agent& a) {
  clear_half_made(repository, a.worktree);
  if (!is_worktree_on(repository, a.worktree, a.branch)) {
    file::make_directories(file::parent_of(a.worktree));
    git::require(repository, {.args = {"worktree", "add", "--quiet",
                                       "--no-checkout", a.worktree, a.branch},
                              .dies_with_us = true});
  }
  const auto made = repository::find(a.worktree);
  if (!made || made->common_dir != repository.common_dir)
    throw Error(ErrorCode::Io, "cannot use worktree '" + a.worktree + "'",
                "git worktree prune, then give the command again");
  repository::mark_agent(made->git_dir, a.address);
  hook::adopt_worktree(repository, *made);
}

void check_out(const Repository& repository,
               const std::vector<store::Agent>& agents) {
  std::vector<process::Program> programs;
  for (const store::Agent& a : agents) {
    const auto made = repository::find(a.worktree);
    if (!made) continue;
    for (const char* lock : {"/index.lock", "/HEAD.lock"})
      file::remove(made->git_dir + lock);
    programs.push_back(
        git::program(repository, {.args = {"reset", "--hard", "--quiet"},
                                  .worktree = a.worktree,
                                  .dies_with_us = true}));
  }
  for (const process::Outcome& o : process::run_all(programs, kCheckoutsAtOnce))
    if (!o.ok())
      throw Error(ErrorCode::Io,
                  "cannot check out a worktree: " + git::message_of(o));
}

void insert_rows(store::Store& store, Created& planned,
                 const std::vector<role::Role>& roles,
                 const store::Plan* plan) {
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  planned.feature.created_at = now;
  if (const auto present = store::find_feature(store, planned.feature.spec_id))
    planned.feature = *present;
  else
    planned.feature.id = store::insert_feature(store, planned.feature);
  for (std::size_t i = 0; i < planned.agents.size(); ++i) {
    store::Agent& a = planned.agents[i];
    if (const auto present = store::find_agent(store, a.address)) {
      a = *present;
      continue;
    }
    a.feature_id = planned.feature.id;
    a.created_at = now;
    a.state_since = now;
    a.id = store::insert_agent(store, a);
    // Enrolment is atomic: no agent without a future check-in.
    constexpr std::int64_t kDefaultMs = 30 * 60 * 1000;
    checkin::enrol(store, a,
                   roles[i].check_in_ms > 0 ? roles[i].check_in_ms : kDefaultMs,
                   now);
  }
  if (plan) {
    store::Plan row = *plan;
    row.feature_id = planned.feature.id;
    row.created_at = now;
    store::put_plan(store, row);
  }
  transaction.commit();
}

void undo(const Repository& repository, const Journal& journal) {
  bool is_whole = true;
  for (const auto& [branch, path] : journal.parts) {
    // Nobody has worked there: it may be half checked out, or put aside.
    if (!path.empty())
      git::run(repository, {.args = {"worktree", "remove", "--force", path}});
    if (!path.empty()) clear_half_made(repository, path);
    is_whole &= remove_branch(repository, branch, journal.base_commit) &&
                (path.empty() || !file::exists(path));
  }
  for (const auto& [branch, path] : journal.parts) {
    if (path.empty()) continue;
    const std::string feature_dir = file::parent_of(path);
    // Only empty ones go; one that cannot go (a mount point) may stay.
    for (const std::string& d : {feature_dir, file::parent_of(feature_dir)})
      if (::rmdir(d.c_str()) != 0) break;
  }
  // What is left is ours only as long as the journal says so.
  if (is_whole) journal.remove(repository.orch_dir());
}

}  // namespace orch::feature
