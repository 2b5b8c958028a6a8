// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "conflict/changes.h"
#include "conflict/conflict.h"
#include "conflict/sides.h"
#include "store/store.h"

// What people and agents are told of a new finding.
namespace orch::conflict {

// A message is typed into a terminal: it has at most this many bytes.
inline constexpr std::size_t kLongestNotice = 6 << 10;

// Both sides, what they came from, who changed what, and the places at which
// they meet, of each finding: what is the same for everybody who is told. Empty
// where git could not tell. Asks git five times for each eight of them, and
// once for each tip; not for within a transaction.
std::vector<std::string> details_of(const Repository& repository,
                                    store::Store& store,
                                    const std::vector<Finding>& findings);

// The message to `recipient` about the finding that has row `id`.
std::string notice_text(const std::string& recipient, const Finding& finding,
                        std::int64_t id, const std::string& details);

// The pure part of `details_of`.
struct Named {
  std::string name, branch, commit;
};
struct Facts {
  Named a, b;
  std::string base, base_subject;
  std::vector<ThreeSides> files;
  std::size_t more_files = 0;  // that are not in `files`
  std::map<std::string, Change> by_a, by_b;
};
std::string details_text(const Facts& facts);

}  // namespace orch::conflict
