// SPDX-License-Identifier: MIT
#include "notify/claim.h"

#include <algorithm>
#include <map>

#include "calendar/zone.h"
#include "file/file.h"
#include "notify/rows.h"
#include "process/process.h"
#include "roster/roster.h"
#include "zone/zone.h"

namespace orch::notify {
namespace {

constexpr std::size_t kMostAtOnce = 500;
constexpr std::size_t kMostAlone = 20;
constexpr std::int64_t kRateWindowMs = 60 * 1000;
// Beyond the time limit of its sink, until a row counts as left behind.
constexpr std::int64_t kLeaseMs = 60 * 1000;
constexpr char kQuiet[] = "quiet hours";
constexpr char kRate[] = "too many in a minute";

struct Due {
  store::Delivery row;
  notice::Item item;
  bool was_held() const { return row.reason == kQuiet || row.reason == kRate; }
  bool is_critical() const {
    return item.severity == notice::Severity::Critical;
  }
};

class Claiming {
 public:
  Claiming(store::Store& store, const std::vector<Configured>& sinks,
           const repository::Repository& repository, std::int64_t now)
      : store_(store), sinks_(sinks), repository_(repository), now_(now) {}

  std::vector<Claimed> run() {
    std::map<std::string, std::vector<Due>> by_sink;
    const std::string id = roster::id_of(repository_.common_dir);
    for (store::Delivery& row :
         store::list_due_deliveries(store_, now_, kMostAtOnce)) {
      if (is_being_sent(row)) continue;
      const auto notice = store::find_notice(store_, row.notice_id);
      if (!notice || (notice->needs_human && notice->ended_at)) {
        drop(row, "it is over");
        continue;
      }
      notice::Item item = item_of(*notice, row.step, id);
      std::vector<Due>& due = by_sink[row.sink];
      due.push_back({std::move(row), std::move(item)});
    }
    for (auto& [name, due] : by_sink) take(name, due);
    return std::move(out_);
  }

 private:
  void drop(store::Delivery row, const std::string& why) {
    row.status = "dropped";
    row.reason = why;
    row.ended_at = now_;
    row.pid = row.pid_start = 0;
    store::update_delivery(store_, row);
  }

  void hold(store::Delivery row, std::int64_t until, const char* why) {
    row.status = "waiting";
    row.not_before = until;
    row.reason = why;
    row.pid = row.pid_start = 0;
    store::update_delivery(store_, row);
  }

  std::optional<std::int64_t> quiet_until(const notice::Sink& sink) const {
    if (!sink.quiet) return std::nullopt;
    const calendar::Zones& zones = zone::system();
    const calendar::Zone* zone =
        sink.quiet->zone.empty() ? nullptr : zones.find(sink.quiet->zone);
    return notice::end_of(*sink.quiet, now_, zone ? *zone : zones.local());
  }

  // Of several reminders of one thing, only the last is of use.
  void drop_overtaken(std::vector<Due>& due) {
    std::map<std::int64_t, std::int64_t> latest;  // step by notice
    for (const Due& d : due) {
      std::int64_t& step = latest[d.row.notice_id];
      step = std::max<std::int64_t>(step, d.row.step);
    }
    std::erase_if(due, [&](const Due& d) {
      const bool is_overtaken = d.row.step < latest[d.row.notice_id];
      if (is_overtaken) drop(d.row, "a later reminder takes its place");
      return is_overtaken;
    });
  }

  void take(const std::string& name, std::vector<Due>& due) {
    const auto found =
        std::find_if(sinks_.begin(), sinks_.end(), [&](const Configured& c) {
          return c.name == name && c.problem.empty();
        });
    if (found == sinks_.end()) {
      for (const Due& d : due) drop(d.row, "there is no such sink now");
      return;
    }
    const notice::Sink& sink = found->sink;
    drop_overtaken(due);
    std::vector<Due> critical, others;
    const auto quiet = quiet_until(sink);
    for (Due& d : due)
      if (d.is_critical())
        critical.push_back(std::move(d));
      else if (quiet)
        hold(d.row, *quiet, kQuiet);
      else
        others.push_back(std::move(d));
    const std::int64_t left =
        sink.rate - store::count_sent_since(store_, name, now_ - kRateWindowMs);
    if (critical.size() > kMostAlone)
      together(sink, critical);
    else
      alone(sink, critical);
    const bool any_held =
        std::any_of(others.begin(), others.end(),
                    [](const Due& d) { return d.was_held(); });
    if (left <= 0)
      for (const Due& d : others) hold(d.row, now_ + kRateWindowMs, kRate);
    else if (others.size() > 1 &&
             (any_held || static_cast<std::int64_t>(others.size()) > left))
      together(sink, others);
    else
      alone(sink, others);
  }

  void alone(const notice::Sink& sink, std::vector<Due>& due) {
    for (Due& d : due) {
      std::vector<Due> one;
      one.push_back(std::move(d));
      together(sink, one);
    }
  }

  void together(const notice::Sink& sink, std::vector<Due>& due) {
    if (due.empty()) return;
    const process::Identity self = process::self();
    Claimed claimed;
    claimed.outgoing = {sink,
                        {.repository = name_of(repository_),
                         .path = repository_.common_dir,
                         .items = {}}};
    for (Due& d : due) {
      d.row.status = "sending";
      d.row.pid = self.pid;
      d.row.pid_start = static_cast<std::int64_t>(self.start);
      d.row.attempts += 1;
      d.row.not_before = now_ + sink.timeout_ms + kLeaseMs;
      store::update_delivery(store_, d.row);
      claimed.outgoing.letter.items.push_back(std::move(d.item));
      claimed.rows.push_back(std::move(d.row));
    }
    out_.push_back(std::move(claimed));
  }

  store::Store& store_;
  const std::vector<Configured>& sinks_;
  const repository::Repository& repository_;
  std::int64_t now_;
  std::vector<Claimed> out_;
};

}  // namespace

bool is_being_sent(const store::Delivery& row) {
  return row.status == "sending" && row.pid != 0 &&
         process::is_alive({static_cast<pid_t>(row.pid),
                            static_cast<std::uint64_t>(row.pid_start)});
}

std::string name_of(const repository::Repository& repository) {
  const std::string name = file::name_of(repository.common_dir);
  return name == ".git" ? file::name_of(file::parent_of(repository.common_dir))
                        : name;
}

std::vector<Claimed> claim(store::Store& store,
                           const std::vector<Configured>& sinks,
                           const repository::Repository& repository,
                           std::int64_t now) {
  return Claiming(store, sinks, repository, now).run();
}

void settle(store::Store& store, const Claimed& claimed,
            const std::optional<std::string>& failure, std::int64_t now) {
  for (store::Delivery row : claimed.rows) {
    row.pid = row.pid_start = 0;
    if (!failure) {
      row.status = "sent";
      row.ended_at = now;
      row.reason =
          claimed.rows.size() > 1 ? "in " + claimed.outgoing.letter.id() : "";
      if (row.step > 0) store::mark_notice_escalated(store, row.notice_id, now);
    } else if (row.attempts >= notice::kMostAttempts) {
      row.status = "failed";
      row.ended_at = now;
      row.reason = *failure;
    } else {
      row.status = "waiting";
      row.not_before = now + notice::back_off_ms(row.attempts);
      row.reason = *failure;
    }
    store::update_delivery(store, row);
  }
}

}  // namespace orch::notify
