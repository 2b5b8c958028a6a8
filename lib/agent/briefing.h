// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "brief/brief.h"
#include "repository/repository.h"
#include "store/features.h"

namespace orch::agent {

// Within a Transaction; returns the message's id.
std::int64_t queue_brief(store::Store& store, const store::Agent& agent,
                         const std::string& brief, std::int64_t now);

// When one was sent last, but those that come with a start; 0: never.
std::int64_t last_briefed(store::Store& store, const store::Agent& agent);

// As `send_brief`, unless `is_done` says so of the last one; absent then.
std::optional<std::int64_t> send_brief_unless(
    const repository::Repository& repository, store::Store& store,
    const store::Agent& agent, brief::Reason reason,
    const std::function<bool(std::int64_t last)>& is_done);

}  // namespace orch::agent
