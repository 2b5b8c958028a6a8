// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conflict/conflict.h"
#include "store/store.h"

// git's verdicts, kept in the store. What is decided in process is not: it is
// found again sooner than a row is written.
namespace orch::conflict {

class Verdicts : public predict::Memory {
 public:
  Verdicts(const Repository& repository, store::Store& store)
      : repository_(repository), store_(store) {}

  std::vector<std::optional<git::Merge>> find(
      const std::vector<git::Pair>& pairs) override;
  void keep(const std::vector<git::Pair>& pairs,
            const std::vector<git::Merge>& merges) override;

 private:
  const Repository& repository_;
  store::Store& store_;
  // What decides a merge beside its commits; empty when that cannot be told,
  // and then nothing is kept or found.
  std::string context_;
};

}  // namespace orch::conflict
