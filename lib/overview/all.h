// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "overview/overview.h"
#include "repository/repository.h"

// All repositories of this user in one look.
namespace orch::overview {

struct RepositoryStatus {
  std::string id;    // in the roster
  std::string path;  // its main worktree, or its directory when it is bare
  // Absent when it could not be read; then `reason` says why.
  std::optional<Status> status;
  std::string reason;
};

// Each repository of the roster, by path, asked as `git orch status` asks it.
// One that is gone is among them, with the reason.
std::vector<RepositoryStatus> look_at_all();

// How well a team is, from 1 down to 0: three tenths less each for somebody who
// waits for a person, for an agent whose process is gone though it should run,
// and for check-ins that nobody ran in time; fifteen hundredths less for a
// collision. 0 when it cannot be read.
double health_of(const RepositoryStatus& repository);
// healthy (from 0.8), warning (from 0.5) or critical.
std::string health_name(double health);

// The members of a status over all repositories, each row with `repository`,
// and `repositories`, a row for each.
json::Object all_json(const std::vector<RepositoryStatus>& all);
// status_csv with the repository before each line.
std::string all_csv(const std::vector<RepositoryStatus>& all);

}  // namespace orch::overview
