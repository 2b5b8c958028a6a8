// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conflict/sides.h"

// The directory in which a program is asked to resolve a conflict, and what it
// leaves there. git-orch-conflicts(1) describes both for those who write such
// programs.
namespace orch::conflict {

// A conflict as it is handed over: all files that git's merge of the two
// commits leaves in conflict.
struct Request {
  std::int64_t conflict_id = 0;
  std::string ours, theirs;                       // names
  Comparison compared;                            // with texts
  std::vector<std::string> ours_did, theirs_did;  // subjects of commits

  // Those that some side still has; a name that both sides have moved away is
  // not asked about.
  std::vector<ThreeSides> asked() const;
};

// Why these files cannot be handed over: no text or binary file, larger than
// `kSmall`, names that a directory cannot hold. Empty when they can.
std::string obstacle_to(const std::vector<ThreeSides>& files);

// How much is in conflict: lines of both sides, and places.
struct Extent {
  std::size_t lines = 0, places = 0;
};
Extent extent_of(const std::vector<ThreeSides>& files);

// What the program reads on its standard input.
std::string prompt_of(const Request& request);

// A private directory below $TMPDIR, removed at the end; those of killed
// processes are removed, too.
class Exchange {
 public:
  Exchange(const Repository& repository, const Request& request);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

// What a program has left; `refusal` says why it cannot be taken.
struct Answer {
  std::map<std::string, std::optional<std::string>> files;  // absent: deleted
  std::string refusal;
};
Answer read_answer(const std::string& directory,
                   const std::vector<ThreeSides>& files);

// Per cent, from the last line "confidence: 0.8" (or 80%) of what it said.
std::optional<std::int64_t> confidence_in(const std::string& said);

}  // namespace orch::conflict
