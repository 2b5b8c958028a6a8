// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "store/proposals.h"

namespace orch::overview {

// A proposal for programs; the first of its members are the fields of a line.
json::Object proposal_json(const store::Proposal& proposal);
const std::vector<std::string>& proposal_fields();

// The same for people, with what the program said.
std::string proposal_text(const store::Proposal& proposal);
// "80%"; empty when the program did not say.
std::string confidence_of(const store::Proposal& proposal);

}  // namespace orch::overview
