// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "repository/repository.h"
#include "store/events.h"
#include "store/store.h"

// Events as they come, for --follow.
namespace orch::overview {

// Writes to standard output, the second one at once. Throw Error{Io}.
void write_out(const std::string& text);
void write_now(const std::string& text);

// Ends the program as SIGPIPE does when nobody reads standard output any more.
void end_without_reader();

// Calls `each` for every event behind `after_id`, oldest first, and waits for
// more, for ever. Ends the program as SIGPIPE does when nobody reads standard
// output any more, also while nothing happens. When another store was put back
// in place, goes on with what is new there. `spec_id` absent: all features.
[[noreturn]] void follow_events(
    const repository::Repository& repository, store::Store& store,
    const std::optional<std::string>& spec_id, std::int64_t after_id,
    const std::function<void(const store::Event&)>& each);

}  // namespace orch::overview
