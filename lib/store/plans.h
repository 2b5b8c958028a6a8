// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/features.h"

// What features were launched with.
namespace orch::store {

struct Plan {
  std::int64_t feature_id = 0;
  std::string document;
  std::string digest;                // of the specification's bytes
  std::string status = "launching";  // launching, launched
  std::int64_t created_at = 0;
};

std::optional<Plan> find_plan(Store& store, std::int64_t feature_id);
// Replaces the one that is there. Within a Transaction.
void put_plan(Store& store, const Plan& plan);

// The set-up of a feature was taken back. Its row and its agents' stay for the
// events and messages that name them, out of everybody's sight, under
// addresses that are free again; check-ins are cancelled, messages failed,
// ports released. Within a Transaction.
void retire_feature(Store& store, const Feature& feature, std::int64_t now);

// Nobody works at it any more; all of it stays, but check-ins are cancelled.
// Within a Transaction.
void archive_feature(Store& store, std::int64_t feature_id);

}  // namespace orch::store
