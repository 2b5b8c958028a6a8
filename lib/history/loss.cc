// SPDX-License-Identifier: MIT
#include "history/loss.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "history/level.h"

namespace orch::history {
namespace {

template <typename Row>
std::set<std::string> keys_of(const std::vector<Row>& rows) {
  std::set<std::string> out;
  for (const Row& row : rows) out.insert(row.key);
  return out;
}

// How many elements there were to take.
template <typename Row, typename IsGone>
std::int64_t take_out(std::vector<Row>& rows, const IsGone& is_gone) {
  return static_cast<std::int64_t>(std::erase_if(rows, is_gone));
}

std::int64_t lose_events(Records& before, Witness& witness,
                         const Records& now) {
  std::set<std::string> texts, commits, known;
  for (const Event& e : now.events) {
    texts.insert(e.message);
    commits.insert(e.recorded_commit);
  }
  for (const Event& e : before.events) known.insert(e.message);
  const std::int64_t told = take_out(witness.logged, [&](const auto& text) {
    return !texts.contains(text) && !known.contains(text);
  });
  std::erase_if(witness.logged,
                [&](const auto& text) { return !texts.contains(text); });
  const auto keys = keys_of(now.events);
  std::int64_t anew = 0;
  const std::int64_t gone = take_out(before.events, [&](const Event& e) {
    if (keys.contains(e.key)) return false;
    anew += !e.recorded_commit.empty() && commits.contains(e.recorded_commit);
    return true;
  });
  return told + gone - anew;
}

std::int64_t lose_messages(Records& before, Witness& witness,
                           const Records& now) {
  std::map<std::int64_t, const Message*> there, known;
  for (const Message& m : now.messages) there[m.id] = &m;
  for (const Message& m : before.messages) known[m.id] = &m;
  const auto is_it = [](const auto& messages, const Witness::Sent& s) {
    const auto found = messages.find(s.id);
    return found != messages.end() && found->second->text == s.text;
  };
  const std::int64_t told = take_out(witness.sent, [&](const auto& s) {
    return !is_it(there, s) && !is_it(known, s);
  });
  std::erase_if(witness.sent, [&](const auto& s) { return !is_it(there, s); });
  const auto keys = keys_of(now.messages);
  std::set<std::int64_t> gone;
  const std::int64_t lost = take_out(before.messages, [&](const Message& m) {
    if (keys.contains(m.key)) return false;
    gone.insert(m.id);
    return true;
  });
  std::erase_if(witness.unwritten, [&](auto id) { return gone.contains(id); });
  return told + lost;
}

std::int64_t lose_checkins(Records& before, Witness& witness,
                           const Records& now) {
  const auto is_there = [&](const Checkin& c) {
    return std::any_of(
        now.checkins.begin(), now.checkins.end(), [&](const Checkin& n) {
          return n.id == c.id && n.agent == c.agent && n.note == c.note;
        });
  };
  std::set<std::int64_t> there, known;
  for (const Checkin& c : now.checkins) there.insert(c.id);
  for (const Checkin& c : before.checkins) {
    known.insert(c.id);
    if (!is_there(c)) there.erase(c.id);  // the id is another's now
  }
  const std::int64_t told = take_out(witness.once, [&](auto id) {
    return !there.contains(id) && !known.contains(id);
  });
  std::erase_if(witness.once, [&](auto id) { return !there.contains(id); });
  return told + take_out(before.checkins,
                         [&](const Checkin& c) { return !is_there(c); });
}

std::int64_t lose_leases(Records& before, Witness& witness,
                         const Records& now) {
  std::set<std::string> there;
  for (const Lease& l : now.leases) there.insert(l.name);
  std::int64_t lost = take_out(before.leases, [&](const Lease& l) {
    if (there.contains(l.name)) return false;
    witness.lost_leases.insert(l.name);
    return true;
  });
  for (const Claim& c : witness.claims)
    if (!there.contains(c.name))
      lost += witness.lost_leases.insert(c.name).second;
  return lost;
}

}  // namespace

Lost take_out_lost(Records& before, Witness& witness, const Records& now) {
  return {.events = lose_events(before, witness, now),
          .messages = lose_messages(before, witness, now),
          .checkins = lose_checkins(before, witness, now),
          .leases = lose_leases(before, witness, now)};
}

std::function<std::size_t(std::int64_t)> arrivals_kept(const Records& before,
                                                       const Records& now) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  std::map<std::int64_t, std::string> known;
  for (const Message& m : before.messages) known[m.id] = m.key;
  std::map<std::int64_t, std::size_t> kept;
  for (const Message& m : now.messages) {
    const auto was = known.find(m.id);
    const bool is_new = was != known.end() && was->second != m.key;
    kept[m.id] = !is_new ? kAll : is_open(m.level) ? 0 : 1;
  }
  return [kept](std::int64_t id) {
    const auto found = kept.find(id);
    return found == kept.end() ? 0 : found->second;
  };
}

}  // namespace orch::history
