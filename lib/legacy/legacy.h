// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "store/features.h"
#include "store/legacy.h"
#include "store/store.h"

// Brings the rows of the earlier shell tools' `events.db` into the store.
namespace orch::legacy {

// What the file cannot say.
struct Surroundings {
  std::string base;  // full ref name, or a commit id
  // Where the integration branch `branch` left the base; asked once for each
  // feature, before the transaction begins.
  std::function<std::string(const std::string& branch)> base_commit_of;
  // Gives a new agent of a feature in progress its check-in.
  std::function<void(store::Store&, const store::Agent&)> enrol;
};

struct Counts {
  std::size_t features = 0, agents = 0, events = 0, pull_requests = 0,
              conflicts = 0, test_results = 0, blockers = 0;
};

struct Skipped {
  std::string table, id, reason;
};

struct Report {
  Counts imported;
  Counts present;                     // were there before
  std::vector<Skipped> skipped;       // in the order of the file
  std::vector<std::string> branches;  // of features and agents, each once
};

enum class Mode { Write, DryRun };

// In one transaction, which a dry run takes back. Rows that are there already
// (by spec-id, address, natural key, or, for events, an id made from the
// content) are left as they are, so that a second import adds nothing.
Report bring_in(store::Store& store, store::LegacyFile& file,
                const Surroundings& surroundings, Mode mode);

}  // namespace orch::legacy
