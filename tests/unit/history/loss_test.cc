// SPDX-License-Identifier: MIT
#include "history/loss.h"

#include <gtest/gtest.h>

#include "unit/history/sound.h"

namespace orch::history {
namespace {

// A store that was rebuilt from `now` of a sound one, and what is known of it.
struct Damaged : Sound {
  Damaged() { before = now; }

  Lost lose() { return take_out_lost(before, witness, now); }
};

TEST(Loss, OfNothingIsNothing) {
  Damaged d;
  EXPECT_EQ(d.lose(), Lost{});
  EXPECT_EQ(d.lose().all(), 0);
  EXPECT_EQ(d.rules(), Rules{});
}

TEST(Loss, IsCountedAndNotToldOfAgain) {
  Damaged d;
  d.witness.commits.clear();
  d.now = {};
  EXPECT_EQ(d.lose(),
            (Lost{.events = 3, .messages = 4, .checkins = 1, .leases = 1}));
  d.arrivals.clear();
  EXPECT_EQ(d.rules(), Rules{});
  EXPECT_EQ(d.lose(), Lost{});
}

TEST(Loss, CountsWhatOnlyItsSenderKnew) {
  Damaged d;
  d.witness.logged.emplace_back("said while it was damaged");
  d.witness.sent.push_back({9, "person", "001/ui", "sent meanwhile"});
  d.witness.once.push_back(9);
  d.witness.claims.push_back({"task/001/T002", "001/ui", 1, 40, 50});
  EXPECT_EQ(d.lose(),
            (Lost{.events = 1, .messages = 1, .checkins = 1, .leases = 1}));
  EXPECT_EQ(d.rules(), Rules{});
}

// What a rebuild keeps it keeps as it was.
TEST(Loss, ForgivesNothingOfWhatIsThere) {
  Damaged d;
  d.now.messages.erase(d.now.messages.begin() + 2);
  EXPECT_EQ(d.lose(), Lost{.messages = 1});
  d.now.events[0].message = "another";
  d.now.messages[0] = message(1, "queued");
  d.arrivals.push_back({"001/api", 2, true});
  EXPECT_EQ(d.rules(), (Rules{"event-changed", "level-fell", "message-twice"}));
}

TEST(Loss, IsNoneOfAnEventThatWasMadeAnewFromItsCommit) {
  Damaged d;
  d.now.events[0].key = "made anew";
  d.now.events[0].id = 77;
  EXPECT_EQ(d.lose(), Lost{});
  EXPECT_EQ(d.rules(), Rules{});
  d.now.events.erase(d.now.events.begin());
  // It would still have to be there.
  EXPECT_EQ(d.rules(), Rules{"event-lost"});
}

TEST(Loss, OfALeaseIsNotThatOfItsNumber) {
  Damaged d;
  const Lease lease = d.now.leases[0];
  d.now.leases.clear();
  EXPECT_EQ(d.lose(), Lost{.leases = 1});
  EXPECT_EQ(d.rules(), Rules{});
  d.now.leases = {{lease.name, "001/api", 1}};
  EXPECT_EQ(d.rules(), Rules{"fencing"});
  d.now.leases = {{lease.name, "001/api", 5}};
  EXPECT_EQ(d.rules(), Rules{});
  d.witness.claims.push_back({lease.name, "001/api", 1, 40, 50});
  EXPECT_EQ(d.rules(), Rules{"fencing"});
}

TEST(Loss, TakesANewMessageForNoneOfTheOldIds) {
  Damaged d;
  d.now.messages[0] = message(1, "queued");
  d.now.messages[0].key = "another";
  d.now.messages[0].text = "another";
  d.now.messages[1].key = "another, too";
  d.now.messages.erase(d.now.messages.begin() + 2);
  d.now.messages.push_back(message(5, "submitted"));
  const auto kept = arrivals_kept(d.before, d.now);
  EXPECT_EQ(kept(1), 0U);   // nobody has it yet
  EXPECT_EQ(kept(2), 1U);   // it has come, once
  EXPECT_EQ(kept(3), 0U);   // there is none any more
  EXPECT_GT(kept(4), 99U);  // the same as ever
  EXPECT_GT(kept(5), 99U);  // sent meanwhile, under an id of its own
  EXPECT_EQ(d.lose().messages, 3);
  EXPECT_TRUE(d.witness.sent.empty());
}

TEST(Loss, OfACheckinIsSeenWhereAnotherHasItsId) {
  Damaged d;
  d.now.checkins[0].note = "another";
  EXPECT_EQ(d.lose(), Lost{.checkins = 1});
  EXPECT_TRUE(d.witness.once.empty());
}

}  // namespace
}  // namespace orch::history
