// SPDX-License-Identifier: MIT
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "integrate/integrate.h"
#include "landing/landing.h"
#include "message/message.h"
#include "store/events.h"
#include "store/landings.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

void record(store::Store& store, const store::Feature& feature,
            const std::vector<store::Landing>& rows, Undone& out) {
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  for (store::Landing row : rows) {
    row.status = "undone";
    row.ended_at = now;
    store::update_landing(store, row);
    const auto agent =
        row.agent_id ? store::find_agent(store, *row.agent_id) : std::nullopt;
    out.agents.push_back(agent ? agent->address : git::short_branch(row.ref));
    if (agent)
      message::queue(store, *agent,
                     {.text = "your branch was taken back out of " +
                              git::short_branch(out.into)},
                     now);
  }
  store::Event e;
  e.spec_id = feature.spec_id;
  e.role = "overseer";
  e.type = "integration_undone";
  e.message = git::short_branch(out.into) + " is at " + out.to.substr(0, 12) +
              " again, without " + text::join(out.agents, ", ");
  e.recorded_commit = out.to;
  e.at = now;
  store::insert_event(store, e);
  transaction.commit();
}

}  // namespace

Undone undo(const Repository& repository, store::Store& store,
            const store::Feature& feature, const std::string& asked,
            const std::string& caller) {
  Undone out;
  out.into = asked.empty()
                 ? std::string(git::kHeads) + feature.integration_branch
                 : asked;
  const std::string name = git::short_branch(out.into);
  const landing::Lease lease(repository, store, out.into, caller);
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
                  "git revert -m 1 " + out.from.substr(0, 12));
    const auto moved =
        landing::put_back(repository, store, lease, out.from, out.to, "undo");
    if (moved.result != landing::Result::Moved)
      throw Error(moved.result == landing::Result::Dirty ? ErrorCode::Dirty
                                                         : ErrorCode::Contended,
                  "cannot take it back: " + moved.detail,
                  "git -C '" + moved.worktree + "' status");
  }
  record(store, feature, rows, out);
  return out;
}

}  // namespace orch::integrate
