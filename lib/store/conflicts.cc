// SPDX-License-Identifier: MIT
#include "store/conflicts.h"

#include "json/value.h"
#include "store/database.h"

namespace orch::store {
namespace {

// Paths are bytes and JSON is text: a path that is not UTF-8 is stored as hex
// behind a prefix that no relative path of git can have.
constexpr char kHexPrefix[] = "/hex/";

std::string to_json(const std::vector<std::string>& strings) {
  static constexpr char kDigits[] = "0123456789abcdef";
  json::Array array;
  for (const std::string& s : strings) {
    std::string encoded = s;
    if (json::to_text(json::Array{s}).find("\xEF\xBF\xBD") !=
        std::string::npos) {
      encoded = kHexPrefix;
      for (const char c : s) {
        encoded += kDigits[static_cast<unsigned char>(c) >> 4];
        encoded += kDigits[static_cast<unsigned char>(c) & 0xF];
      }
    }
    array.emplace_back(encoded);
  }
  return json::to_text(array);
}

std::vector<std::string> from_json(const std::string& text) {
  std::vector<std::string> out;
  const auto value = json::parse(text);
  if (!value || !value->as_array()) return out;
  for (const json::Value& v : *value->as_array()) {
    std::string s = v.as_string() ? *v.as_string() : "";
    if (s.starts_with(kHexPrefix)) {
      std::string bytes;
      for (std::size_t i = sizeof kHexPrefix - 1; i + 1 < s.size(); i += 2)
        bytes += static_cast<char>(std::stoi(s.substr(i, 2), nullptr, 16));
      s = bytes;
    }
    out.push_back(s);
  }
  return out;
}

}  // namespace

std::vector<Conflict> list_open_conflicts(Store& store,
                                          std::int64_t feature_id) {
  Statement s(store.database(),
              "SELECT id, feature_id, a, b, kind, files, types, severity, "
              "source, a_commit, b_commit, resolved, notes, detected_at, "
              "resolved_at FROM conflicts "
              "WHERE resolved = 0 AND (?1 = 0 OR feature_id = ?1) ORDER BY id");
  s.bind(feature_id);
  std::vector<Conflict> out;
  while (s.step()) {
    Conflict c;
    c.id = s.integer(0);
    c.feature_id = s.maybe_integer(1);
    c.a = s.text(2);
    c.b = s.text(3);
    c.kind = s.text(4);
    c.paths = from_json(s.text(5));
    c.types = from_json(s.text(6));
    c.severity = s.text(7);
    c.source = s.text(8);
    c.a_commit = s.text(9);
    c.b_commit = s.text(10);
    c.resolved = s.integer(11) != 0;
    c.notes = s.maybe_text(12);
    c.detected_at = s.integer(13);
    c.resolved_at = s.maybe_integer(14);
    out.push_back(std::move(c));
  }
  return out;
}

std::int64_t insert_conflict(Store& store, const Conflict& c) {
  Statement(store.database(),
            "INSERT INTO conflicts(feature_id, a, b, kind, files, types, "
            "severity, source, a_commit, b_commit, notes, detected_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(c.feature_id, c.a, c.b, c.kind, to_json(c.paths), to_json(c.types),
            c.severity, c.source, c.a_commit, c.b_commit, c.notes,
            c.detected_at)
      .run();
  return store.database().last_id();
}

void update_conflict(Store& store, const Conflict& c) {
  Statement(store.database(),
            "UPDATE conflicts SET files = ?, types = ?, a_commit = ?, "
            "b_commit = ? WHERE id = ?")
      .bind(to_json(c.paths), to_json(c.types), c.a_commit, c.b_commit, c.id)
      .run();
}

void resolve_conflict(Store& store, std::int64_t id, const std::string& notes,
                      std::int64_t at) {
  Statement(store.database(),
            "UPDATE conflicts SET resolved = 1, resolved_at = ?, notes = ? "
            "WHERE id = ? AND resolved = 0")
      .bind(at, notes, id)
      .run();
}

std::optional<CachedVerdict> find_verdict(Store& store, const std::string& a,
                                          const std::string& b,
                                          const std::string& context) {
  Statement s(store.database(),
              "SELECT verdict, paths, types FROM verdicts WHERE a_commit = ? "
              "AND b_commit = ? AND context = ?");
  s.bind(a, b, context);
  if (!s.step()) return std::nullopt;
  return CachedVerdict{s.text(0), from_json(s.text(1)), from_json(s.text(2))};
}

void insert_verdict(Store& store, const std::string& a, const std::string& b,
                    const std::string& context, const CachedVerdict& v,
                    std::int64_t at) {
  Statement(store.database(),
            "INSERT OR REPLACE INTO verdicts(a_commit, b_commit, context, "
            "verdict, paths, types, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(a, b, context, v.verdict, to_json(v.paths), to_json(v.types), at)
      .run();
}

}  // namespace orch::store
