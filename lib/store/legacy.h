// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/events.h"
#include "store/store.h"

// The `events.db` of the earlier shell tools, read by column name, and the rows
// that an import adds. What the values mean is decided in `legacy`.
namespace orch::store {

class Statement;

// One row: lower-case column names; NULL is absent. Numbers are their text.
using LegacyRow = std::map<std::string, std::string>;

class LegacyFile {
 public:
  // Read only. Throws Error{UnknownName} when there is no such file,
  // Error{Corrupt} when it is no database, and Error{Usage} when it is a store
  // of ours.
  explicit LegacyFile(const std::string& path);
  ~LegacyFile();
  LegacyFile(const LegacyFile&) = delete;
  LegacyFile& operator=(const LegacyFile&) = delete;

  bool has_table(const std::string& table);
  // Every row in the order of the file; nothing when there is no such table.
  void read(const std::string& table,
            const std::function<void(const LegacyRow&)>& row);

 private:
  std::string path_;
  std::unique_ptr<Database> database_;
};

// Appends many events; as insert_event, but prepared once. Within a
// Transaction.
class EventAppender {
 public:
  explicit EventAppender(Store& store);
  ~EventAppender();
  EventAppender(const EventAppender&) = delete;
  EventAppender& operator=(const EventAppender&) = delete;

  // False when an event with this event_id, which is demanded, is there.
  bool append(const Event& event);

 private:
  Store& store_;
  std::unique_ptr<Statement> insert_;
};

struct LegacyPullRequest {
  std::int64_t feature_id = 0;
  std::string role, title, url, status, base, head;
  std::optional<std::int64_t> number;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> merged_at;
};

struct LegacyTestResult {
  std::int64_t feature_id = 0;
  std::string role, type, status;
  std::optional<std::string> commit, logs_url;
  std::optional<std::int64_t> total, passed, failed, duration_ms;
  std::int64_t created_at = 0;
};

// When a feature ended, which is not asked when one is made. Within a
// Transaction.
void import_end_of_feature(Store& store, std::int64_t feature_id,
                           std::int64_t at);

// Each is false when a row with the same natural key is there already: the
// number (or, without one, title and time) of a pull request; type, time,
// commit and outcome of a test; type, text and time of a blocker; side, files
// and time of a conflict. Within a Transaction.
bool import_pull_request(Store& store, const LegacyPullRequest& row);
bool import_test_result(Store& store, const LegacyTestResult& row);
bool has_blocker_like(Store& store, std::int64_t feature_id,
                      const std::string& role, const std::string& type,
                      const std::string& description, std::int64_t created_at);
bool has_conflict_like(Store& store, std::int64_t feature_id,
                       const std::string& a, const std::string& b,
                       const std::vector<std::string>& paths,
                       std::int64_t detected_at);

}  // namespace orch::store
