// SPDX-License-Identifier: MIT
#include "integrate/killed.h"

#include <algorithm>
#include <map>

#include "clock/clock.h"
#include "error/error.h"
#include "gate/checkout.h"
#include "git/git.h"
#include "git/state.h"
#include "integrate/notices.h"
#include "integrate/run.h"
#include "message/message.h"
#include "store/events.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::integrate {

std::string require_branch(const Repository& repository,
                           const std::string& asked) {
  const auto points =
      git::run(repository, {.args = {"symbolic-ref", "--quiet", asked}});
  const std::string ref =
      points.ok() ? std::string(text::trim(points.output)) : asked;
  if (ref.starts_with(git::kHeads))
    for (const git::Ref& r : git::list_refs(repository, {ref}))
      if (r.name == ref) return ref;
  throw Error(ErrorCode::UnknownName,
              "there is no branch '" + git::short_branch(asked) + "'");
}

file::Lock lock_run(const Repository& repository, const std::string& into) {
  file::make_private_directories(repository.orch_dir() + "/lock");
  auto lock = file::Lock::try_take(repository.orch_dir() + "/lock/integrate-" +
                                       std::to_string(text::hash(into)),
                                   file::Lock::Mode::Exclusive);
  if (lock) {
    gate::clear_left(repository);
    return std::move(*lock);
  }
  throw Error(
      ErrorCode::Contended,
      "another git orch integrate works on '" + git::short_branch(into) + "'",
      "try again when it has ended");
}

std::size_t finish_landed(const Repository& repository, store::Store& store,
                          const std::string& into) {
  const std::string tip = git::find_commit(repository, into).value_or("");
  std::map<std::int64_t, std::vector<store::Landing>> landed;  // by feature
  std::size_t count = 0;
  for (store::Landing row : store::list_open_landings(store, into)) {
    if (row.landed_commit.empty()) continue;
    if (git::is_ancestor(repository, row.landed_commit, tip)) {
      landed[row.feature_id].push_back(row);
      ++count;
      continue;
    }
    row.landed_commit.clear();
    row.backup_ref.clear();
    store::Transaction transaction(store);
    store::update_landing(store, row);
    transaction.commit();
  }
  for (const auto& [id, rows] : landed)
    if (const auto feature = store::find_feature(store, id))
      record_landed(repository, store, *feature, rows);
  return count;
}

void finish_undone(const Repository& repository, store::Store& store,
                   const std::string& into) {
  const auto rows = store::list_last_landed(store, into);
  if (rows.empty()) return;
  const auto tip = git::find_commit(repository, into);
  if (!tip || git::find_commit(repository, rows.front().backup_ref) != tip)
    return;
  for (const store::Landing& row : rows)
    if (row.landed_commit == *tip) return;  // it has brought nothing
  record_undone(store, rows, *tip);
}

std::vector<std::string> record_undone(store::Store& store,
                                       const std::vector<store::Landing>& rows,
                                       const std::string& to) {
  std::vector<std::string> out;
  const std::string& into = rows.front().into;
  store::Transaction transaction(store);
  const std::int64_t now = store::next_landing_at(store, into, clock::now());
  for (store::Landing row : rows) {
    row.status = "undone";
    row.ended_at = now;
    store::update_landing(store, row);
    const auto agent =
        row.agent_id ? store::find_agent(store, *row.agent_id) : std::nullopt;
    out.push_back(agent ? agent->address : git::short_branch(row.ref));
    if (agent)
      message::queue(store, *agent,
                     {.text = "your branch was taken back out of " +
                              git::short_branch(into)},
                     clock::now());
  }
  const auto feature = store::find_feature(store, rows.front().feature_id);
  store::Event e;
  if (feature) e.spec_id = feature->spec_id;
  e.role = "overseer";
  e.type = "integration_undone";
  e.message = git::short_branch(into) + " is at " + to.substr(0, 12) +
              " again, without " + text::join(out, ", ");
  e.recorded_commit = to;
  e.at = clock::now();
  store::insert_event(store, e);
  transaction.commit();
  return out;
}

}  // namespace orch::integrate
