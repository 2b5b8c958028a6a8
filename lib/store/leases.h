// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

// Exclusive rights with an owner, an expiry and a fencing number that rises
// with every new owner, so that a late act of an earlier one is recognised.
namespace orch::store {

struct Lease {
  std::string name;
  std::optional<std::string> owner;  // absent: free
  std::int64_t fencing = 0;
  std::int64_t taken_at = 0;
  std::optional<std::int64_t> expires_at;  // absent: never

  bool operator==(const Lease&) const = default;

  bool is_held(std::int64_t now) const {
    return owner && (!expires_at || *expires_at > now);
  }
};

// Absent when it was never taken.
std::optional<Lease> find_lease(Store& store, const std::string& name);

// Takes it, or, when `owner` holds it, prolongs it under the same number.
// Absent when somebody else holds it. Within a Transaction.
std::optional<Lease> take_lease(Store& store, const std::string& name,
                                const std::string& owner, std::int64_t now,
                                std::optional<std::int64_t> expires_at);

// From now on every new number is higher than that: numbers that were handed
// out are not known any more. Within a Transaction.
void raise_lease_floor(Store& store, std::int64_t floor);

// Frees it, whoever holds it. Within a Transaction.
void release_lease(Store& store, const std::string& name);

}  // namespace orch::store
