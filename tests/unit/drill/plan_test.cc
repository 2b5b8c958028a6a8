// SPDX-License-Identifier: MIT
#include "drill/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace orch::drill {
namespace {

Asked asked(std::uint64_t seed) {
  return {.seed = seed,
          .duration_ms = 180'000,
          .min_interval_ms = 5'000,
          .max_interval_ms = 15'000,
          .agents = {"001/a", "001/b", "001/c"}};
}

TEST(Plan, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_EQ(plan(asked(seed)), plan(asked(seed)));
  EXPECT_NE(plan(asked(1)), plan(asked(2)));
}

// Written down once, so that a seed in a report means the same everywhere.
TEST(Plan, OfSeedOneBeginsAsItAlwaysDid) {
  const auto events = plan(asked(1));
  ASSERT_GE(events.size(), 3U);
  EXPECT_EQ(events[0].at_ms, 11004);
  EXPECT_EQ(events[0].kind->name, "detach");
}

TEST(Plan, KeepsToItsIntervalsAndItsDuration) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::int64_t last = 0;
    for (const Planned& p : plan(asked(seed))) {
      EXPECT_GE(p.at_ms - last, 5'000);
      EXPECT_LE(p.at_ms - last, 15'000);
      EXPECT_LT(p.at_ms, 180'000);
      last = p.at_ms;
    }
    EXPECT_GE(last, 180'000 - 15'000);
  }
}

TEST(Plan, HasEachKindBeforeAnyComesAgain) {
  Asked much = asked(7);
  much.duration_ms = 3'600'000;
  const auto events = plan(much);
  ASSERT_GE(events.size(), kinds().size());
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < kinds().size(); ++i)
    seen.insert(events[i].kind->name);
  EXPECT_EQ(seen.size(), kinds().size());
}

TEST(Plan, HasEachFormAndEachTargetInTheEnd) {
  Asked much = asked(7);
  much.duration_ms = 12 * 3'600'000;
  const auto events = plan(much);
  for (const Kind& kind : kinds())
    for (const std::string_view form : kind.forms)
      EXPECT_TRUE(std::any_of(
          events.begin(), events.end(),
          [&](const Planned& p) { return p.kind == &kind && p.form == form; }))
          << kind.name << " " << form;
  for (const std::string& agent : much.agents)
    EXPECT_TRUE(
        std::any_of(events.begin(), events.end(),
                    [&](const Planned& p) { return p.target == agent; }));
}

TEST(Plan, KeepsToASeverityAndToNames) {
  for (const Severity s : {Severity::Low, Severity::Medium, Severity::High}) {
    Asked some = asked(3);
    some.severity = s;
    EXPECT_FALSE(plan(some).empty());
    for (const Planned& p : plan(some)) EXPECT_EQ(p.kind->severity, s);
  }
  Asked named = asked(3);
  named.only = {"kill-agent", "cpu"};
  for (const Planned& p : plan(named))
    EXPECT_TRUE(p.kind->name == "kill-agent" || p.kind->name == "cpu");
  named.severity = Severity::Low;
  EXPECT_TRUE(plan(named).empty());
}

TEST(Plan, HasNothingWhereThereIsNoTime) {
  Asked brief = asked(1);
  brief.duration_ms = 5'000;
  EXPECT_TRUE(plan(brief).empty());
  brief.duration_ms = 0;
  EXPECT_TRUE(plan(brief).empty());
}

TEST(Plan, HitsAnAgentOrSaysWhatElse) {
  for (const Planned& p : plan(asked(9))) {
    const bool is_agent = p.target.starts_with("001/");
    const bool other = p.form == "daemon" || p.form == "server";
    EXPECT_EQ(is_agent, p.kind->hits_agent && !other) << p.kind->name;
  }
}

TEST(Plan, KnowsItsSeveritiesByName) {
  for (const Severity s : {Severity::Low, Severity::Medium, Severity::High})
    EXPECT_EQ(parse_severity(severity_name(s)), s);
  EXPECT_EQ(parse_severity("all"), std::nullopt);
  EXPECT_EQ(find_kind("no-such-thing"), nullptr);
  EXPECT_EQ(find_kind("cpu")->name, "cpu");
}

TEST(Draw, IsSpread) {
  Draw draw(5);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(draw.below(10));
  EXPECT_EQ(seen.size(), 10U);
}

}  // namespace
}  // namespace orch::drill
