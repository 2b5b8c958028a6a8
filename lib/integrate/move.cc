// SPDX-License-Identifier: MIT
//
// The target moves: what a run writes before, does, and writes behind it.
#include <algorithm>

#include "error/error.h"
#include "integrate/notices.h"
#include "integrate/run.h"
#include "store/landings.h"

namespace orch::integrate {

std::string branches(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " branch" : " branches");
}

bool is_below(const Repository& repository, const std::string& commit,
              const std::string& of) {
  return git::run(repository,
                  {.args = {"merge-base", "--is-ancestor", commit, of}})
      .ok();
}

// What was written before the target was to move: it has moved, or it has not.
void Run::finish_killed() {
  std::vector<store::Landing> landed;
  const std::string tip = require_tip();
  for (store::Landing row : store::list_open_landings(store_, into_)) {
    if (row.landed_commit.empty()) continue;
    if (is_below(repository_, row.landed_commit, tip)) {
      landed.push_back(row);
      continue;
    }
    row.landed_commit.clear();
    row.backup_ref.clear();
    store::Transaction transaction(store_);
    store::update_landing(store_, row);
    transaction.commit();
  }
  if (landed.empty()) return;
  record_landed(repository_, store_, request_.feature, landed);
  tell("completed what was killed: " + branches(landed.size()));
}

// Whether each branch still holds what was tested of it.
bool Run::are_unmoved(const Stack& stack, std::size_t count) {
  return std::all_of(
      stack.parts.begin(),
      stack.parts.begin() + static_cast<std::ptrdiff_t>(count),
      [&](const Part& part) {
        const auto tip = git::find_commit(repository_, part.row.ref);
        return tip && (*tip == part.row.commit ||
                       is_below(repository_, part.row.commit, *tip));
      });
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

// Those that change what is in the way wait; with nothing named, all do.
void Run::hold_back(const std::vector<Part>& parts, const landing::Outcome& why,
                    const std::vector<Candidate>& candidates) {
  const std::set<std::string> paths(why.paths.begin(), why.paths.end());
  bool any = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::string> own;
    for (const std::string& path : candidates[i].changed)
      if (paths.contains(path)) own.push_back(path);
    if (own.empty()) continue;
    any = true;
    add_waiting(parts[i],
                {.reason = "target-dirty", .detail = why.detail, .paths = own},
                why.worktree);
  }
  if (any) return;
  for (const Part& part : parts)
    add_waiting(
        part,
        {.reason = "target-dirty", .detail = why.detail, .paths = why.paths},
        why.worktree);
}

Run::Next Run::land(const Stack& stack, std::size_t count) {
  if (!are_unmoved(stack, count)) {
    tell("a branch was rewritten meanwhile");
    return Next::Again;
  }
  std::vector<Part> parts(
      stack.parts.begin(),
      stack.parts.begin() + static_cast<std::ptrdiff_t>(count));
  const std::string& to = stack.candidates[count - 1].commit;
  const landing::Lease lease(repository_, store_, into_, request_.caller);
  if (git::find_commit(repository_, into_).value_or("") != stack.onto)
    return Next::Again;
  if (out_.backup_ref.empty())
    out_.backup_ref = landing::back_up(repository_, into_, stack.onto);
  write_intended(parts, stack, out_.backup_ref);
  const auto moved = landing::advance(repository_, store_, lease, stack.onto,
                                      to, "integrate " + branches(count));
  if (moved.result == landing::Result::Elsewhere) return Next::Again;
  if (moved.result == landing::Result::Dirty) {
    hold_back(parts, moved, stack.candidates);
    return Next::Again;
  }
  std::vector<store::Landing> rows;
  for (const Part& part : parts) rows.push_back(part.row);
  record_landed(repository_, store_, request_.feature, rows);
  for (const Part& part : parts) {
    out_.landed.push_back(
        {.agent = part.agent, .commit = part.row.landed_commit});
    tell("landed " + part.agent);
  }
  return Next::Again;
}

}  // namespace orch::integrate
