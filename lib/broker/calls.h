// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "broker/broker.h"

// What a sandboxed agent may have done outside: verbs that speak with the team
// and the store. Nothing that starts a program of the caller's choice, changes
// the installation, or reads or writes a file by a name that the caller gives.
// Pure.
namespace orch::broker {

// Why a call is not made, for people; empty when it is.
std::string refusal_of(const Request& request);

// The fields of a refusal that a guard inside has recorded, without whose it
// is; empty when it is none.
std::vector<std::pair<std::string, std::string>> guard_fields(
    const Request& request);

}  // namespace orch::broker
