// SPDX-License-Identifier: MIT
#include "drill/load.h"

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "clock/clock.h"
#include "drill/arena.h"
#include "drill/deeds.h"
#include "drill/load_check.h"
#include "drill/memory.h"
#include "drill/records.h"
#include "drill/said.h"
#include "drill/traces.h"
#include "error/error.h"
#include "store/contention.h"
#include "store/event_days.h"
#include "store/message_times.h"
#include "store/meters.h"
#include "text/text.h"

namespace orch::drill {
namespace {

using Tell = std::function<void(const std::string&)>;

constexpr int kStages = 10;
constexpr int kLookMs = 50;
// Nobody else may come for what waits while nothing happens.
constexpr std::int64_t kTickEveryMs = 2000;
// As long as a slow machine may take, and so much more for each agent.
constexpr std::int64_t kPatienceMs = 60 * 1000, kPatienceForEachMs = 1000;
// So many messages are answered by a commit; more are only acknowledged.
constexpr int kScriptedTurns = 400;
// A check-in is a message to each, too: they would come in the place of rounds.
constexpr char kCheckIn[] = "1h";

// The brief first; then a commit for whatever comes, to a file that nobody else
// has: a conflict would be told to three, and there would be thousands.
std::string script_of(const std::string& role) {
  std::string out = "await-message\nsay ready\n";
  for (int i = 1; is_committer("/" + role) && i <= kScriptedTurns; ++i) {
    const std::string line = "\"line " + std::to_string(i) + "\"\n";
    out += "await-message\nappend @agent " + line + "commit " + line;
  }
  return out;
}

class Exercise {
 public:
  Exercise(const Load& load, const Interrupts& interrupts, const Tell& tell)
      : load_(load),
        interrupts_(interrupts),
        tell_(tell),
        began_(clock::steady()),
        began_at_(clock::now()),
        arena_({.agents = load.agents,
                .seed = load.seed,
                .keep = load.keep,
                .check_in = kCheckIn,
                .script = script_of}),
        order_(arena_.agents()),
        deeds_(arena_, arena_.features().front(),
               [this](const auto& args, const process::Outcome& out) {
                 find("verb", "'git orch " + text::join(args, " ") +
                                  "': " + said_by(out));
               }) {
    std::shuffle(order_.begin(), order_.end(), std::mt19937_64(load.seed));
    report_.shape = load.shape == Load::Shape::Ramp ? "ramp" : "concurrent";
    report_.seed = load.seed;
    report_.wanted = load.agents;
    report_.started_at = began_at_;
    tell_of_place(arena_, load.keep, tell_);
  }

  LoadReport run() {
    if (load_.shape == Load::Shape::Ramp)
      ramp();
    else
      start_up_to(order_.size(), load_.interval_ms);
    const std::int64_t until = clock::steady() + load_.hold_ms;
    do {
      if (running_.empty()) break;
      round();
    } while (clock::steady() < until && report_.findings.empty());
    act(arena_, running_, deeds_);
    if (!await([&] { return has_checked_in(arena_, deeds_.witness()); }))
      find("check-ins", "one that was due has not come");
    settle();
    for (const Finding& f : check_load(arena_, before_, deeds_.witness()))
      report_.findings.push_back(f);
    sum_up();
    const std::int64_t from = clock::steady();
    for (const Leftover& l : arena_.end()) find("left", l.kind + " " + l.what);
    report_.stop_ms = clock::steady() - from;
    report_.duration_ms = clock::steady() - began_;
    return std::move(report_);
  }

 private:
  void find(const std::string& check, const std::string& what) {
    report_.findings.push_back({check, what});
  }

  // Closed again at once: the store of an arena is written by many.
  template <typename Ask>
  auto ask(const Ask& question) const {
    auto store = store::Store::find(arena_.handle().orch_dir());
    return question(*store);
  }

  std::int64_t patience() const {
    return kPatienceMs + kPatienceForEachMs * load_.agents;
  }

  std::int64_t tick() {
    const std::int64_t from = clock::steady();
    const process::Outcome out = arena_.orch({"tick", "-q"});
    const std::int64_t took = clock::steady() - from;
    if (!out.ok()) find("tick", said_by(out));
    ticks_.push_back(took);
    return took;
  }

  // Until `done`, with a tick now and then; false when it took too long.
  template <typename Done>
  bool await(const Done& done) {
    const std::int64_t until = clock::steady() + patience();
    std::int64_t next_tick = clock::steady() + kTickEveryMs;
    while (!done()) {
      if (clock::steady() >= until) return false;
      interrupts_.wait(kLookMs);
      if (clock::steady() < next_tick) continue;
      tick();
      next_tick = clock::steady() + kTickEveryMs;
    }
    return true;
  }

  // --- starting -------------------------------------------------------------

  void ramp() {
    const auto all = order_.size();
    const std::size_t stages = std::min<std::size_t>(kStages, all);
    const std::int64_t from = clock::steady();
    for (std::size_t i = 1; i <= stages && report_.findings.empty(); ++i) {
      const auto due = from + load_.duration_ms *
                                  static_cast<std::int64_t>(i - 1) /
                                  static_cast<std::int64_t>(stages);
      wait_until(due);
      start_up_to(all * i / stages, 0);
      if (i < stages) round();
    }
  }

  void wait_until(std::int64_t due) const {
    const std::int64_t now = clock::steady();
    if (due > now) interrupts_.wait(due - now);
  }

  void start_up_to(std::size_t count, std::int64_t interval_ms) {
    const std::size_t width =
        interval_ms > 0
            ? 1
            : std::max<std::size_t>(2, std::thread::hardware_concurrency());
    const std::int64_t from = clock::steady();
    std::int64_t due = from, waited = 0;
    const std::size_t before = running_.size();
    while (tried_ < count) {
      const std::int64_t now = clock::steady();
      if (due > now) waited += due - now;
      wait_until(due);
      due = std::max(due + interval_ms, now);
      start_some(std::min(width, count - tried_));
      interrupts_.wait(0);
    }
    if (!await([&] { return count_ready() >= running_.size(); }))
      find("start", std::to_string(running_.size() - count_ready()) +
                        " agents did not become ready");
    starting_ms_ += clock::steady() - from - waited;
    started_ += running_.size() - before;
    report_.agents =
        std::max(report_.agents, static_cast<std::int64_t>(count_ready()));
    tell_(std::to_string(report_.agents) + " agents run");
  }

  void start_some(std::size_t count) {
    std::vector<process::Program> programs;
    for (std::size_t i = 0; i < count; ++i)
      programs.push_back(
          arena_.orch_program({"agent", "start", "-q", order_[tried_ + i]}));
    const auto outcomes = process::run_all(programs, static_cast<int>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& agent = order_[tried_++];
      if (outcomes[i].ok())
        running_.push_back(agent);
      else
        find("start", "'" + agent + "' did not start: " + said_by(outcomes[i]));
    }
  }

  std::size_t count_ready() const {
    std::size_t ready = 0;
    ask([&](store::Store& store) {
      for (const store::NamedCount& c : store::count_agents_by_state(store))
        if (c.name == "idle" || c.name == "busy")
          ready += static_cast<std::size_t>(c.count);
      return 0;
    });
    return ready;
  }

  // --- rounds ---------------------------------------------------------------

  std::int64_t count_commits() const {
    return ask([](store::Store& store) {
      return store::count_recorded_commits(store);
    });
  }

  // A message to everybody, which each acknowledges and answers by a commit.
  void round() {
    if (rounds_++ == 0) {
      auto records = find_records(arena_);
      if (!records) throw Error(ErrorCode::Io, "the drill's store is gone");
      before_ = *std::move(records);
    }
    const auto old = ask([](store::Store& store) {
      return store::list_message_times(store, 0);
    });
    const std::int64_t last = old.empty() ? 0 : old.back().id;
    const auto committers =
        std::count_if(running_.begin(), running_.end(), is_committer);
    const std::int64_t earlier = count_commits();
    const std::int64_t wanted =
        earlier + (rounds_ < kScriptedTurns ? committers : 0);
    const std::int64_t from = clock::steady();
    const process::Outcome out =
        deeds_.send(running_, "round " + std::to_string(rounds_));
    if (!out.ok()) return find("send", said_by(out));
    std::int64_t committed = earlier;
    if (!await([&] {
          committed = count_commits();
          return committed >= wanted && has_acked_all(last);
        }) &&
        committed < wanted)
      find("commits", "after round " + std::to_string(rounds_) + " " +
                          std::to_string(wanted - committed) +
                          " commits are missing");
    const std::int64_t took = std::max<std::int64_t>(clock::steady() - from, 1);
    LoadSample sample = sample_of(last);
    sample.commits_per_s = static_cast<double>(committed - earlier) * 1e3 /
                           static_cast<double>(took);
    // The scripts may have come to their end.
    if (wanted > earlier) rates_.push_back(sample.commits_per_s);
    report_.samples.push_back(sample);
    tell_("round " + std::to_string(rounds_) + ": " +
          std::to_string(running_.size()) + " agents in " +
          std::to_string(took) + " ms");
  }

  bool has_acked_all(std::int64_t after) const {
    const auto times = ask([&](store::Store& store) {
      return store::list_message_times(store, after);
    });
    return std::all_of(times.begin(), times.end(), [](const auto& t) {
      return t.sender != "person" || t.acked_at.has_value();
    });
  }

  LoadSample sample_of(std::int64_t after) {
    LoadSample sample{.at_ms = clock::steady() - began_,
                      .agents = static_cast<std::int64_t>(running_.size())};
    std::vector<std::int64_t> delivery, acked;
    for (const auto& t : ask([&](store::Store& store) {
           return store::list_message_times(store, after);
         })) {
      if (t.sender != "person") continue;
      if (t.delivered_at) delivery.push_back(*t.delivered_at - t.sent_at);
      if (t.acked_at) acked.push_back(*t.acked_at - t.sent_at);
    }
    sample.delivery = percentiles_of(delivery);
    sample.acked = percentiles_of(acked);
    delivery_.insert(delivery_.end(), delivery.begin(), delivery.end());
    acked_.insert(acked_.end(), acked.begin(), acked.end());
    sample.tick_ms = tick();
    measure_memory(sample);
    return sample;
  }

  void measure_memory(LoadSample& sample) {
    const auto holders = holders_of(arena_.directory());
    for (const Holder& h : holders)
      sample.rss_bytes += memory_of(h.identity.pid);
    report_.rss_bytes = std::max(report_.rss_bytes, sample.rss_bytes);
    report_.processes =
        std::max(report_.processes, static_cast<std::int64_t>(holders.size()));
  }

  // --- the end --------------------------------------------------------------

  // Whatever was sent until now has to be acknowledged: the briefs and what
  // the tick has sent, too.
  void settle() {
    const std::int64_t now = clock::now();
    const auto open = [&] {
      std::vector<store::MessageTimes> out;
      for (auto& t : ask([](store::Store& store) {
             return store::list_message_times(store, 0);
           }))
        if (t.sent_at <= now && !t.acked_at && is_running(t.recipient))
          out.push_back(std::move(t));
      return out;
    };
    const auto has_ended = [](const store::MessageTimes& t) {
      return t.level == "failed" || t.level == "expired";
    };
    await([&] {
      const auto left = open();
      return std::all_of(left.begin(), left.end(), has_ended);
    });
    const auto lost = open();
    for (const auto& t : lost)
      find("messages", "message " + std::to_string(t.id) + " to '" +
                           t.recipient + "' was lost: it is " + t.level);
    report_.lost = static_cast<std::int64_t>(lost.size());
  }

  bool is_running(const std::string& agent) const {
    return std::find(running_.begin(), running_.end(), agent) != running_.end();
  }

  void sum_up() {
    for (const auto& t : ask([](store::Store& store) {
           return store::list_message_times(store, 0);
         }))
      if (is_running(t.recipient)) ++report_.messages;
    if (report_.agents < report_.wanted)
      find("start", "only " + std::to_string(report_.agents) + " of " +
                        std::to_string(report_.wanted) + " agents ran");
    report_.start_rate =
        static_cast<double>(started_) * 1e3 /
        static_cast<double>(std::max<std::int64_t>(starting_ms_, 1));
    report_.delivery = percentiles_of(delivery_);
    report_.acked = percentiles_of(acked_);
    report_.tick = percentiles_of(ticks_);
    report_.commits = count_commits();
    std::sort(rates_.begin(), rates_.end());
    if (!rates_.empty()) report_.commits_per_s = rates_[rates_.size() / 2];
    report_.busy_waits = store::count_waits(arena_.handle().orch_dir());
  }

  const Load& load_;
  const Interrupts& interrupts_;
  const Tell& tell_;
  std::int64_t began_, began_at_;  // before the arena was made
  Arena arena_;
  std::vector<std::string> order_, running_;
  Deeds deeds_;
  std::size_t tried_ = 0;  // of that order; those who came up run
  std::size_t started_ = 0;
  std::int64_t starting_ms_ = 0;
  int rounds_ = 0;
  history::Records before_;
  std::vector<std::int64_t> delivery_, acked_, ticks_;
  std::vector<double> rates_;
  LoadReport report_;
};

}  // namespace

LoadReport run_load(const Load& load, const Interrupts& interrupts,
                    const Tell& tell) {
  return Exercise(load, interrupts, tell).run();
}

}  // namespace orch::drill
