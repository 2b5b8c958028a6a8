// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

// What conversations of agents have used, as their CLIs write it down, and how
// far that was read.
namespace orch::store {

struct UsageRead {
  std::string transcript;  // a path
  std::int64_t agent_id = 0;
  std::int64_t offset = 0;  // so much of it was counted
  std::uint64_t inode = 0;
  std::int64_t floor_at = 0;   // what is not newer was counted before
  std::int64_t newest_at = 0;  // of what was counted
  std::string state;           // where its reader stands
};
std::optional<UsageRead> find_usage_read(Store& store,
                                         const std::string& transcript);
// The newest that was counted of any of its transcripts but that one; 0: none.
std::int64_t newest_usage_of(Store& store, std::int64_t agent_id,
                             const std::string& but);
// Within a Transaction.
void put_usage_read(Store& store, const UsageRead& row);

struct UsageRow {
  std::int64_t agent_id = 0;
  std::string conversation;
  std::int64_t day = 0;                            // of UTC, since 1970
  std::string model;                               // empty: not told
  std::int64_t input = 0, output = 0, cached = 0;  // tokens
  std::optional<std::int64_t> cost_micros;         // of a US dollar
};
// Adds it to what is there. Within a Transaction.
void add_usage(Store& store, const UsageRow& row);

}  // namespace orch::store
