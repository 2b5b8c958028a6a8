// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/store.h"

// What refs were when we last looked.
namespace orch::store {

// By full name; an id, or "ref: <full name>".
using Refs = std::map<std::string, std::string>;

Refs list_known_refs(Store& store);
// An empty value forgets, but for where an agent's branch was. Within a
// Transaction.
void put_known_ref(Store& store, const std::string& name,
                   const std::string& value, std::int64_t at);
// Where an agent's branch was before it was forgotten the last time; empty: it
// never was.
std::string find_gone_branch(Store& store, const std::string& ref);

// Whether a program of ours has announced, and not withdrawn, a move of `ref`
// to `to` that it made after `since`.
bool was_intended(Store& store, const std::string& ref, const std::string& to,
                  std::int64_t since);

}  // namespace orch::store
