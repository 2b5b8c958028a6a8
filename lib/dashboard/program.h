// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "dashboard/reply.h"
#include "repository/repository.h"

namespace orch::dashboard {

// Throws Error{NotARepository} when it was removed.
void require_there(const repository::Repository& repository);

// Whether this installation has the verb.
bool is_installed(const std::string& verb);

// What `git orch <verb> <arguments>` answers in that repository. Waits for it,
// at most so long; never throws.
Reply run_verb(const repository::Repository& repository,
               const std::string& verb,
               const std::vector<std::string>& arguments, int timeout_ms);

}  // namespace orch::dashboard
