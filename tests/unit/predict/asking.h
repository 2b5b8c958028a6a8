// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include "differential/repository.h"
#include "predict/predict.h"

// Small repositories, and the answers of both engines about them.
namespace orch::predict {

using differential::MadeCommit;
using differential::MadeRepository;
using differential::Snapshot;

inline constexpr char kText[] = "a\nb\nc\nd\ne\n";

inline Snapshot with(const std::string& path, const std::string& bytes) {
  return {{path, {"100644", bytes}}, {"other", {"100644", "x\n"}}};
}

// A base and two sides that change the first and the last line of `f`.
inline std::vector<MadeCommit> apart() {
  return {{{}, with("f", kText)},
          {{0}, with("f", std::string("1\n") + (kText + 2))},
          {{0}, with("f", std::string(kText, 8) + "5\n")}};
}

struct Answer {
  git::Merge merge;
  Statistics statistics;
};

inline Answer ask(const MadeRepository& made, const git::Pair& pair,
                  Engine engine = Engine::Fast) {
  Answer answer;
  const git::Quarantine quarantine(made.repository());
  answer.merge = merge_all(made.repository(), quarantine, {pair}, engine,
                           &answer.statistics)[0];
  return answer;
}

// Why the pair of commits 1 and 2 went to git; empty when it did not.
inline std::string reason(const MadeRepository& made) {
  const Answer answer = ask(made, {made.id(1), made.id(2)});
  const Answer truth = ask(made, {made.id(1), made.id(2)}, Engine::Git);
  EXPECT_TRUE(differential::same_answer(answer.merge, truth.merge))
      << differential::shown(answer.merge);
  if (answer.statistics.reasons.empty()) return "";
  return answer.statistics.reasons.begin()->first;
}

}  // namespace orch::predict
