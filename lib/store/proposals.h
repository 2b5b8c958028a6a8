// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Resolutions of conflicts that an agent proposed.
namespace orch::store {

struct Proposal {
  bool operator==(const Proposal&) const = default;

  std::int64_t id = 0;
  std::int64_t conflict_id = 0;
  std::string ours, theirs;            // the commits that it merges
  std::string status = "asked";        // proposed, refused, applying, applied,
                                       // discarded
  std::string program;                 // who was asked
  std::vector<std::string> paths;      // that were in conflict
  std::int64_t lines = 0, places = 0;  // of both sides, in conflict
  std::optional<std::int64_t> confidence;  // per cent, as the program said
  std::string answer;                      // what the program said
  std::string reason;                      // why it was refused
  std::string ref, commit;                 // the proposed merge
  // Where it was, or is being, applied: full ref names.
  std::string branch, merge_commit, backup_ref;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> ended_at;

  // Quickly judged; nothing follows from it.
  bool is_simple() const { return lines <= 100 && places <= 3; }
};

std::int64_t insert_proposal(Store& store, const Proposal& proposal);
// All but the conflict, the commits and when it was made.
void update_proposal(Store& store, const Proposal& proposal);

std::optional<Proposal> find_proposal(Store& store, std::int64_t id);
// By id; `conflict_id` 0: of all conflicts.
std::vector<Proposal> list_proposals(Store& store, std::int64_t conflict_id);

}  // namespace orch::store
