// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <vector>

// What may come next in a call of a verb, read from what the verb's -h prints:
// its synopsis says which operands come where, its options which values they
// take. There is no second list of either. Pure.
namespace orch::completion {

struct Word {
  std::string text;
  std::string about;  // may be empty
  bool operator==(const Word&) const = default;
};

// Names that only the repository knows.
enum class Source {
  Agents,
  Features,
  Tasks,
  Ids,  // of what the verb lists
  Branches,
  Revisions,
  Roles,
  Teams,
  Runtimes,
  EventTypes,
  Files,
  Directories
};

struct Wanted {
  std::vector<Word> words;
  std::set<Source> sources;
  std::string prefix;  // what stands before each, as "--wait="
};

// `words` are those behind the verb; the last, perhaps empty, is being typed.
// What is not known gives nothing.
Wanted complete(const std::string& help, const std::vector<std::string>& words);

// The verbs in what `git orch -h` prints.
std::vector<Word> verbs_in(const std::string& help);

}  // namespace orch::completion
