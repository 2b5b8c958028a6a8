// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "file/file.h"
#include "queue/judgement.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/queue_attempts.h"

// The feature of an item, its agents, and the ends of items; private to
// `queue`.
namespace orch::queue {

using repository::Repository;

// The reason of an item until its team runs.
inline constexpr char kLaunching[] = "launching";

// Whoever changes what runs holds it. Throws Error{Contended}.
file::Lock take_turn(const Repository& repository);
// Absent while somebody else has it.
std::optional<file::Lock> try_turn(const Repository& repository);

// The feature of that name, when it was launched from the item's text: one that
// somebody else has made under that name is none of ours.
std::optional<store::Feature> find_own_feature(store::Store& store,
                                               const store::QueueItem& item,
                                               const std::string& spec_id);

// What there is to see of the attempt's team; ran_ms and limit_ms are left out.
Seen look_at(const Repository& repository, store::Store& store,
             const store::QueueItem& item, const store::QueueAttempt& attempt);

// What the panes of its agents showed last, at most 16 KiB.
std::string last_words(const Repository& repository, store::Store& store,
                       const store::QueueItem& item,
                       const std::string& spec_id);
// Stops those that run, with snapshots. Returns what went wrong, a line each.
std::string stop_team(const Repository& repository, store::Store& store,
                      const store::QueueItem& item, const std::string& spec_id);
// Ends the launch of the item, if it is under way.
void stop_launch(const Repository& repository, store::Store& store,
                 const store::QueueItem& item);

// Writes that the item has ended as `status`, with an event of `type`, and that
// of its batch when it was the last one. Within a Transaction.
void end_item(store::Store& store, store::QueueItem& item,
              const std::string& status, const std::string& type,
              const std::string& reason, std::int64_t now);
// An event about the item. Within a Transaction.
void tell(store::Store& store, const store::QueueItem& item,
          const std::string& type, const std::string& text, std::int64_t now);

}  // namespace orch::queue
