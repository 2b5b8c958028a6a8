// SPDX-License-Identifier: MIT
#pragma once

#include "json/value.h"
#include "memo/memo.h"
#include "overview/overview.h"
#include "repository/repository.h"

namespace orch::overview {

// Keeps the data of a status of all features, computed behind `stamp`, for the
// next call, until the first thing in it changes by the clock alone. Does
// nothing when that may be at once: an agent starts, has just ended or comes
// back, or a check-in is overdue.
void keep(const repository::Repository& repository, store::Store& store,
          const memo::Stamp& stamp, const Status& status,
          const json::Object& data);

}  // namespace orch::overview
