// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "notice/payload.h"
#include "notify/sinks.h"
#include "store/notices.h"
#include "store/store.h"

// Notices as rows. Private to this module.
namespace orch::notify {

// Makes rows of what needs a person, and ends those of what does not any more;
// new ones, and those that a sink lacks, go to the outbox. Within a
// Transaction. Returns how many were written.
int write_needs(store::Store& store, const std::vector<notice::Need>& needs,
                const std::vector<Configured>& sinks, std::int64_t now);
// Makes rows of the events behind `after` that some sink wants, of so many as
// are looked at in one pass.
struct Looked {
  int written = 0;
  std::int64_t to = 0;  // the last event that was looked at
};
Looked write_events(store::Store& store, std::int64_t after,
                    const std::vector<Configured>& sinks, std::int64_t now);
// Whether something open is not in the outbox of a sink that wants it.
bool lacks_delivery(store::Store& store, const std::vector<store::Notice>& open,
                    const std::vector<Configured>& sinks);
// Whether the rows say what `needs` does.
bool agree(store::Store& store, const std::vector<notice::Need>& needs,
           const std::vector<store::Notice>& open);

// `repository_id` makes its id known everywhere.
notice::Item item_of(const store::Notice& notice, int step,
                     const std::string& repository_id);

}  // namespace orch::notify
