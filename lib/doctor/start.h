// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "doctor/doctor.h"

// What agents need to start and to work. Private to this module.
namespace orch::doctor {

Check check_memory();
// The nearest directory that is there must take new entries.
Check check_writable(const std::string& name, const std::string& path,
                     const std::string& fix);
Check check_roles(const Repository& repository);
Check check_policy(const Repository& repository);
// The agent CLIs that a start could choose.
Check check_runtime(const Repository& repository);
// A file that is no socket of ours in the server's place.
Check check_server(const Repository& repository);

}  // namespace orch::doctor
