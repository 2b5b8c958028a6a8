// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// The event log: append-only, which triggers in the file enforce.
namespace orch::store {

// The metadata of the one event that a commit makes, and of one that a person
// logged: an event of another operation may name the same commit.
inline constexpr char kFromCommit[] = R"({"source":"commit"})";
// The same for a commit that no hook has told of: it was found afterwards.
inline constexpr char kFoundLate[] = R"({"source":"commit","observed":"late"})";
inline constexpr char kFromPerson[] = R"({"source":"log-event"})";

struct Event {
  std::int64_t id = 0;
  std::string event_id;  // 16 bytes; a fresh one is made when empty
  std::optional<std::string> spec_id;
  std::optional<std::string> role;
  std::string type;
  std::string message;
  std::optional<std::string> task_id;
  std::optional<std::string> recorded_commit;
  std::optional<std::string> commit;  // where it is now; read only
  std::string metadata = "{}";
  std::int64_t at = 0;
};

struct EventQuery {
  std::optional<std::string> spec_id;
  std::int64_t after_id = 0;  // only events with a larger id
  std::size_t limit = 20;
  bool oldest_first = false;
  std::optional<std::string> role;
  std::vector<std::string> types;     // empty: all
  std::optional<std::int64_t> since;  // only what happened then or later
};
std::vector<Event> list_events(Store& store, const EventQuery& query);

// Appends; false when an event with this event_id is there already. Within a
// Transaction.
bool insert_event(Store& store, const Event& event);

// The newest report of each role of a feature that says how its work stands
// (ready, done, blocked, failed), or, with `any`, any report, by role.
std::map<std::string, Event> list_last_reports(Store& store,
                                               const std::string& spec_id,
                                               bool any = false);

// Whether it is the one event that a commit makes.
bool is_of_commit(const Event& event);

// Whether a commit has its event, under its own id or one it was rewritten
// from.
bool has_commit_event(Store& store, const std::string& commit);

// Events that a commit made, oldest first.
std::vector<Event> list_commit_events(Store& store, const std::string& spec_id);
// The role whose work a commit is; absent when no event tells.
std::optional<std::string> find_commit_role(Store& store,
                                            const std::string& commit);

// Remembers that `old_commit` is now `new_commit`, absent: dropped. Chains are
// closed: whatever was mapped to the old one points to the new one.
void map_commit(Store& store, const std::string& old_commit,
                const std::optional<std::string>& new_commit, std::int64_t at);

// Where a commit went: empty when it was dropped; absent when it did not go.
std::optional<std::string> find_rewrite(Store& store,
                                        const std::string& commit);
// Forgets where a commit went: it is there again.
void unmap_commit(Store& store, const std::string& commit);

// Remembers the id of a folded record that makes no event; false when it was
// known.
bool mark_folded(Store& store, const std::string& event_id, std::int64_t at);

}  // namespace orch::store
