// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "clock/clock.h"
#include "legacy/legacy.h"
#include "legacy/values.h"

// One run of an import; private to `legacy`.
namespace orch::legacy {

using store::LegacyRow;
using Reason = std::optional<std::string>;  // why a row is skipped

// The columns under which the earlier tools kept the same thing.
inline const Names kCreated = {"created_at",  "created",     "timestamp",
                               "time",        "ts",          "started_at",
                               "run_at",      "executed_at", "detected_at",
                               "occurred_at", "at"};
inline const Names kMessage = {"message", "msg", "description", "details",
                               "text"};
inline const Names kCommit = {"commit_hash", "commit_sha", "commit", "sha"};

// A value in a reason: printable and short.
std::string quote(const std::string& value);

struct OldAgent {
  std::string spec_id, role;
};

class Importer {
 public:
  Importer(store::Store& store, store::LegacyFile& file,
           const Surroundings& surroundings)
      : store_(store), file_(file), surroundings_(surroundings) {}

  // Features alone are read ahead: git is asked about each of them.
  void plan();
  // Everything else. Within a Transaction.
  void write();
  Report take_report();

 private:
  // Calls `take` for each row; the reasons that it gives go to the report.
  void each(const char* table,
            const std::function<Reason(const LegacyRow&)>& take);
  // Absent columns give `otherwise`; what is no time is a reason.
  Reason read_time(const LegacyRow& row, const Names& names,
                   std::optional<std::int64_t> otherwise,
                   std::optional<std::int64_t>& at);

  Reason plan_feature(const LegacyRow& row);
  void write_feature(store::Feature& f);
  Reason agent(const LegacyRow& row);
  Reason event(const LegacyRow& row);
  Reason pull_request(const LegacyRow& row);
  Reason conflict(const LegacyRow& row);
  Reason test(const LegacyRow& row);
  Reason blocker(const LegacyRow& row);

  // The feature and role that a row is about; each may be absent.
  struct Subject {
    std::optional<store::Feature> feature;
    std::optional<std::string> role;
  };
  Reason read_subject(const LegacyRow& row, Subject& out);
  // The same, both demanded.
  Reason require_subject(const LegacyRow& row, Subject& out);
  Reason read_feature(const LegacyRow& row,
                      std::optional<store::Feature>& feature);
  Reason read_agent(const std::string& reference, const Names& role_columns,
                    const LegacyRow& row, std::optional<OldAgent>& out);
  std::optional<store::Feature> known_feature(const std::string& spec_id);

  store::Store& store_;
  store::LegacyFile& file_;
  const Surroundings& surroundings_;
  store::EventAppender appender_{store_};
  const std::int64_t now_ = clock::now();
  Report report_;
  std::vector<store::Feature> planned_;
  std::map<std::string, std::string> spec_ids_;     // by the file's feature id
  std::map<std::string, std::string> lost_;         // why a feature was skipped
  std::map<std::string, OldAgent> agents_;          // by the file's agent id
  std::map<std::string, store::Feature> features_;  // by spec-id, as written
  std::unordered_map<std::string, std::uint64_t> seen_;  // equal events so far
};

}  // namespace orch::legacy
