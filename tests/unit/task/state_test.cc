// SPDX-License-Identifier: MIT
#include "task/state.h"

#include <gtest/gtest.h>

namespace orch::task {
namespace {

const State kOpen{"open", std::nullopt};
const State kBlocked{"blocked", std::nullopt};
const State kDoing{"doing", std::nullopt};
const State kDone{"done", std::nullopt};
const State kDropped{"dropped", std::nullopt};

Facts said(const std::string& status, std::int64_t at) {
  return {.said = status, .said_at = at};
}

Facts with(Facts f, const std::optional<Proof>& completes,
           const std::optional<Proof>& names = std::nullopt) {
  f.completes = completes;
  f.names = names ? names : completes;
  return f;
}

TEST(StateOf, ATaskOfWhichNobodySpeaksIsOpenAndBlockedWhileItWaits) {
  EXPECT_EQ(state_of({}), kOpen);
  EXPECT_EQ(state_of({.waits = true}), kBlocked);
}

TEST(StateOf, IsDoingByACommitThatNamesIt) {
  EXPECT_EQ(state_of({.names = Proof{"c1", 5}}), (State{"doing", "c1"}));
  EXPECT_EQ(state_of({.names = Proof{"c1", 5}, .waits = true}),
            (State{"doing", "c1"}));
}

TEST(StateOf, IsDoneByACommitThatCompletesIt) {
  EXPECT_EQ(state_of(with({}, Proof{"c2", 7}, Proof{"c3", 9})),
            (State{"done", "c2"}));
}

TEST(StateOf, ACommitOutweighsWhatWasSaidBefore) {
  for (const char* status : {"open", "doing", "blocked"}) {
    EXPECT_EQ(state_of(with(said(status, 5), Proof{"c", 7})),
              (State{"done", "c"}))
        << status;
    EXPECT_EQ(state_of(with(said(status, 5), Proof{"c", 5})),
              (State{"done", "c"}))
        << status;
  }
}

TEST(StateOf, WhatIsSaidLaterOutweighsTheCommit) {
  const Proof commit{"c", 7};
  EXPECT_EQ(state_of(with(said("doing", 8), commit)), kDoing);
  EXPECT_EQ(state_of(with(said("open", 8), commit)), kOpen);
  EXPECT_EQ(state_of(with(said("blocked", 8), commit)), kBlocked);
}

TEST(StateOf, DoneByHandStaysAndNamesTheCommitThatProvesIt) {
  EXPECT_EQ(state_of(said("done", 5)), kDone);
  EXPECT_EQ(state_of(with(said("done", 5), std::nullopt, Proof{"c", 9})),
            kDone);
  EXPECT_EQ(state_of(with(said("done", 9), Proof{"c", 7})),
            (State{"done", "c"}));
}

TEST(StateOf, DroppedStaysWhateverCommitsSay) {
  EXPECT_EQ(state_of(with(said("dropped", 5), Proof{"c", 9})), kDropped);
}

TEST(StateOf, ABlockThatWasSaidIsNotLiftedByACommitThatOnlyNamesIt) {
  EXPECT_EQ(state_of(with(said("blocked", 5), std::nullopt, Proof{"c", 9})),
            kBlocked);
}

TEST(StateOf, ReopenedIsDoingAgainByALaterCommit) {
  EXPECT_EQ(state_of(with(said("open", 8), std::nullopt, Proof{"c", 9})),
            (State{"doing", "c"}));
  EXPECT_EQ(state_of(with(said("open", 8), std::nullopt, Proof{"c", 7})),
            kOpen);
}

TEST(StateOf, OpenBySayingStillWaits) {
  Facts f = said("open", 5);
  f.waits = true;
  EXPECT_EQ(state_of(f), kBlocked);
}

}  // namespace
}  // namespace orch::task
