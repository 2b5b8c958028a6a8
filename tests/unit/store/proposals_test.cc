// SPDX-License-Identifier: MIT
#include "store/proposals.h"

#include "store/conflicts.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Proposals : public StoreTest {
 protected:
  std::int64_t add_conflict() {
    return insert_conflict(store_, {.a = "a",
                                    .b = "b",
                                    .kind = "stale",
                                    .paths = {"x"},
                                    .source = "manual",
                                    .detected_at = 1});
  }
  Proposal add(std::int64_t conflict) {
    Proposal p{.conflict_id = conflict,
               .ours = "o",
               .theirs = "t",
               .program = "script",
               .paths = {"x", "\xFF"},
               .lines = 100,
               .places = 3,
               .created_at = 7};
    p.id = insert_proposal(store_, p);
    return p;
  }
};

TEST_F(Proposals, AreKeptWithAllThatIsKnown) {
  Proposal p = add(add_conflict());
  Proposal found = find_proposal(store_, p.id).value();
  EXPECT_EQ(found.status, "asked");
  EXPECT_EQ(found.paths, p.paths);
  EXPECT_EQ(found.confidence, std::nullopt);
  EXPECT_TRUE(found.is_simple());
  p.status = "proposed";
  p.confidence = 80;
  p.answer = "said";
  p.ref = "refs/orch/proposals/1";
  p.commit = "c";
  p.ended_at = 9;
  update_proposal(store_, p);
  found = find_proposal(store_, p.id).value();
  EXPECT_EQ(found.status, "proposed");
  EXPECT_EQ(found.confidence, 80);
  EXPECT_EQ(found.answer, "said");
  EXPECT_EQ(found.commit, "c");
  EXPECT_EQ(found.ended_at, 9);
  EXPECT_EQ(found.created_at, 7);
}

TEST_F(Proposals, AreListedByConflict) {
  const std::int64_t first = add_conflict(), second = add_conflict();
  add(first);
  add(second);
  add(first);
  EXPECT_EQ(list_proposals(store_, first).size(), 2U);
  EXPECT_EQ(list_proposals(store_, 0).size(), 3U);
  EXPECT_EQ(find_proposal(store_, 9), std::nullopt);
}

TEST_F(Proposals, AreSimpleUpToAHundredLinesInThreePlaces) {
  Proposal p{.lines = 100, .places = 3};
  EXPECT_TRUE(p.is_simple());
  p.lines = 101;
  EXPECT_FALSE(p.is_simple());
  p = {.lines = 1, .places = 4};
  EXPECT_FALSE(p.is_simple());
}

TEST_F(Proposals, GoOnlyWhereTheyMay) {
  Proposal p = add(add_conflict());
  EXPECT_TRUE(refusal_of("UPDATE proposals SET status = 'applied'")
                  .ends_with("illegal transition of a proposal"));
  p.status = "refused";
  update_proposal(store_, p);
  EXPECT_NE(refusal_of("UPDATE proposals SET status = 'proposed'"), "nothing");
  EXPECT_NE(refusal_of("UPDATE proposals SET confidence = 101"), "nothing");
  EXPECT_EQ(refusal_of("UPDATE proposals SET status = 'discarded'"), "nothing");
}

}  // namespace
}  // namespace orch::store
