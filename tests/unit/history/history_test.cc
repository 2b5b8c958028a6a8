// SPDX-License-Identifier: MIT
#include "history/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/history/sound.h"

namespace orch::history {
namespace {

TEST(History, OfASoundStoreHasNoViolation) {
  EXPECT_EQ(Sound().rules(), Rules{});
}

TEST(History, NeedsNoEarlierMoment) {
  const Sound s;
  EXPECT_EQ(check(nullptr, s.now, s.arrivals, s.witness), Violations{});
  EXPECT_EQ(check(nullptr, {}, {}, {}), Violations{});
}

// --- Events ------------------------------------------------------------------

TEST(History, SeesThatAnEventIsGone) {
  Sound s;
  s.now.events.erase(s.now.events.begin() + 1);
  // It was logged by somebody, too.
  EXPECT_EQ(s.rules(), (Rules{"event-lost", "event-lost"}));
}

TEST(History, SeesThatAnEventWasChanged) {
  for (const auto& change : std::vector<void (*)(Event&)>{
           [](Event& e) { e.message = "other"; },
           [](Event& e) { e.type = "other"; },
           [](Event& e) { e.role = "other"; }, [](Event& e) { e.id = 9; },
           [](Event& e) { e.at = 77; },
           [](Event& e) { e.recorded_commit = "other"; }}) {
    Sound s;
    s.witness = {};
    change(s.now.events[0]);
    EXPECT_EQ(s.rules(), Rules{"event-changed"});
  }
}

TEST(History, LetsACommitBeMapped) {
  Sound s;
  s.now.events[0].commit = "rewritten";
  EXPECT_EQ(s.rules(), Rules{});
  s.now.events[0].commit = "";
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, SeesAnEventTwice) {
  Sound s;
  s.now.events.push_back(event(3));
  EXPECT_EQ(s.rules(), Rules{"event-twice"});
  s = {};
  s.now.events.push_back(event(9));
  s.now.events.back().key = "event1";
  EXPECT_EQ(s.rules().back(), "event-twice");
}

TEST(History, SeesThatAnAcknowledgedEventIsMissing) {
  Sound s;
  s.witness.commits.emplace_back("commit9");
  EXPECT_EQ(s.rules(), Rules{"event-lost"});
  s = {};
  s.witness.logged.emplace_back("said 9");
  EXPECT_EQ(s.rules(), Rules{"event-lost"});
}

// --- Messages ----------------------------------------------------------------

TEST(History, SeesThatAMessageIsGone) {
  Sound s;
  s.now.messages.erase(s.now.messages.begin() + 1);
  EXPECT_EQ(s.rules(), Rules{"message-lost"});
  s = {};
  s.now.messages.erase(s.now.messages.begin() + 2);  // only its sender knows
  EXPECT_EQ(s.rules(), Rules{"message-lost"});
}

TEST(History, SeesAMessageTwice) {
  Sound s;
  s.now.messages.push_back(message(3, "queued"));
  EXPECT_EQ(s.rules(), Rules{"message-twice"});
  s = {};
  s.arrivals.push_back({"001/api", 2, true});
  EXPECT_EQ(s.rules(), Rules{"message-twice"});
}

TEST(History, LetsAMessageBeCountedOftenAndComeOnce) {
  Sound s;
  s.arrivals.insert(s.arrivals.begin(), 3, {"001/api", 1, false});
  s.arrivals.push_back({"001/api", 4, false});
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, SeesWhatWentElsewhere) {
  Sound s;
  s.arrivals[1].agent = "001/ui";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
  s = {};
  s.now.messages[1].recipient = "001/ui";
  s.arrivals[1].agent = "001/ui";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
  s = {};
  s.now.messages[1].sender = "001/ui";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
  s = {};
  s.witness.sent[0].text = "something else";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
  s = {};
  s.witness.sent[0].recipient = "001/ui";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
  s = {};
  s.witness.sent[0].sender = "001/ui";
  EXPECT_EQ(s.rules(), Rules{"misdirected"});
}

TEST(History, SeesThatOrderWasNotKept) {
  Sound s;
  std::swap(s.arrivals[0], s.arrivals[1]);
  EXPECT_EQ(s.rules(), Rules{"order"});
}

TEST(History, AsksNoOrderOfDifferentSendersPrioritiesOrAgents) {
  Sound s;
  std::rotate(s.arrivals.begin(), s.arrivals.begin() + 2,
              s.arrivals.end());  // from orch
  EXPECT_EQ(s.rules(), Rules{});
  s = {};
  std::swap(s.arrivals[0], s.arrivals[1]);
  s.now.messages[1].priority = "high";
  EXPECT_EQ(s.rules(), Rules{});
  s.now.messages[1].priority = "normal";
  s.now.messages[1].recipient = s.before.messages[1].recipient = "001/ui";
  s.arrivals[0].agent = "001/ui";
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, WantsWhatIsReadInAConversation) {
  Sound s;
  s.arrivals.erase(s.arrivals.begin());
  EXPECT_EQ(s.rules(), Rules{"level-unproven"});
  s.witness.unwritten = {1};
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, LeavesArrivalsOfLostMessagesToOtherChecks) {
  Sound s;
  s.arrivals.push_back({"001/ui", 77, true});
  EXPECT_EQ(s.rules(), Rules{});
}

// --- Leases ------------------------------------------------------------------

TEST(History, SeesThatANumberFell) {
  Sound s;
  s.witness.claims.clear();
  s.now.leases[0].fencing = 2;
  EXPECT_EQ(s.rules(), Rules{"fencing"});
  s.now.leases.clear();
  EXPECT_EQ(s.rules(), Rules{"fencing"});
}

TEST(History, SeesThatANumberFellThatSomebodyWasTold) {
  Sound s;
  s.before.leases.clear();
  EXPECT_EQ(s.rules(), Rules{});
  s.now.leases[0].fencing = 3;
  EXPECT_EQ(s.rules(), Rules{"fencing"});
  s.now.leases.clear();
  EXPECT_EQ(s.rules(), Rules{"fencing"});
}

TEST(History, SeesTwoOwnersOfOneNumber) {
  Sound s;
  s.witness.claims.clear();
  s.now.leases[0].fencing = 3;
  EXPECT_EQ(s.rules(), Rules{"lease"});
  // Freed, and prolonged by the same owner: both are fine.
  s.now.leases[0].owner = std::nullopt;
  EXPECT_EQ(s.rules(), Rules{});
  s.now.leases[0].owner = "001/api";
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, SeesThatAFreeLeaseWentToSomebodyUnderAnOldNumber) {
  Sound s;
  s.witness.claims.clear();
  s.before.leases[0].owner = std::nullopt;
  s.now.leases[0].fencing = 3;
  EXPECT_EQ(s.rules(), Rules{"lease"});
}

TEST(History, SeesClaimsThatOverlap) {
  Sound s;
  s.witness.claims[1].from = 19;
  EXPECT_EQ(s.rules(), Rules{"lease"});
}

TEST(History, SeesNumbersOfClaimsThatDoNotRise) {
  for (const std::int64_t number : {1, 2, 3}) {
    Sound s;
    s.witness.claims[1].fencing = number;
    EXPECT_EQ(s.rules(), Rules{"fencing"});
  }
}

TEST(History, LetsAClaimBeProlonged) {
  const std::vector<Claim> claims = {
      {"x", "a", 1, 0, 100}, {"x", "a", 1, 10, 20}, {"x", "b", 2, 50, 60}};
  // The first still held when the third began.
  EXPECT_EQ(check_claims(claims).at(0).rule, "lease");
  EXPECT_EQ(check_claims({claims[0], claims[1]}), Violations{});
  EXPECT_EQ(check_claims({{"x", "a", 1, 0, 9}, {"y", "b", 1, 0, 9}}),
            Violations{});
}

// --- Check-ins and states ----------------------------------------------------

TEST(History, SeesTwoMessagesOfOneNoteToRead) {
  Sound s;
  Message more = s.now.messages.back();
  for (const std::int64_t id : {5, 6}) {
    Message m = message(id, "queued");
    m.kind = "checkin";
    m.text = "scheduled check-in: look (1 earlier one was missed)";
    s.now.messages.push_back(m);
  }
  s.witness.once.clear();
  EXPECT_EQ(s.rules(), Rules{"checkin-twice"});
  s.now.messages.back().recipient = "001/ui";
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, TakesANoteForNoOtherThatBeginsLikeIt) {
  Sound s;
  for (const std::int64_t id : {5, 6}) {
    Message m = message(id, "queued");
    m.kind = "checkin";
    m.text = id == 5 ? "scheduled check-in: look" : "scheduled check-in: looks";
    s.now.messages.push_back(m);
  }
  s.witness.once.clear();
  EXPECT_EQ(s.rules(), Rules{});
}

TEST(History, SeesThatWhatComesOnceCameTwiceOrNever) {
  Sound s;
  Message again = s.now.messages.back();
  again.id = 5;
  again.key = "key5";
  again.level = "read";
  s.now.messages.push_back(again);
  s.arrivals.push_back({"001/api", 5, true});
  EXPECT_EQ(s.rules(), Rules{"checkin-twice"});
  s = {};
  s.now.messages.pop_back();
  EXPECT_EQ(s.rules(), Rules{"checkin-twice"});
  s.now.checkins[0].state = "waiting";
  EXPECT_EQ(s.rules(), Rules{});
  s.now.checkins.clear();
  EXPECT_EQ(s.rules(), Rules{"event-lost"});
}

TEST(History, WantsAProcessForEachStateThatRunsAndNoneForTheOthers) {
  for (const char* state :
       {"starting", "idle", "busy", "needs-human", "limited", "unknown",
        "exited", "lost", "stopped", "asleep"})
    for (const bool lives : {true, false}) {
      const std::set<std::string> ended = {"exited", "lost", "stopped"};
      const bool is_well =
          std::string(state) == "unknown" ||
          (std::string(state) != "asleep" && lives != ended.contains(state));
      Records now;
      now.agents = {agent("001/api", state, lives ? 5 : 0)};
      SCOPED_TRACE(std::string(state) + (lives ? " lives" : " does not live"));
      EXPECT_EQ(check_moment(now).empty(), is_well);
    }
}

TEST(History, WantsToKnowWhoSaidSo) {
  Sound s;
  s.now.agents[0].source = "";
  EXPECT_EQ(s.rules(), Rules{"state-unexplained"});
}

TEST(History, SeesTwoAgentsOfOneProcess) {
  Sound s;
  s.now.agents[1] = agent("001/ui", "idle", 11);
  EXPECT_EQ(s.rules(), Rules{"process-shared"});
}

}  // namespace
}  // namespace orch::history
