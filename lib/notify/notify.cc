// SPDX-License-Identifier: MIT
#include "notify/notify.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "ask/ask.h"
#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "installation/installation.h"
#include "json/value.h"
#include "log/log.h"
#include "notify/claim.h"
#include "notify/rows.h"
#include "process/detached.h"
#include "roster/roster.h"
#include "store/needs.h"

namespace orch::notify {
namespace {

constexpr char kLookedTo[] = "notices_looked_to";
constexpr std::int64_t kKeptMs = std::int64_t{30} * 24 * 60 * 60 * 1000;
// So long a tick waits for those who are told at once; a slow sink goes on
// alone.
constexpr std::int64_t kPatienceMs = 2000;
constexpr std::int64_t kStillDueMs = 60 * 1000;
constexpr int kMostRounds = 20;
constexpr std::size_t kMostLookedAt = 500;

bool works(const std::vector<Configured>& sinks) {
  return std::any_of(sinks.begin(), sinks.end(),
                     [](const Configured& c) { return c.problem.empty(); });
}

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

void start_sender(const Repository& repository) {
  const auto child = process::start_detached_into(
      {.argv = {installation::bin_directory() + "/git-orch-notify", "send",
                "--quiet"},
       .directory = repository.common_dir,
       .environment = {{"ORCH_GIT_DIR", repository.common_dir}}},
      "/dev/null");
  if (!child) return;
  const std::int64_t until = clock::steady() + kPatienceMs;
  while (process::is_alive(*child) && clock::steady() < until) nap();
}

bool is_due(store::Store& store, std::int64_t now) {
  const auto rows = store::list_due_deliveries(store, now, kMostLookedAt);
  return !std::all_of(rows.begin(), rows.end(), is_being_sent);
}

}  // namespace

std::vector<notice::Need> needs_human(store::Store& store, std::int64_t now) {
  auto needs = store::list_needs(store, now);
  std::erase_if(needs, [&](const notice::Need& need) {
    return store::was_noticed_answered(store, need.key);
  });
  return needs;
}

Pass::Pass(const Repository& repository, store::Store& store)
    : repository_(repository), store_(store) {}

int Pass::run(std::int64_t now) {
  try {
    const std::int64_t newest = store::last_event_id(store_);
    const auto seen = store::find_meta(store_, kLookedTo);
    const std::int64_t looked_to =
        seen ? std::strtoll(seen->c_str(), nullptr, 10) : newest;
    const bool news = !seen || newest != looked_to;
    const auto needs = store::list_needs(store_, now);
    const auto open = store::list_open_notices(store_);
    // Nothing to tell: then it does not matter whom.
    if (!news && needs.empty() && open.empty() && !is_due(store_, now))
      return 0;
    const auto sinks = sinks_of(config::Config::load(repository_));
    int written = 0;
    if (!works(sinks)) looked_to_ = news ? newest : 0;
    if (!agree(store_, needs, open) ||
        (works(sinks) && (news || lacks_delivery(store_, open, sinks)))) {
      store::Transaction transaction(store_);
      written = write_needs(store_, needs, sinks, now);
      if (works(sinks)) {
        const Looked looked = write_events(store_, looked_to, sinks, now);
        written += looked.written;
        store::set_meta(store_, kLookedTo, std::to_string(looked.to));
      }
      store::prune_notices(store_, now - kKeptMs);
      transaction.commit();
    }
    if (is_due(store_, now)) start_sender(repository_);
    return written;
  } catch (const Error& e) {
    log::write(repository_.orch_dir(), "notify", log::Level::Error, e.what());
    return 0;
  }
}

void Pass::remember() {
  if (looked_to_ != 0)
    store::set_meta(store_, kLookedTo, std::to_string(looked_to_));
}

void refresh(store::Store& store, const std::vector<Configured>& sinks,
             std::int64_t now) {
  const auto needs = store::list_needs(store, now);
  if (agree(store, needs, store::list_open_notices(store))) return;
  store::Transaction transaction(store);
  write_needs(store, needs, sinks, now);
  transaction.commit();
}

std::vector<Told> send_due(const Repository& repository, store::Store& store,
                           std::int64_t now) {
  const auto sinks = sinks_of(config::Config::load(repository));
  std::vector<Told> told;
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<Claimed> claims;
    if (!is_due(store, now)) break;
    {
      store::Transaction transaction(store);
      claims = claim(store, sinks, repository, now);
      transaction.commit();
    }
    if (claims.empty()) break;
    std::vector<Outgoing> letters;
    for (const Claimed& c : claims) letters.push_back(c.outgoing);
    const auto failures = send_all(repository, letters);
    store::Transaction transaction(store);
    for (std::size_t i = 0; i < claims.size(); ++i) {
      settle(store, claims[i], failures[i], clock::now());
      told.push_back(
          {letters[i].sink.name, !failures[i], failures[i].value_or("sent")});
    }
    transaction.commit();
  }
  return told;
}

void await_senders(store::Store& store) {
  const auto is_sending = [&] {
    const auto rows = store::list_due_deliveries(store, 0, kMostLookedAt);
    return std::any_of(rows.begin(), rows.end(), is_being_sent);
  };
  while (is_sending()) nap();
}

std::vector<Told> send_test(const Repository& repository,
                            const std::vector<Configured>& sinks,
                            std::int64_t now) {
  std::vector<Told> told;
  std::vector<Outgoing> letters;
  std::vector<std::size_t> of;
  for (const Configured& c : sinks) {
    told.push_back({c.name, false, c.problem});
    if (!c.problem.empty()) continue;
    notice::Item item{.id = roster::id_of(repository.common_dir) + "-test-" +
                            std::to_string(now),
                      .kind = "test",
                      .text = "a test: this sink is told what needs you",
                      .command = "git orch notify list",
                      .since = now};
    letters.push_back({c.sink,
                       {.repository = name_of(repository),
                        .path = repository.common_dir,
                        .items = {std::move(item)}}});
    of.push_back(told.size() - 1);
  }
  const auto failures = send_all(repository, letters);
  for (std::size_t i = 0; i < failures.size(); ++i)
    told[of[i]] = {letters[i].sink.name, !failures[i],
                   failures[i].value_or("sent")};
  return told;
}

store::Notice answer(store::Store& store, std::int64_t id,
                     const std::string& verdict, const std::string& text,
                     const std::optional<store::Agent>& caller) {
  const auto notice = store::find_notice(store, id);
  const std::string name = "notice " + std::to_string(id);
  if (!notice)
    throw Error(ErrorCode::UnknownName, "there is no " + name,
                "git orch notify list");
  if (notice->ended_at)
    throw Error(ErrorCode::Exists, name + " is over", "git orch notify list");
  const auto verdicts = notice::answers_to(notice->kind);
  const bool is_verdict =
      std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
  if (verdicts.empty() && !verdict.empty())
    throw Error(ErrorCode::Usage,
                name + " is no ask: there is nothing to approve or deny",
                "git orch notify answer " + std::to_string(id));
  if (!verdicts.empty() && !is_verdict)
    throw Error(ErrorCode::Usage, name + " is an ask: approve or deny it",
                "git orch notify answer " + std::to_string(id) + " approve");
  if (verdicts.empty() && caller)
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + caller->address + "' may not answer for a person");
  std::string said = text.empty() ? "seen" : text;
  if (is_verdict) {
    const auto detail = json::parse(notice->detail).value_or(json::Value());
    ask::answer(
        store, detail["number"].as_integer().value_or(0),
        verdict == "approve" ? ask::Verdict::Approved : ask::Verdict::Denied,
        text, caller);
    said = verdict + (text.empty() ? "" : ": " + text);
  }
  store::Transaction transaction(store);
  store::end_notice(store, id, clock::now(), said);
  transaction.commit();
  return store::find_notice(store, id).value_or(*notice);
}

std::optional<std::int64_t> next_due(store::Store& store, std::int64_t now) {
  const auto next = store::next_delivery_at(store);
  return next && *next <= now ? now + kStillDueMs : next;
}

}  // namespace orch::notify
