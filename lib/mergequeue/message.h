// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// The messages of commits that bring a branch in. Pure.
namespace orch::mergequeue {

// A commit of the branch: its subject and its trailers, a line each.
struct Brought {
  std::string subject;
  std::vector<std::string> trailers;
};

struct Landing {
  std::string branch, into;      // short names
  std::string feature;           // <spec-id>
  std::string agent;             // address; empty: nobody's
  std::vector<Brought> commits;  // oldest first
};

// Of a merge: the subject as git writes it, the subjects of what comes in (at
// most kMostSubjects, of kLongestSubject bytes), and the trailers of all of
// them, each once, but for those of ours.
std::string merge_message(const Landing& landing);
// Of one commit that holds all: the subject of the only one, or one that names
// the branch with the others' subjects below.
std::string squash_message(const Landing& landing);
inline constexpr std::size_t kMostSubjects = 50, kLongestSubject = 1000;
inline constexpr std::size_t kMostTrailers = 200;

}  // namespace orch::mergequeue
