// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Requests for approval. An answer is written once.
namespace orch::store {

struct Ask {
  std::int64_t id = 0;
  std::int64_t agent_id = 0;
  std::string agent;  // address; read only
  std::string action;
  std::string text;
  std::string approver;         // an agent's address, or "person"
  std::string status = "open";  // approved, denied, expired
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
  std::optional<std::int64_t> answered_at;  // or expired
  std::optional<std::string> answered_by;   // an agent's address, or "person"
  std::optional<std::string> answer;        // in words
  std::optional<std::int64_t> escalated_at;

  // As its approver, or by escalation.
  bool awaits_person() const {
    return status == "open" && (approver == "person" || escalated_at);
  }
};

// All within a Transaction.
std::int64_t insert_ask(Store& store, const Ask& ask);
// False when it was not open any more. `by` empty: nobody (it expired).
bool end_ask(Store& store, std::int64_t id, const std::string& status,
             const std::string& by, const std::string& answer, std::int64_t at);
void mark_escalated(Store& store, std::int64_t id, std::int64_t at);

std::optional<Ask> find_ask(Store& store, std::int64_t id);
enum class Asks { Open, All };
// Oldest first.
std::vector<Ask> list_asks(Store& store, Asks which);

}  // namespace orch::store
