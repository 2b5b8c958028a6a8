// SPDX-License-Identifier: MIT
#include "store/leases.h"

#include <algorithm>
#include <cstdlib>

#include "store/database.h"

namespace orch::store {

namespace {

constexpr char kFloor[] = "lease_floor";

std::int64_t lease_floor(Store& store) {
  return std::atoll(find_meta(store, kFloor).value_or("0").c_str());
}

}  // namespace

void raise_lease_floor(Store& store, std::int64_t floor) {
  set_meta(store, kFloor, std::to_string(std::max(floor, lease_floor(store))));
}

std::optional<Lease> find_lease(Store& store, const std::string& name) {
  Statement s(store.database(),
              "SELECT name, owner, fencing, taken_at, expires_at FROM leases "
              "WHERE name = ?");
  s.bind(name);
  if (!s.step()) return std::nullopt;
  return Lease{.name = s.text(0),
               .owner = s.maybe_text(1),
               .fencing = s.integer(2),
               .taken_at = s.integer(3),
               .expires_at = s.maybe_integer(4)};
}

std::optional<Lease> take_lease(Store& store, const std::string& name,
                                const std::string& owner, std::int64_t now,
                                std::optional<std::int64_t> expires_at) {
  const auto present = find_lease(store, name);
  Lease lease{
      .name = name,
      .owner = owner,
      .fencing =
          std::max(present ? present->fencing : 0, lease_floor(store)) + 1,
      .taken_at = now,
      .expires_at = expires_at};
  if (present && present->is_held(now)) {
    if (present->owner != owner) return std::nullopt;
    lease.fencing = present->fencing;
    lease.taken_at = present->taken_at;
  }
  Statement(store.database(),
            "INSERT INTO leases(name, owner, fencing, taken_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
            "owner = excluded.owner, fencing = excluded.fencing, "
            "taken_at = excluded.taken_at, expires_at = excluded.expires_at")
      .bind(name, owner, lease.fencing, lease.taken_at, expires_at)
      .run();
  return lease;
}

void release_lease(Store& store, const std::string& name) {
  Statement(store.database(), "UPDATE leases SET owner = NULL WHERE name = ?")
      .bind(name)
      .run();
}

}  // namespace orch::store
