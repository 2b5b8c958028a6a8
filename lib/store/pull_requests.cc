// SPDX-License-Identifier: MIT
#include "store/pull_requests.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, feature_id, role, pr_number, title, url, status, base_branch, "
    "head_branch, created_at, merged_at, forge, checks, review, head_commit, "
    "error, synced_at, remote, body FROM pull_requests ";
constexpr char kIsOpen[] = "status IN ('draft', 'open', 'approved') ";

PullRequest row_of(const Statement& s) {
  return {.id = s.integer(0),
          .feature_id = s.integer(1),
          .role = s.text(2),
          .number = s.maybe_integer(3),
          .title = s.text(4),
          .url = s.maybe_text(5),
          .status = s.text(6),
          .base = s.text(7),
          .head = s.text(8),
          .created_at = s.integer(9),
          .merged_at = s.maybe_integer(10),
          .forge = s.maybe_text(11),
          .checks = s.maybe_text(12),
          .review = s.maybe_text(13),
          .head_commit = s.maybe_text(14),
          .error = s.maybe_text(15),
          .synced_at = s.maybe_integer(16),
          .remote = s.maybe_text(17),
          .body = s.maybe_text(18)};
}

std::vector<PullRequest> rows_of(Statement& s) {
  std::vector<PullRequest> out;
  while (s.step()) out.push_back(row_of(s));
  return out;
}

std::optional<PullRequest> first_of(Statement& s) {
  if (!s.step()) return std::nullopt;
  return row_of(s);
}

}  // namespace

std::vector<PullRequest> list_pull_requests(Store& store,
                                            std::int64_t feature_id) {
  Statement s(store.database(),
              std::string(kColumns) + "WHERE feature_id = ? ORDER BY id");
  s.bind(feature_id);
  return rows_of(s);
}

std::vector<PullRequest> list_open_pull_requests(Store& store,
                                                 std::int64_t feature_id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE " + kIsOpen +
                                    "AND ?1 IN (0, feature_id) ORDER BY id");
  s.bind(feature_id);
  return rows_of(s);
}

std::optional<PullRequest> find_pull_request(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE id = ?");
  s.bind(id);
  return first_of(s);
}

std::optional<PullRequest> find_open_pull_request(Store& store,
                                                  const std::string& head,
                                                  const std::string& base) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE head_branch = ? AND base_branch = ? AND " + kIsOpen +
                  "ORDER BY id DESC LIMIT 1");
  s.bind(head, base);
  return first_of(s);
}

std::optional<PullRequest> find_pull_request_at(Store& store,
                                                const std::string& url) {
  Statement s(store.database(),
              std::string(kColumns) + "WHERE url = ? ORDER BY id LIMIT 1");
  s.bind(url);
  return first_of(s);
}

std::vector<PullRequest> list_pull_requests_with(Store& store,
                                                 std::int64_t number) {
  Statement s(store.database(),
              std::string(kColumns) + "WHERE pr_number = ? ORDER BY id");
  s.bind(number);
  return rows_of(s);
}

std::int64_t insert_pull_request(Store& store, const PullRequest& row) {
  Statement(store.database(),
            "INSERT INTO pull_requests(feature_id, role, pr_number, title, "
            "url, status, base_branch, head_branch, created_at, merged_at, "
            "forge, checks, review, head_commit, error, synced_at, remote, "
            "body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?)")
      .bind(row.feature_id, row.role, row.number, row.title, row.url,
            row.status, row.base, row.head, row.created_at, row.merged_at,
            row.forge, row.checks, row.review, row.head_commit, row.error,
            row.synced_at, row.remote, row.body)
      .run();
  return store.database().last_id();
}

void update_pull_request(Store& store, const PullRequest& row) {
  Statement(store.database(),
            "UPDATE pull_requests SET pr_number = ?, title = ?, url = ?, "
            "status = ?, base_branch = ?, head_branch = ?, merged_at = ?, "
            "forge = ?, checks = ?, review = ?, head_commit = ?, error = ?, "
            "synced_at = ?, remote = ?, body = ? WHERE id = ?")
      .bind(row.number, row.title, row.url, row.status, row.base, row.head,
            row.merged_at, row.forge, row.checks, row.review, row.head_commit,
            row.error, row.synced_at, row.remote, row.body, row.id)
      .run();
}

void delete_pull_request(Store& store, std::int64_t id) {
  for (const char* sql :
       {"DELETE FROM pull_request_notices WHERE pull_request_id = ?",
        "DELETE FROM pull_requests WHERE id = ?"})
    Statement(store.database(), sql).bind(id).run();
}

bool is_told(Store& store, std::int64_t pull_request_id,
             const std::string& fingerprint) {
  Statement s(store.database(),
              "SELECT 1 FROM pull_request_notices WHERE pull_request_id = ? "
              "AND fingerprint = ?");
  s.bind(pull_request_id, fingerprint);
  return s.step();
}

void mark_told(Store& store, std::int64_t pull_request_id,
               const std::string& fingerprint, std::int64_t at) {
  Statement(store.database(),
            "INSERT INTO pull_request_notices(pull_request_id, fingerprint, "
            "told_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
      .bind(pull_request_id, fingerprint, at)
      .run();
}

}  // namespace orch::store
