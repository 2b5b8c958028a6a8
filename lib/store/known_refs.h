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
// An empty value forgets. Within a Transaction.
void put_known_ref(Store& store, const std::string& name,
                   const std::string& value, std::int64_t at);

// Whether a program of ours has announced, and not withdrawn, a move of `ref`
// to `to` that it made after `since`.
bool was_intended(Store& store, const std::string& ref, const std::string& to,
                  std::int64_t since);

}  // namespace orch::store
