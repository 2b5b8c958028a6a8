// SPDX-License-Identifier: MIT
#include "store/proposals.h"

#include "store/database.h"
#include "store/path_list.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, conflict_id, ours, theirs, status, program, files, lines, "
    "places, confidence, answer, reason, ref, commit_hash, branch, "
    "merge_commit, backup_ref, created_at, ended_at FROM proposals ";

Proposal proposal_of(const Statement& s) {
  Proposal p;
  p.id = s.integer(0);
  p.conflict_id = s.integer(1);
  p.ours = s.text(2);
  p.theirs = s.text(3);
  p.status = s.text(4);
  p.program = s.text(5);
  p.paths = paths_from_json(s.text(6));
  p.lines = s.integer(7);
  p.places = s.integer(8);
  p.confidence = s.maybe_integer(9);
  p.answer = s.text(10);
  p.reason = s.text(11);
  p.ref = s.text(12);
  p.commit = s.text(13);
  p.branch = s.text(14);
  p.merge_commit = s.text(15);
  p.backup_ref = s.text(16);
  p.created_at = s.integer(17);
  p.ended_at = s.maybe_integer(18);
  return p;
}

}  // namespace

std::int64_t insert_proposal(Store& store, const Proposal& p) {
  Statement(store.database(),
            "INSERT INTO proposals(conflict_id, ours, theirs, status, program, "
            "files, lines, places, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(p.conflict_id, p.ours, p.theirs, p.status, p.program,
            paths_to_json(p.paths), p.lines, p.places, p.created_at)
      .run();
  return store.database().last_id();
}

void update_proposal(Store& store, const Proposal& p) {
  Statement(store.database(),
            "UPDATE proposals SET status = ?, files = ?, lines = ?, "
            "places = ?, confidence = ?, answer = ?, reason = ?, ref = ?, "
            "commit_hash = ?, branch = ?, merge_commit = ?, backup_ref = ?, "
            "ended_at = ? WHERE id = ?")
      .bind(p.status, paths_to_json(p.paths), p.lines, p.places, p.confidence,
            p.answer, p.reason, p.ref, p.commit, p.branch, p.merge_commit,
            p.backup_ref, p.ended_at, p.id)
      .run();
}

std::optional<Proposal> find_proposal(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return proposal_of(s);
}

std::vector<Proposal> list_proposals(Store& store, std::int64_t conflict_id) {
  Statement s(
      store.database(),
      std::string(kColumns) + "WHERE ?1 = 0 OR conflict_id = ?1 ORDER BY id");
  s.bind(conflict_id);
  std::vector<Proposal> out;
  while (s.step()) out.push_back(proposal_of(s));
  return out;
}

}  // namespace orch::store
