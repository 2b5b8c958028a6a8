// SPDX-License-Identifier: MIT
#pragma once

#include <stdlib.h>

#include <map>
#include <string>
#include <vector>

#include "../unit/scratch.h"
#include "git/git.h"
#include "predict/predict.h"
#include "process/process.h"

// A repository that is written in one go, and the question that every property
// here asks about it.
namespace orch::differential {

struct File {
  std::string mode = "100644";  // 160000: bytes are the id of a commit
  std::string bytes;
};
using Snapshot = std::map<std::string, File>;

struct MadeCommit {
  std::vector<std::size_t> parents;  // indices of commits made before
  Snapshot files;
  std::size_t date = 0;  // 0: after the one before
};

// Bare, with default settings only, whatever the machine has.
class MadeRepository {
 public:
  explicit MadeRepository(const std::vector<MadeCommit>& commits) {
    ::setenv("HOME", scratch_.root().c_str(), 1);
    ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    ::unsetenv("GIT_CONFIG_GLOBAL");
    ::unsetenv("XDG_CONFIG_HOME");
    git({"init", "-q", "--bare", scratch_.path("r")});
    const std::string stream = stream_of(commits);
    git({"-C", scratch_.path("r"), "fast-import", "--quiet",
         "--export-marks=" + scratch_.path("marks")},
        stream);
    ids_.resize(commits.size());
    const std::string marks = scratch_.read("marks");
    for (std::size_t at = 0; at < marks.size(); at = marks.find('\n', at) + 1) {
      const std::size_t space = marks.find(' ', at);
      const std::size_t mark = std::stoul(marks.substr(at + 1, space - at));
      ids_[mark - 1] = marks.substr(space + 1, 40);
    }
    repository_ = *repository::find(scratch_.path("r"));
  }

  const repository::Repository& repository() const { return repository_; }
  const std::string& id(std::size_t commit) const { return ids_[commit]; }

  std::string git(std::vector<std::string> args,
                  const std::string& input = {}) const {
    args.insert(args.begin(), "git");
    const auto outcome = process::run({.argv = args, .input = input});
    if (!outcome.ok()) ADD_FAILURE() << args[3] << ": " << outcome.errors;
    return outcome.output;
  }

 private:
  static std::string data(const std::string& bytes) {
    return "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
  }
  static std::string stream_of(const std::vector<MadeCommit>& commits) {
    std::string out;
    for (std::size_t i = 0; i < commits.size(); ++i) {
      const std::string ref = "refs/heads/c" + std::to_string(i);
      out +=
          "reset " + ref + "\ncommit " + ref +
          "\nmark :" + std::to_string(i + 1) + "\ncommitter a <a@b> " +
          std::to_string(1700000000 + (commits[i].date ? commits[i].date : i)) +
          " +0000\n" + data("c");
      for (std::size_t p = 0; p < commits[i].parents.size(); ++p)
        out += (p ? "merge :" : "from :") +
               std::to_string(commits[i].parents[p] + 1) + "\n";
      out += "deleteall\n";
      for (const auto& [path, file] : commits[i].files) {
        const bool link = file.mode == "160000";
        out += "M " + file.mode + " " + (link ? file.bytes : "inline") + " " +
               path + "\n";
        if (!link) out += data(file.bytes);
      }
      out += "\n";
    }
    return out;
  }

  test::Scratch scratch_;
  repository::Repository repository_;
  std::vector<std::string> ids_;
};

inline std::string words(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& word : list) out += " " + word;
  return out;
}

inline std::string shown(const git::Merge& m) {
  return std::string(git::verdict_name(m.verdict)) + ":" + words(m.paths) +
         " (" + words(m.types) + ") " + m.reason;
}

inline bool same_answer(const git::Merge& a, const git::Merge& b) {
  return a.verdict == b.verdict && a.paths == b.paths && a.types == b.types;
}

// The two sides of a pair and what they changed since a base.
inline std::string described(const repository::Repository& repository,
                             const git::Pair& pair) {
  std::string out = pair.first + " " + pair.second + "\n";
  // ORCH_TEST_KEEP names a directory to which the repository is copied.
  if (const char* const keep = ::getenv("ORCH_TEST_KEEP"))
    process::run({.argv = {"cp", "-rT", repository.common_dir, keep}});
  const auto base =
      git::run(repository, {.args = {"merge-base", pair.first, pair.second}});
  if (!base.ok()) return out;
  for (const std::string& side : {pair.first, pair.second})
    out +=
        git::run(repository,
                 {.args = {"diff-tree", "-r", base.output.substr(0, 40), side}})
            .output +
        "\n";
  return out;
}

// Both engines on the same pairs. Returns the first difference in words; empty
// when there is none. Adds to `total`.
inline std::string difference(const repository::Repository& repository,
                              const std::vector<git::Pair>& pairs,
                              predict::Statistics* total) {
  const git::Quarantine quarantine(repository);
  predict::Statistics statistics;
  const auto fast = predict::merge_all(repository, quarantine, pairs,
                                       predict::Engine::Fast, &statistics);
  const auto slow = predict::merge_all(repository, quarantine, pairs,
                                       predict::Engine::Git, nullptr);
  total->pairs += statistics.pairs;
  total->decided += statistics.decided;
  total->handed_to_git += statistics.handed_to_git;
  for (const auto& [reason, count] : statistics.reasons)
    total->reasons[reason] += count;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (!same_answer(fast[i], slow[i]))
      return described(repository, pairs[i]) + "fast " + shown(fast[i]) +
             "\ngit  " + shown(slow[i]);
  return "";
}

inline void print(const char* what, const predict::Statistics& total) {
  std::printf("%s: %zu pairs, %zu left to git\n", what, total.pairs,
              total.handed_to_git);
  for (const auto& [reason, count] : total.reasons)
    std::printf("  %zu %s\n", count, reason.c_str());
}

}  // namespace orch::differential
