// SPDX-License-Identifier: MIT
//
// Many senders and agents that are killed, started again, and eat submit keys:
// every message arrives, once, in order, where it was sent.
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "event/prompt.h"
#include "fault/loop.h"
#include "fault/storm.h"
#include "json/value.h"

namespace orch::test {
namespace {

struct Size {
  int agents, senders, rounds, kills;
};

Size storm_size() {
  if (std::getenv("ORCH_TEST_FULL")) return {20, 8, 63, 60};
  return {4, 3, 8, 4};
}

// What one agent took in, from what its CLI has written down.
struct Taken {
  std::map<std::int64_t, int> with_text;  // how often
  std::vector<std::int64_t> first;        // each id when it first came
};

class MessageStorm : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
    std::printf("seed %u\n", Storm::seed());
    std::string script;
    for (int n = 0; n < 40; ++n)
      script += "await-message\neat-enter " + std::to_string(n % 3) + "\n";
    box.script("eater", script);
    for (int i = 0; i < size.agents; ++i) {
      box.ok("mkdir " + directory(i));
      start(i);
    }
  }

  static std::string name(int i) { return "place" + std::to_string(i); }
  std::string directory(int i) const { return box.path(name(i)); }

  // Every other agent eats submit keys.
  void start(int i) const {
    const std::string role = i % 2 == 0 ? "eater" : "taker";
    EXPECT_TRUE(eventually(
        [&] {
          return box.run_in(box.repo(), {"git", "orch", "agent", "start",
                                         "--dir", directory(i), "--role", role,
                                         "--runtime", "script", "-q"})
                     .status == 0;
        },
        120))
        << name(i);
  }

  std::map<std::string, json::Value> agents() const {
    std::map<std::string, json::Value> out;
    const json::Value data = box.type("git orch agent list --json").data();
    for (const json::Value& a : *data["agents"].as_array())
      out[*a["id"].as_string()] = a;
    return out;
  }

  // One sender after the other's example: a message to all, round by round.
  void send_all(int sender) const {
    for (int round = 0; round < size.rounds; ++round) {
      std::vector<std::string> argv = {"git", "orch", "send", "-q"};
      for (int i = 0; i < size.agents; ++i) argv.push_back("dir/" + name(i));
      argv.insert(argv.end(), {"-m", "from " + std::to_string(sender) +
                                         " round " + std::to_string(round)});
      EXPECT_EQ(box.run_in(box.repo(), argv).status, 0);
    }
  }

  // Agents die at any moment and come back.
  void kill_some(const std::atomic<bool>& over) {
    std::mt19937 random(Storm::seed());
    for (int n = 0; n < size.kills && !over; ++n) {
      const int i = static_cast<int>(random() % size.agents);
      const auto agent = agents()["dir/" + name(i)];
      const auto pid = agent["pid"].as_integer();
      if (pid && *pid > 0) ::kill(static_cast<pid_t>(*pid), SIGKILL);
      killed += pid && *pid > 0 ? 1 : 0;
      start(i);
    }
  }

  // All conversations of one agent, oldest first.
  Taken taken_by(int i) const {
    Taken taken;
    std::set<std::int64_t> seen;
    const std::string path = box.sql(
        "SELECT transcript FROM agents WHERE address = 'dir/" + name(i) + "'");
    for (const std::string& line :
         text::split(box.read(path.substr(0, path.find('\n'))), '\n')) {
      for (const event::Arrival& a : event::arrivals_in(line)) {
        if (a.with_text) ++taken.with_text[a.id];
        if (seen.insert(a.id).second) taken.first.push_back(a.id);
      }
    }
    return taken;
  }

  void check(int i) const {
    SCOPED_TRACE(name(i));
    const Taken taken = taken_by(i);
    std::vector<std::int64_t> sent;
    for (const std::string& id : text::split_list(
             box.sql(
                 "SELECT m.id FROM messages m JOIN agents a ON a.id = "
                 "m.agent_id WHERE m.sender = 'person' AND a.address = 'dir/" +
                 name(i) + "' ORDER BY m.id"),
             '\n'))
      sent.push_back(std::stoll(id));
    EXPECT_EQ(sent.size(),
              static_cast<std::size_t>(size.senders * size.rounds));
    // Nothing that was sent elsewhere, and nothing twice.
    const std::string briefs =
        "," + box.sql(
                  "SELECT group_concat(m.id) FROM messages m JOIN agents a ON "
                  "a.id = m.agent_id WHERE m.kind = 'brief' AND a.address = "
                  "'dir/" +
                  name(i) + "'");
    std::vector<std::int64_t> order;
    for (const std::int64_t id : taken.first) {
      if (std::find(sent.begin(), sent.end(), id) != sent.end())
        order.push_back(id);
      else
        EXPECT_NE(("," + briefs + ",").find("," + std::to_string(id)),
                  std::string::npos)
            << "message " << id << " was for somebody else";
    }
    for (const auto& [id, times] : taken.with_text)
      EXPECT_EQ(times, 1) << "message " << id;
    // Ids rise per sender, so order of all is order of each sender.
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }

  Sandbox box;
  const Size size = storm_size();
  int killed = 0;
};

TEST_F(MessageStorm, LosesDoublesAndMisdirectsNothing) {
  std::atomic<bool> over = false;
  std::vector<std::thread> senders;
  for (int s = 0; s < size.senders; ++s)
    senders.emplace_back([this, s] { send_all(s); });
  std::thread killer([&] { kill_some(over); });
  for (std::thread& sender : senders) sender.join();
  over = true;
  killer.join();
  EXPECT_GT(killed, 0);
  // Nothing but the ordinary pass over due work brings the rest there. An agent
  // that died between taking a message in and acknowledging it has read it.
  EXPECT_TRUE(eventually(
      [&] {
        box.ok("git orch tick -q");
        return box.sql(
                   "SELECT count(*) FROM messages WHERE sender = 'person' AND "
                   "level NOT IN ('read', 'acked')") == "0\n" &&
               box.sql("SELECT count(*) FROM agents WHERE state <> 'idle'") ==
                   "0\n";
      },
      600))
      << box.sql(
             "SELECT a.address, a.state, a.state_source, a.run, a.desired, "
             "a.exit_status, m.id, m.level, m.typed_run, m.typing_run, "
             "m.reason FROM agents a LEFT JOIN messages m ON m.agent_id = a.id "
             "AND m.level NOT IN ('read', 'acked', 'failed', 'expired') "
             "WHERE a.state <> 'idle' OR m.id IS NOT NULL LIMIT 30")
      << box.sql(
             "SELECT message_id, channel, outcome, detail, at FROM "
             "message_attempts WHERE message_id IN (SELECT id FROM messages "
             "WHERE level NOT IN ('read', 'acked', 'failed', 'expired')) "
             "ORDER BY id DESC LIMIT 40");
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE sender = 'person'"),
            std::to_string(size.agents * size.senders * size.rounds) + "\n");
  // What was read and not acknowledged is what an agent had in hand when it
  // was killed: one prompt at a time, which may hold several messages and is
  // proven, with all of them, at one moment.
  const int unacknowledged = std::atoi(
      box.sql("SELECT count(*) FROM (SELECT DISTINCT agent_id, read_at FROM "
              "messages WHERE sender = 'person' AND level = 'read')")
          .c_str());
  EXPECT_LE(unacknowledged, killed);
  for (int i = 0; i < size.agents; ++i) check(i);
}

}  // namespace
}  // namespace orch::test
