// SPDX-License-Identifier: MIT
#include "conflict/apply.h"

#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "landing/landing.h"
#include "message/message.h"
#include "process/process.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

constexpr int kWaitMs = 10000;

// What a proposal is merged into.
struct Target {
  std::string branch;              // full ref name
  std::string old_tip, other_tip;  // first and second parent
  std::string mine, other;         // names of the sides
  std::string worktree;            // empty: checked out nowhere
};

class Application {
 public:
  Application(const Repository& repository, store::Store& store,
              const store::Conflict& conflict, store::Proposal proposal)
      : repository_(repository),
        store_(store),
        conflict_(conflict),
        p_(std::move(proposal)) {}

  Applied run();

 private:
  std::string id() const { return std::to_string(conflict_.id); }
  std::optional<std::string> tip(const std::string& ref) const {
    return git::find_commit(repository_, ref);
  }
  Target find_target() const;
  void require_tips(const Target& t) const;
  void require_free(const Target& t,
                    const std::vector<std::string>& changed) const;
  void begin(const Target& t);
  void move_branch(const Target& t, const landing::Lease& lease);
  void take_back();
  void end(const Target& t);
  std::string commit_merge(const Target& t) const;
  void save(const char* status);

  const Repository& repository_;
  store::Store& store_;
  const store::Conflict& conflict_;
  store::Proposal p_;
};

Target Application::find_target() const {
  const std::string ours = ref_of(store_, conflict_, conflict_.a);
  const std::string theirs = ref_of(store_, conflict_, conflict_.b);
  std::string wanted = p_.branch;  // where it was begun
  if (wanted.empty())
    wanted = git::branch_in(repository_) == theirs ? theirs : ours;
  Target out;
  out.branch = wanted;
  const bool is_ours = wanted == ours;
  out.mine = is_ours ? conflict_.a : conflict_.b;
  out.other = is_ours ? conflict_.b : conflict_.a;
  out.old_tip = is_ours ? p_.ours : p_.theirs;
  out.other_tip = is_ours ? p_.theirs : p_.ours;
  if (!wanted.starts_with(git::kHeads))
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + out.mine + "' is no branch that can be moved");
  out.worktree = landing::worktree_of(repository_, wanted);
  return out;
}

void Application::require_tips(const Target& t) const {
  const std::string other = ref_of(store_, conflict_, t.other);
  for (const auto& [name, ref, was] : {std::tuple(t.mine, t.branch, t.old_tip),
                                       std::tuple(t.other, other, t.other_tip)})
    if (tip(ref).value_or("") != was)
      throw Error(ErrorCode::Contended,
                  "'" + name + "' has moved since proposal " +
                      std::to_string(p_.id) + " was made",
                  "git orch conflicts suggest " + id());
}

// Nothing is unfinished there, and none of these files changed.
void Application::require_free(const Target& t,
                               const std::vector<std::string>& changed) const {
  if (t.worktree.empty()) return;
  const auto obstacle =
      landing::find_obstacle(repository_, t.worktree, changed);
  if (obstacle.detail.empty()) return;
  if (obstacle.paths.empty())
    throw Error(ErrorCode::Dirty, obstacle.detail,
                "git -C '" + t.worktree + "' status");
  throw Error(ErrorCode::Dirty,
              "'" + text::printable(obstacle.paths.front()) +
                  "' has changes in '" + t.worktree +
                  "' that are not committed",
              "commit them, or git orch snapshot take " + t.mine);
}

// By whoever applies it, since it is they who answer for it.
std::string Application::commit_merge(const Target& t) const {
  const std::string message =
      "Merge " + git::short_branch(ref_of(store_, conflict_, t.other)) +
      " into " + git::short_branch(t.branch) + "\n\nConflicts in\n" +
      [&] {
        std::string list;
        for (const std::string& path : p_.paths)
          list += "  " + text::printable(path) + "\n";
        return list;
      }() +
      "are resolved as '" + p_.program + "' proposed (conflict " + id() +
      ", proposal " + std::to_string(p_.id) + ").\n";
  const auto outcome = git::run(
      repository_, {.args = {"-c", "core.fsync=committed", "commit-tree",
                             p_.commit + "^{tree}", "-p", t.old_tip, "-p",
                             t.other_tip, "-F", "-"},
                    .worktree = t.worktree,
                    .input = message});
  if (!outcome.ok())
    throw Error(ErrorCode::Io,
                "cannot commit the merge: " + git::message_of(outcome));
  return std::string(text::trim(outcome.output));
}

void Application::save(const char* status) {
  p_.status = status;
  store::Transaction transaction(store_);
  store::update_proposal(store_, p_);
  transaction.commit();
}

void Application::begin(const Target& t) {
  p_.merge_commit = commit_merge(t);
  require_free(t, git::changed_paths(repository_, t.old_tip, p_.merge_commit));
  p_.branch = t.branch;
  p_.backup_ref = "refs/orch/backup/" + git::short_branch(t.branch) + "/" +
                  std::to_string(clock::now());
  save("applying");
}

// A ref that a killed run has made is the same one.
void Application::move_branch(const Target& t, const landing::Lease& lease) {
  if (tip(p_.backup_ref).value_or("") != t.old_tip)
    git::update_refs(repository_,
                     {{p_.backup_ref, t.old_tip, git::zero_id(t.old_tip)}},
                     "orch: before proposal " + std::to_string(p_.id));
  const auto moved =
      landing::advance(repository_, store_, lease, t.old_tip, p_.merge_commit,
                       "proposal " + std::to_string(p_.id));
  if (moved.result == landing::Result::Moved) return;
  if (moved.result == landing::Result::Elsewhere)
    throw Error(ErrorCode::Contended, moved.detail,
                "git orch conflicts suggest " + id());
  throw Error(ErrorCode::Dirty, "cannot move '" + git::short_branch(t.branch) +
                                    "' in '" + t.worktree +
                                    "': " + moved.detail);
}

// As before; whoever applies it again gets a commit and a backup of their own.
void Application::take_back() {
  git::run(repository_, {.args = {"update-ref", "-d", p_.backup_ref}});
  p_.merge_commit = p_.branch = p_.backup_ref = "";
  save("proposed");
}

void Application::end(const Target& t) {
  p_.status = "applied";
  p_.ended_at = clock::now();
  store::Transaction transaction(store_);
  store::update_proposal(store_, p_);
  log_proposal(store_, conflict_, p_, "proposal_applied",
               text::join(p_.paths, ", "));
  if (const auto agent = store::find_agent(store_, t.mine))
    message::queue(
        store_, *agent,
        {.text = "your branch has a merge of " + t.other +
                 " now, as proposed for conflict " + id() +
                 "\nlook with: git show " + p_.merge_commit.substr(0, 12),
         .kind = "conflict"},
        *p_.ended_at);
  transaction.commit();
  git::run(repository_, {.args = {"update-ref", "-d", p_.ref, p_.commit}});
}

Applied Application::run() {
  const file::Lock lock = lock_proposals(repository_, conflict_.id, kWaitMs);
  p_ = store::find_proposal(store_, p_.id).value_or(p_);
  if (p_.status != "proposed" && p_.status != "applying")
    throw Error(ErrorCode::RefusedByPolicy,
                "proposal " + std::to_string(p_.id) + " is " + p_.status,
                p_.status == "refused"
                    ? "git orch conflicts suggest " + id() + " --again"
                    : "");
  const Target target = find_target();
  // What a killed run has begun to move is done, or as before, behind this.
  const landing::Lease lease(repository_, store_, target.branch,
                             "proposal " + std::to_string(p_.id));
  const bool has_moved = p_.status == "applying" &&
                         tip(target.branch).value_or("") == p_.merge_commit;
  if (!has_moved) {
    if (p_.status == "applying") take_back();
    require_tips(target);
    require_free(target, {});
    begin(target);
    try {
      move_branch(target, lease);
    } catch (const Error&) {
      take_back();
      throw;
    }
  }
  end(target);
  return {p_, target.worktree};
}

}  // namespace

Applied apply(const Repository& here, store::Store& store,
              const store::Conflict& conflict, store::Proposal proposal) {
  return Application(here, store, conflict, std::move(proposal)).run();
}

}  // namespace orch::conflict
