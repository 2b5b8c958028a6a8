// SPDX-License-Identifier: MIT
#include "landing/landing.h"

#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "guard/guard.h"
#include "landing/recovery.h"
#include "store/leases.h"
#include "text/text.h"

namespace orch::landing {
namespace {

constexpr int kWaitMs = 30000;

std::string lock_path(const Repository& repository, const std::string& ref) {
  file::make_private_directories(repository.orch_dir() + "/lock");
  return repository.orch_dir() + "/lock/ref-" + std::to_string(text::hash(ref));
}

std::string lease_name(const std::string& ref) { return "ref/" + ref; }

file::Lock take_lock(const Repository& repository, store::Store& store,
                     const std::string& ref) {
  try {
    return file::Lock::take(lock_path(repository, ref),
                            file::Lock::Mode::Exclusive, kWaitMs,
                            git::short_branch(ref));
  } catch (const Error& e) {
    const auto lease = store::find_lease(store, lease_name(ref));
    throw Error(ErrorCode::Contended,
                "'" + git::short_branch(ref) + "' is being moved by " +
                    (lease && lease->owner ? *lease->owner : "another process"),
                e.hint());
  }
}

// git's own list of what a merge would overwrite: lines with a tab in front.
std::vector<std::string> paths_in(const std::string& message) {
  std::vector<std::string> out;
  for (const std::string& line : text::split(message, '\n'))
    if (line.starts_with('\t') && line.size() > 1)
      out.push_back(line.substr(1));
  return out;
}

std::optional<std::string> tip(const Repository& repository,
                               const std::string& ref) {
  return git::find_commit(repository, ref);
}

Outcome elsewhere(const std::string& ref, const std::string& worktree) {
  return {Result::Elsewhere,
          {},
          "'" + git::short_branch(ref) + "' was moved by somebody else",
          worktree};
}

// What is under way in a worktree, in words; empty: nothing.
std::string unfinished_in(const std::string& worktree) {
  const auto there = repository::find(worktree);
  // (With a separate git directory, git names that as the main worktree.)
  if (!there || there->worktree.empty())
    return "'" + worktree + "' is no worktree any more";
  const std::string what = git::unfinished_in(*there);
  if (what.empty()) return "";
  return what.starts_with("a ")
             ? what + " is not finished in '" + worktree + "'"
             : "something is not finished in '" + worktree + "': " + what;
}

// Whether what is under way in a worktree without a branch ends on this one.
bool comes_back_to(const git::Worktree& worktree, const std::string& ref) {
  if (!worktree.branch.empty() || worktree.git_dir.empty()) return false;
  for (const char* name :
       {"rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"}) {
    const auto found = file::find_contents(worktree.git_dir + "/" + name);
    if (!found) continue;
    const std::string head(text::trim(*found));
    if (head == ref || head == git::short_branch(ref)) return true;
  }
  return false;
}

// By a signal, before it could say anything.
bool was_killed(const process::Outcome& ended) {
  return ended.status > 128 && ended.errors.empty();
}

// Runs git in the worktree and says what became of the branch. A git that did
// not move it may have moved the files: by a hook's refusal, or by a kill.
Outcome moved_by(const Repository& repository, const std::string& ref,
                 const std::string& from, const std::string& to,
                 const git::Call& call) {
  const auto ended = git::run(repository, call);
  const std::string now = tip(repository, ref).value_or("");
  const bool killed = was_killed(ended);
  if (now == to) {
    if (killed) unlock_worktree(repository, {ref, from, to, call.worktree});
    return {Result::Moved, {}, "", call.worktree};
  }
  if (now != from) return elsewhere(ref, call.worktree);
  mend_worktree(repository, {ref, from, to, call.worktree},
                killed ? Locks::Remove : Locks::Keep);
  if (killed)
    return {Result::Elsewhere,
            {},
            "git was ended while it moved '" + git::short_branch(ref) + "'",
            call.worktree};
  return {Result::Dirty, paths_in(ended.errors + ended.output),
          git::message_of(ended), call.worktree};
}

struct Step {
  const std::string &from, &to, &why;
};

// By `in_worktree`, the arguments of a git, where the branch is checked out and
// nothing stands in the way of `changed`; else as a ref.
Outcome move(const Repository& repository, store::Store& store,
             const Lease& lease, const Step& step,
             const std::vector<std::string>& changed,
             const std::vector<std::string>& in_worktree) {
  const std::string& ref = lease.ref();
  const std::string worktree = worktree_of(repository, ref);
  if (tip(repository, ref).value_or("") != step.from)
    return elsewhere(ref, worktree);
  if (step.from == step.to) return {Result::Moved, {}, "", worktree};
  if (!worktree.empty()) {
    Obstacle obstacle = find_obstacle(repository, worktree, changed);
    if (!obstacle.detail.empty())
      return {Result::Dirty, std::move(obstacle.paths),
              std::move(obstacle.detail), worktree};
  }
  guard::Announcement announcement(store, ref, step.from, step.to);
  Outcome out{Result::Moved, {}, "", worktree};
  if (worktree.empty()) {
    try {
      git::update_refs(repository, {{ref, step.to, step.from}},
                       "orch: " + step.why);
    } catch (const Error& e) {
      if (tip(repository, ref).value_or("") == step.from) throw;
      out = elsewhere(ref, worktree);
    }
  } else {
    // git trusts what the index has of files, which a copy or a touch changes.
    const auto refreshed = git::run(
        repository,
        {.args = {"update-index", "-q", "--refresh"}, .worktree = worktree});
    // Killed, it leaves its lock, on which every other git would fail.
    if (was_killed(refreshed))
      mend_worktree(repository, {ref, step.from, step.to, worktree},
                    Locks::Remove);
    out =
        moved_by(repository, ref, step.from, step.to,
                 {.args = in_worktree,
                  .worktree = worktree,
                  .environment = {{"GIT_REFLOG_ACTION", "orch: " + step.why}}});
  }
  if (out.result == Result::Moved) announcement.done();
  return out;
}

}  // namespace

Lease::Lease(const Repository& repository, store::Store& store,
             const std::string& ref, const std::string& owner)
    : store_(store),
      ref_(ref),
      lock_(take_lock(repository, store, ref)),
      inheritance_(lock_.descriptor()) {
  recover(repository, store, ref);
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  // The lock is ours, so whoever the row names is gone.
  store::release_lease(store, lease_name(ref));
  store::take_lease(store, lease_name(ref), owner, now, std::nullopt);
  transaction.commit();
}

Lease::~Lease() {
  try {
    store::Transaction transaction(store_);
    store::release_lease(store_, lease_name(ref_));
    transaction.commit();
  } catch (const Error&) {
    // The lock ends with us; the next holder frees the row.
  }
}

std::string worktree_of(const Repository& repository, const std::string& ref) {
  for (const git::Worktree& w : git::list_worktrees(repository))
    if (!w.bare && file::is_directory(w.path) &&
        (w.branch == ref || comes_back_to(w, ref)))
      return w.path;
  return "";
}

bool overlaps(const std::string& a, const std::string& b) {
  const auto is_below = [](std::string_view path, std::string_view of) {
    if (of.ends_with('/')) of.remove_suffix(1);
    return path.starts_with(of) &&
           (path.size() == of.size() || path[of.size()] == '/');
  };
  return is_below(a, b) || is_below(b, a);
}

Obstacle find_obstacle(const Repository& repository,
                       const std::string& worktree,
                       const std::vector<std::string>& changed) {
  Obstacle out{{}, unfinished_in(worktree)};
  if (!out.detail.empty()) return out;
  const std::set<std::string> touched(changed.begin(), changed.end());
  for (const std::string& path : git::dirty_paths(repository, worktree)) {
    if (touched.contains(path) ||
        std::any_of(touched.begin(), touched.end(),
                    [&](const auto& t) { return overlaps(t, path); }))
      out.paths.push_back(path);
  }
  if (!out.paths.empty())
    out.detail = "'" + worktree + "' has changes that are not committed in " +
                 text::count_of(out.paths.size(), "file") +
                 " that would change";
  return out;
}

Outcome advance(const Repository& repository, store::Store& store,
                const Lease& lease, const std::string& from,
                const std::string& to, const std::string& why) {
  return move(
      repository, store, lease, {from, to, why},
      git::changed_paths(repository, from, to),
      {"-c", "merge.verifySignatures=false", "merge", "--ff-only", "--quiet",
       "--no-stat", "--no-autostash", "--no-overwrite-ignore", to});
}

Outcome put_back(const Repository& repository, store::Store& store,
                 const Lease& lease, const std::string& from,
                 const std::string& to, const std::string& why) {
  // git itself keeps what is not committed, or refuses.
  return move(repository, store, lease, {from, to, why}, {},
              {"reset", "--keep", "--quiet", to});
}

namespace {

// Nobody but the holder of the branch's lease writes these refs: a lock is what
// a killed git has left.
void remove_locks_below(const Repository& repository, const std::string& stem) {
  const std::string directory = file::join(repository.common_dir, stem);
  for (const std::string& name : file::names_in(directory))
    if (name.ends_with(".lock")) file::remove(file::join(directory, name));
}

}  // namespace

std::string back_up(const Repository& repository, const std::string& ref,
                    const std::string& commit) {
  const std::string stem = "refs/orch/backup/" + git::short_branch(ref) + "/";
  remove_locks_below(repository, stem);
  for (std::int64_t at = clock::now();; ++at) {
    const std::string name = stem + std::to_string(at);
    const auto there = tip(repository, name);
    if (there && *there != commit) continue;
    if (there) return name;
    try {
      git::update_refs(repository, {{name, commit, git::zero_id(commit)}},
                       "orch: before the branch moved");
    } catch (const Error&) {
      remove_locks_below(repository, stem);
      throw;
    }
    return name;
  }
}

}  // namespace orch::landing
