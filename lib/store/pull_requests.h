// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Pull requests of a feature's branches, as we asked for them and as the forge
// last told of them. Times are milliseconds since 1970.
namespace orch::store {

struct PullRequest {
  std::int64_t id = 0;
  std::int64_t feature_id = 0;
  std::string role;
  std::optional<std::int64_t> number;  // absent until the forge gave one
  std::string title;
  std::optional<std::string> url;
  std::string status = "draft";  // draft, open, approved, merged, closed
  std::string base, head;        // short names of branches
  std::int64_t created_at = 0;
  std::optional<std::int64_t> merged_at;
  std::optional<std::string> forge;        // gh, glab, tea, command
  std::optional<std::string> checks;       // passing, failing, pending
  std::optional<std::string> review;       // approved, changes, required
  std::optional<std::string> head_commit;  // that the forge has
  std::optional<std::string> error;        // why we know no more of it
  std::optional<std::int64_t> synced_at;
  std::optional<std::string> remote;  // where it is to be opened
  std::optional<std::string> body;    // until the forge has it

  bool has_ended() const { return status == "merged" || status == "closed"; }
};

// In the order in which they were opened.
std::vector<PullRequest> list_pull_requests(Store& store,
                                            std::int64_t feature_id);
// Those that have not ended; `feature_id` 0: of all features.
std::vector<PullRequest> list_open_pull_requests(Store& store,
                                                 std::int64_t feature_id);
std::optional<PullRequest> find_pull_request(Store& store, std::int64_t id);
// The newest of this pair of branches that has not ended.
std::optional<PullRequest> find_open_pull_request(Store& store,
                                                  const std::string& head,
                                                  const std::string& base);
std::optional<PullRequest> find_pull_request_at(Store& store,
                                                const std::string& url);
// Of whatever forge and feature, also those that have ended.
std::vector<PullRequest> list_pull_requests_with(Store& store,
                                                 std::int64_t number);

// The functions below: within a Transaction.
// Inserts, and returns the new id.
std::int64_t insert_pull_request(Store& store, const PullRequest& row);
// Writes every column but id, feature, role and creation time. Throws
// Error{Corrupt} for one that was merged and now is not.
void update_pull_request(Store& store, const PullRequest& row);
// One that the forge never had, or has under another row.
void delete_pull_request(Store& store, std::int64_t id);

// What its agent was told of it.
bool is_told(Store& store, std::int64_t pull_request_id,
             const std::string& fingerprint);
void mark_told(Store& store, std::int64_t pull_request_id,
               const std::string& fingerprint, std::int64_t at);

}  // namespace orch::store
