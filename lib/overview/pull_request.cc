// SPDX-License-Identifier: MIT
#include "overview/pull_request.h"

#include "json/or_null.h"
#include "store/features.h"
#include "text/time.h"

namespace orch::overview {

json::Object pull_request_json(store::Store& store,
                               const store::PullRequest& row) {
  const auto feature = store::find_feature(store, row.feature_id);
  return {{"number", row.number},
          {"url", row.url},
          {"status", row.status},
          {"base", row.base},
          {"head", row.head},
          {"checks", row.checks},
          {"review", row.review},
          {"agent", (feature ? feature->spec_id + "/" : "") + row.role},
          {"title", row.title},
          {"forge", row.forge},
          {"head_commit", row.head_commit},
          {"error", row.error},
          {"created_at", row.created_at == 0
                             ? json::Value()
                             : json::Value(text::iso_time(row.created_at))},
          {"merged_at", json::time_or_null(row.merged_at)},
          {"synced_at", json::time_or_null(row.synced_at)}};
}

std::vector<std::string> pull_request_fields() {
  return {"number", "url",    "status", "base",  "head",
          "checks", "review", "agent",  "title", "error"};
}

}  // namespace orch::overview
