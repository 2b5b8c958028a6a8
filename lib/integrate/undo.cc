// SPDX-License-Identifier: MIT
#include "error/error.h"
#include "git/git.h"
#include "integrate/integrate.h"
#include "integrate/killed.h"
#include "landing/landing.h"

namespace orch::integrate {

Undone undo(const Repository& repository, store::Store& store,
            const store::Feature& feature, const std::string& asked,
            const std::string& caller) {
  Undone out;
  out.into = require_branch(
      repository, asked.empty()
                      ? std::string(git::kHeads) + feature.integration_branch
                      : asked);
  const std::string name = git::short_branch(out.into);
  const file::Lock lock = lock_run(repository, out.into);
  const landing::Lease lease(repository, store, out.into, caller);
  finish_landed(repository, store, out.into);
  const auto rows = store::list_last_landed(store, out.into);
  const auto before =
      rows.empty() ? std::nullopt
                   : git::find_commit(repository, rows.front().backup_ref);
  if (!before)
    throw Error(ErrorCode::UnknownName,
                "nothing has landed on '" + name + "' that could be undone");
  out.to = *before;
  const std::string tip = git::find_commit(repository, out.into).value_or("");
  out.from = rows.back().landed_commit;
  for (const store::Landing& row : rows)
    if (row.landed_commit == tip) out.from = tip;
  // A run that was killed between the move and the rows.
  if (tip != out.to) {
    if (tip != out.from)
      throw Error(ErrorCode::Contended,
                  "'" + name + "' has moved since the last landing",
                  "git log " + out.to.substr(0, 12) + ".." +
                      out.from.substr(0, 12) +
                      ", and git revert for what shall go");
    const auto moved =
        landing::put_back(repository, store, lease, out.from, out.to, "undo");
    if (moved.result != landing::Result::Moved)
      throw Error(moved.result == landing::Result::Dirty ? ErrorCode::Dirty
                                                         : ErrorCode::Contended,
                  "cannot take it back: " + moved.detail,
                  "git -C '" + moved.worktree + "' status");
  }
  out.agents = record_undone(store, rows, out.to);
  return out;
}

}  // namespace orch::integrate
