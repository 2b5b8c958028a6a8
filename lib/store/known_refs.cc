// SPDX-License-Identifier: MIT
#include "store/known_refs.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kGone[] = "gone/";

}  // namespace

Refs list_known_refs(Store& store) {
  Statement s(store.database(), "SELECT name, value FROM known_refs");
  Refs out;
  while (s.step()) out.emplace(s.text(0), s.text(1));
  return out;
}

void put_known_ref(Store& store, const std::string& name,
                   const std::string& value, std::int64_t at) {
  if (value.empty()) {
    Statement(store.database(),
              "INSERT OR REPLACE INTO meta(key, value) "
              "SELECT ?1 || name, value FROM known_refs WHERE name = ?2 AND "
              "EXISTS (SELECT 1 FROM agents WHERE ?3 || branch = ?2)")
        .bind(kGone, name, "refs/heads/")
        .run();
    Statement(store.database(), "DELETE FROM known_refs WHERE name = ?")
        .bind(name)
        .run();
    return;
  }
  Statement(store.database(),
            "INSERT INTO known_refs(name, value, seen_at) VALUES (?, ?, ?) "
            "ON CONFLICT(name) DO UPDATE SET value = excluded.value, "
            "seen_at = excluded.seen_at")
      .bind(name, value, at)
      .run();
}

std::string find_gone_branch(Store& store, const std::string& ref) {
  return find_meta(store, kGone + ref).value_or("");
}

bool was_intended(Store& store, const std::string& ref, const std::string& to,
                  std::int64_t since) {
  Statement s(store.database(),
              "SELECT 1 FROM intents WHERE ref = ?1 AND new_commit = ?2 AND "
              "((status = 'open' AND created_at >= ?3) OR "
              "(status = 'done' AND ended_at >= ?3))");
  s.bind(ref, to, since);
  return s.step();
}

}  // namespace orch::store
