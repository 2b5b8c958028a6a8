// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// What a person who looks at the whole sees first, in few questions: their
// number does not grow with that of agents, nor with that of events.
namespace orch::store {

// While it lives, everything that is read is of one moment, and SQLite takes
// its locks once instead of for each question. Nothing may be written meanwhile
// through the same Store, and nobody is kept from writing by another.
class Reading {
 public:
  explicit Reading(Store& store);
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  Store& store_;
};

// Unread messages by agent: queued, typed or submitted.
std::map<std::int64_t, std::int64_t> unread_by_agent(Store& store);

// The task that each agent works at, by its address: its own, or one of nobody
// that it has committed for; the one that changed last where there are several.
std::map<std::string, std::string> list_doing(Store& store);

// A branch that has landed.
struct Landed {
  std::string agent;   // its address, or the short name of the branch
  std::string commit;  // what the target became
  std::string into;    // a short name
  std::int64_t at = 0;
};
// Since then, the newest first, at most `limit`.
std::vector<Landed> list_landed(Store& store, std::int64_t since,
                                std::size_t limit);

// Items of the batch queue that have not ended.
std::int64_t count_queue(Store& store);

// The first moment behind `now` at which what is due or overdue changes by the
// clock alone. Absent when there is none.
std::optional<std::int64_t> next_turn(Store& store, std::int64_t now);

}  // namespace orch::store
