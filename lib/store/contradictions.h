// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Reports of two agents that disagree on one topic.
namespace orch::store {

struct Quote {
  std::int64_t event = 0;
  std::string role;
  std::string kind;  // progress, done, blocked, failed, ready
  std::string text;
  std::int64_t at = 0;
};

struct Contradiction {
  std::int64_t id = 0;
  std::int64_t feature_id = 0;
  std::string spec_id;
  std::string topic;
  std::string status = "open";  // or resolved
  Quote first, second;          // the older one first
  std::int64_t created_at = 0;
  std::optional<std::int64_t> resolved_at;
  std::optional<std::string> notes;  // how it was resolved
};

// The newest report of each role on the topic, the oldest first. The topic of a
// report is the one it names, else its task.
std::vector<Quote> list_newest_reports(Store& store, const std::string& spec_id,
                                       const std::string& topic);

// The row and the event of type contradiction_opened. Within a Transaction.
std::int64_t open_contradiction(Store& store, std::int64_t feature_id,
                                const std::string& topic, const Quote& first,
                                const Quote& second, std::int64_t at);
// The row and the event of type contradiction_resolved, whose message is
// `notes`. False when it was resolved before. Within a Transaction.
bool resolve_contradiction(Store& store, std::int64_t id,
                           const std::string& notes, const std::string& by,
                           std::int64_t at);

std::optional<Contradiction> find_contradiction(Store& store, std::int64_t id);
enum class Contradictions { Open, All };
// Of one feature (0: of all), oldest first.
std::vector<Contradiction> list_contradictions(Store& store,
                                               std::int64_t feature_id,
                                               Contradictions which);

}  // namespace orch::store
