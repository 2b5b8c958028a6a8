// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "history/history.h"
#include "unit/history/sound.h"

namespace orch::history {
namespace {

// --- Any history -------------------------------------------------------------

// A store as it should be: whatever is done with it, no rule is broken.
class Model {
 public:
  explicit Model(unsigned int seed) : random_(seed) {}

  const Records& records() const { return records_; }
  const std::vector<Arrival>& arrivals() const { return arrivals_; }
  const Witness& witness() const { return witness_; }

  void act() {
    ++now_;
    switch (draw(5)) {
      case 0:
        log();
        break;
      case 1:
        send();
        break;
      case 2:
        deliver();
        break;
      case 3:
        claim();
        break;
      default:
        end_one();
    }
  }

 private:
  std::size_t draw(std::size_t below) { return random_() % below; }
  std::string who() { return "001/" + std::string(1, "abc"[draw(3)]); }

  void log() {
    Event e = event(static_cast<std::int64_t>(records_.events.size()) + 1);
    records_.events.push_back(e);
    witness_.commits.push_back(e.commit);
    witness_.logged.push_back(e.message);
  }
  void send() {
    Message m = message(static_cast<std::int64_t>(records_.messages.size()) + 1,
                        "queued");
    m.sender = who();
    m.recipient = who();
    records_.messages.push_back(m);
    witness_.sent.push_back({m.id, m.sender, m.recipient, m.text});
  }
  // The oldest of one agent goes one level on.
  void deliver() {
    const std::string to = who();
    for (Message& m : records_.messages) {
      if (m.recipient != to || m.level == "read" || m.level == "acked" ||
          m.level == "failed")
        continue;
      m = raised(m);
      if (m.level == "read") arrivals_.push_back({to, m.id, true});
      return;
    }
  }
  static Message raised(Message m) {
    if (m.level == "queued") {
      m.level = "typed";
      m.typed_at = 1;
    } else if (m.level == "typed") {
      m.level = "submitted";
      m.submitted_at = 1;
    } else {
      m.level = "read";
      m.read_at = 1;
    }
    return m;
  }
  void end_one() {
    if (records_.messages.empty()) return;
    Message& m = records_.messages[draw(records_.messages.size())];
    if (m.level == "queued") m.level = "failed";
    if (m.level == "read") {
      m.level = "acked";
      m.acked_at = 1;
    }
  }
  void claim() {
    if (records_.leases.empty()) records_.leases.push_back({"x", {}, 0});
    Lease& lease = records_.leases[0];
    if (lease.owner) {
      witness_.claims.back().until = now_;
      lease.owner = std::nullopt;
      return;
    }
    lease.owner = who();
    ++lease.fencing;
    witness_.claims.push_back({"x", *lease.owner, lease.fencing, now_, now_});
  }

  std::mt19937 random_;
  std::int64_t now_ = 0;
  Records records_;
  std::vector<Arrival> arrivals_;
  Witness witness_;
};

TEST(AnyHistory, OfAnyRunOfTheModelHasNoViolation) {
  for (unsigned int seed = 1; seed <= 100; ++seed) {
    Model model(seed);
    Records before;
    for (int moment = 0; moment < 10; ++moment) {
      for (int i = 0; i < 15; ++i) model.act();
      const auto found =
          check(&before, model.records(), model.arrivals(), model.witness());
      ASSERT_TRUE(found.empty())
          << "seed " << seed << ": " << found[0].rule << ": " << found[0].what;
      before = model.records();
    }
  }
}

// Losing any one row of it, or turning any one level back, is seen.
TEST(AnyHistory, OfAnyRunShowsEachRowThatIsLost) {
  for (unsigned int seed = 1; seed <= 20; ++seed) {
    Model model(seed);
    for (int i = 0; i < 80; ++i) model.act();
    const Records& whole = model.records();
    const auto is_seen = [&](const Records& now) {
      return !check(&whole, now, model.arrivals(), model.witness()).empty();
    };
    for (std::size_t i = 0; i < whole.events.size(); ++i) {
      Records now = whole;
      now.events.erase(now.events.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_TRUE(is_seen(now)) << "seed " << seed << ", event " << i;
    }
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
      Records now = whole;
      now.messages.erase(now.messages.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_TRUE(is_seen(now)) << "seed " << seed << ", message " << i;
      if (whole.messages[i].level == "queued") continue;
      now = whole;
      now.messages[i].level = "queued";
      EXPECT_TRUE(is_seen(now)) << "seed " << seed << ", level " << i;
    }
  }
}

}  // namespace
}  // namespace orch::history
