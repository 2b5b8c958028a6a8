// SPDX-License-Identifier: MIT
//
// The target moves: what a run writes before, does, and writes behind it.
#include <algorithm>

#include "error/error.h"
#include "git/state.h"
#include "integrate/notices.h"
#include "integrate/run.h"
#include "store/landings.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

constexpr int kMostRewrites = 3;

}  // namespace

std::string branches(std::size_t count) {
  return text::count_of(count, "branch");
}

// Whether a branch still holds what was tested of it; one that is rewritten
// again and again waits, and holds nobody else up.
bool Run::is_unmoved(const Part& part, Tip wanted) {
  const auto tip = git::find_commit(repository_, part.row.ref);
  if (tip && (*tip == part.row.commit ||
              (wanted == Tip::SameOrLater &&
               git::is_ancestor(repository_, part.row.commit, *tip))))
    return true;
  tell(part.agent + " was rewritten meanwhile");
  if (++rewritten_[part.row.ref] >= kMostRewrites)
    add_waiting(
        part,
        {.reason = "contended", .detail = "it is rewritten again and again"},
        "");
  return false;
}

bool Run::are_unmoved(const Stack& stack, std::size_t count) {
  bool all = true;
  for (std::size_t i = 0; i < count; ++i)
    all &= is_unmoved(stack.parts[i], Tip::SameOrLater);
  return all;
}

// Whether the verdict on the culprit is of a target or a branch that is not
// there any more.
bool Run::is_stale(const Stack& stack, std::size_t culprit) {
  const std::string onto = culprit == 0 ? stack.onto : stood_at_;
  return git::find_commit(repository_, into_).value_or("") != onto ||
         !is_unmoved(stack.parts[culprit], Tip::Same);
}

void Run::write_intended(std::vector<Part>& parts, const Stack& stack,
                         const std::string& backup) {
  store::Transaction transaction(store_);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].row.landed_commit = stack.candidates[i].commit;
    parts[i].row.backup_ref = backup;
    parts[i].row.method = request_.rules.method;
    store::update_landing(store_, parts[i].row);
  }
  transaction.commit();
}

// Those that change what is in the way wait. With nothing named, they go one by
// one until git refuses one alone.
void Run::hold_back(const std::vector<Part>& parts, const landing::Outcome& why,
                    const std::vector<Candidate>& candidates) {
  bool any = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::string> own;
    for (const std::string& path : candidates[i].changed)
      if (std::any_of(why.paths.begin(), why.paths.end(), [&](const auto& p) {
            return landing::overlaps(p, path);
          }))
        own.push_back(path);
    if (own.empty()) continue;
    any = true;
    add_waiting(parts[i],
                {.reason = "target-dirty", .detail = why.detail, .paths = own},
                why.worktree);
  }
  if (any) return;
  if (parts.size() > 1) {
    one_by_one_ = true;
    return;
  }
  for (const Part& part : parts)
    add_waiting(
        part,
        {.reason = "target-dirty", .detail = why.detail, .paths = why.paths},
        why.worktree);
}

Run::Landed Run::land(const Stack& stack, std::size_t count) {
  const bool whole = !one_by_one_ || count == 1;
  if (!whole) count = 1;
  if (!are_unmoved(stack, count)) return Landed::Stale;
  std::vector<Part> parts(
      stack.parts.begin(),
      stack.parts.begin() + static_cast<std::ptrdiff_t>(count));
  const std::string& to = stack.candidates[count - 1].commit;
  const landing::Lease lease(repository_, store_, into_, request_.caller);
  if (git::find_commit(repository_, into_).value_or("") != stack.onto)
    return Landed::Stale;
  // What comes on top of our own is taken back together with it, and nothing
  // that somebody else has put between.
  if (backup_ref_.empty() || stack.onto != stood_at_)
    backup_ref_ = landing::back_up(repository_, into_, stack.onto);
  write_intended(parts, stack, backup_ref_);
  const auto moved = landing::advance(repository_, store_, lease, stack.onto,
                                      to, "integrate " + branches(count));
  if (moved.result == landing::Result::Elsewhere) return Landed::Stale;
  if (moved.result == landing::Result::Dirty) {
    hold_back(parts, moved, stack.candidates);
    return Landed::HeldBack;
  }
  stood_at_ = to;
  if (out_.backup_ref.empty()) out_.backup_ref = backup_ref_;
  std::vector<store::Landing> rows;
  for (const Part& part : parts) rows.push_back(part.row);
  record_landed(repository_, store_, request_.feature, rows);
  for (const Part& part : parts) {
    out_.landed.push_back(
        {.agent = part.agent, .commit = part.row.landed_commit});
    tell("landed " + part.agent);
  }
  return whole ? Landed::Yes : Landed::HeldBack;
}

}  // namespace orch::integrate
