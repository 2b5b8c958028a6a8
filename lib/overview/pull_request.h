// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "store/pull_requests.h"

// A pull request as verbs print it.
namespace orch::overview {

json::Object pull_request_json(store::Store& store,
                               const store::PullRequest& row);
std::vector<std::string> pull_request_fields();

}  // namespace orch::overview
