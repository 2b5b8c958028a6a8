// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// The merge queue: a row for each branch that is asked to land, and what came
// of it. Times are milliseconds since 1970.
namespace orch::store {

struct Landing {
  std::int64_t id = 0;
  std::int64_t feature_id = 0;
  std::optional<std::int64_t> agent_id;  // absent: a branch of nobody
  std::string ref;                       // what lands: a full ref name
  std::string commit;                    // its tip that was looked at last
  std::string into;                      // the target: a full ref name
  std::int64_t priority = 0;
  // queued, landed, rejected, target-dirty, withdrawn, undone
  std::string status = "queued";
  std::string reason;  // why it waits, or did not land
  std::vector<std::string> paths;
  // What the target becomes with it: written before the target moves.
  std::string landed_commit;
  std::string backup_ref;  // the target before
  std::string method;      // merge, squash, rebase
  std::string told;        // a fingerprint of what its owner was told last
  std::int64_t queued_at = 0;
  std::optional<std::int64_t> ended_at;

  bool is_open() const {
    return status == "queued" || status == "target-dirty";
  }
};

// The open ones, in the order in which they were queued.
std::vector<Landing> list_open_landings(Store& store, const std::string& into);
// Of a feature, the newest first, at most `limit`.
std::vector<Landing> list_landings(Store& store, std::int64_t feature_id,
                                   std::size_t limit);
// The open one of a branch on its way to `into`.
std::optional<Landing> find_open_landing(Store& store, const std::string& ref,
                                         const std::string& into);
// The newest that has ended in that way; an empty status: in any.
std::optional<Landing> find_last_landing(Store& store, const std::string& ref,
                                         const std::string& into,
                                         const std::string& status);
// Those that landed together last on `into`, in their order; none when the last
// was undone already.
std::vector<Landing> list_last_landed(Store& store, const std::string& into);
// When what ends now has ended: `now`, or later than what ended before it on
// `into`, so that the order holds though the clock was put back.
std::int64_t next_landing_at(Store& store, const std::string& into,
                             std::int64_t now);
// Returns the new id. Within a Transaction.
std::int64_t insert_landing(Store& store, const Landing& landing);
// Writes every column but id, feature, agent, ref, target and queued_at. Within
// a Transaction.
void update_landing(Store& store, const Landing& landing);

}  // namespace orch::store
