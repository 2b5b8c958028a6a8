// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "finish/finish.h"

namespace orch::finish {

// Whether all holds, each check for itself; private to this module. Gates run
// where their result on the tree is not known, unless the request is dry.
std::vector<Check> prove(const Repository& repository, store::Store& store,
                         const Request& request, const std::string& tip);

}  // namespace orch::finish
