// SPDX-License-Identifier: MIT
#include "history/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "history/level.h"

namespace orch::history {
namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

std::string name_of(const Message& m) {
  return "message " + number(m.id) + " to '" + m.recipient + "'";
}

void compare_events(const Records& before, const Records& now,
                    Violations& out) {
  std::map<std::string, const Event*> by_key;
  for (const Event& e : now.events) by_key[e.key] = &e;
  for (const Event& e : before.events) {
    const auto found = by_key.find(e.key);
    const std::string what = "event " + number(e.id) + " (" + e.type + ")";
    if (found == by_key.end()) {
      out.push_back({"event-lost", what + " is gone"});
      continue;
    }
    // Where its commit is may change: that is another table.
    Event after = *found->second;
    after.commit = e.commit;
    if (after != e) out.push_back({"event-changed", what + " is another"});
  }
}

void compare_messages(const Records& before, const Records& now,
                      Violations& out) {
  std::map<std::string, const Message*> by_key;
  for (const Message& m : now.messages) by_key[m.key] = &m;
  for (const Message& m : before.messages) {
    const auto found = by_key.find(m.key);
    if (found == by_key.end()) {
      out.push_back({"message-lost", name_of(m) + " is gone"});
      continue;
    }
    const Message& after = *found->second;
    if (after.recipient != m.recipient || after.sender != m.sender)
      out.push_back({"misdirected", name_of(m) + " is now from '" +
                                        after.sender + "' to '" +
                                        after.recipient + "'"});
    if (!may_become(m.level, after.level))
      out.push_back({"level-fell", name_of(m) + " was " + m.level + " and is " +
                                       after.level});
  }
}

void compare_leases(const Records& before, const Records& now,
                    Violations& out) {
  std::map<std::string, const Lease*> by_name;
  for (const Lease& l : now.leases) by_name[l.name] = &l;
  for (const Lease& l : before.leases) {
    const auto found = by_name.find(l.name);
    if (found == by_name.end()) {
      out.push_back({"fencing", "lease '" + l.name + "' has lost its number"});
      continue;
    }
    const Lease& after = *found->second;
    if (after.fencing < l.fencing)
      out.push_back({"fencing", "the number of lease '" + l.name +
                                    "' fell from " + number(l.fencing) +
                                    " to " + number(after.fencing)});
    else if (after.fencing == l.fencing && after.owner &&
             after.owner != l.owner)
      out.push_back({"lease", "lease '" + l.name + "' has gone to '" +
                                  *after.owner + "' under the number " +
                                  number(l.fencing) + " of another"});
  }
}

// A lease that was handed out under a number never has a lower one again, or
// two would have the same.
void check_leases(const Records& now, const Witness& witness, Violations& out) {
  std::map<std::string, std::int64_t> numbers, told;
  for (const Lease& l : now.leases) numbers[l.name] = l.fencing;
  for (const Claim& c : witness.claims)
    told[c.name] = std::max(told[c.name], c.fencing);
  for (const auto& [name, fencing] : told) {
    const bool is_told_of =
        numbers.contains(name) || !witness.lost_leases.contains(name);
    if (is_told_of && numbers[name] < fencing)
      out.push_back({"fencing", "lease '" + name + "' has number " +
                                    number(numbers[name]) + " after " +
                                    number(fencing)});
  }
}

template <typename Row>
void check_keys(const std::vector<Row>& rows, const char* rule,
                const char* kind, Violations& out) {
  std::set<std::int64_t> ids;
  std::set<std::string> keys;
  for (const Row& row : rows)
    if (!ids.insert(row.id).second || !keys.insert(row.key).second)
      out.push_back(
          {rule, std::string(kind) + " " + number(row.id) + " is there twice"});
}

void check_levels(const Records& now, Violations& out) {
  for (const Message& m : now.messages)
    if (const std::string fault = fault_of(m); !fault.empty())
      out.push_back(
          {"level-unproven", name_of(m) + " is " + m.level + " but " + fault});
}

// Whether a message is of that check-in: its note stands in it, and what it
// covers behind it.
bool is_of(const Message& m, const Checkin& c) {
  if (m.kind != "checkin" || m.recipient != c.agent) return false;
  const std::size_t at = m.text.find(c.note);
  if (at == std::string::npos) return false;
  const std::string rest = m.text.substr(at + c.note.size());
  return rest.empty() || rest.starts_with(" (");
}

// An agent never has two of one note to read.
void check_checkins(const Records& now, Violations& out) {
  std::set<std::pair<std::string, std::string>> looked_at;
  for (const Checkin& c : now.checkins) {
    if (!looked_at.insert({c.agent, c.note}).second) continue;
    const auto waiting = std::count_if(
        now.messages.begin(), now.messages.end(),
        [&](const Message& m) { return is_of(m, c) && is_open(m.level); });
    if (waiting > 1)
      out.push_back({"checkin-twice", "'" + c.agent + "' has " +
                                          number(waiting) + " messages of '" +
                                          c.note + "' to read"});
  }
}

void check_state(const Agent& a, Violations& out) {
  static const std::set<std::string> kRuns = {"starting", "idle", "busy",
                                              "limited", "needs-human"};
  static const std::set<std::string> kEnded = {"exited", "lost", "stopped"};
  const auto add = [&](const std::string& why) {
    out.push_back({"state-unexplained",
                   "'" + a.address + "' is " + a.state + " but " + why});
  };
  if (a.source.empty()) add("nobody has said so");
  if (kRuns.contains(a.state)) {
    if (!a.lives) add("has no process");
  } else if (!kEnded.contains(a.state)) {
    // What nobody knows claims nothing of its process.
    if (a.state != "unknown") add("there is no such state");
  } else if (a.lives) {
    add("its process runs");
  }
}

void check_agents(const Records& now, Violations& out) {
  std::map<std::int64_t, std::string> processes;
  for (const Agent& a : now.agents) {
    check_state(a, out);
    if (!a.lives || a.pid == 0) continue;
    const auto [place, is_first] = processes.try_emplace(a.pid, a.address);
    if (!is_first)
      out.push_back({"process-shared", "'" + place->second + "' and '" +
                                           a.address + "' have process " +
                                           number(a.pid)});
  }
}

void append(Violations& out, Violations more) {
  out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

Violations check_growth(const Records& before, const Records& now) {
  Violations out;
  compare_events(before, now, out);
  compare_messages(before, now, out);
  compare_leases(before, now, out);
  return out;
}

Violations check_moment(const Records& now) {
  Violations out;
  check_keys(now.events, "event-twice", "event", out);
  check_keys(now.messages, "message-twice", "message", out);
  check_levels(now, out);
  check_checkins(now, out);
  check_agents(now, out);
  return out;
}

Violations check_claims(const std::vector<Claim>& claims) {
  std::vector<Claim> all = claims;
  std::sort(all.begin(), all.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.name, a.from, a.fencing) <
           std::tie(b.name, b.from, b.fencing);
  });
  Violations out;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Claim& last = all[i - 1];
    const Claim& next = all[i];
    if (last.name != next.name) continue;
    // One that is prolonged keeps its number.
    if (last.owner == next.owner && last.fencing == next.fencing) {
      all[i].until = std::max(last.until, next.until);
      continue;
    }
    if (next.fencing <= last.fencing)
      out.push_back({"fencing", "'" + next.owner + "' got number " +
                                    number(next.fencing) + " of '" + next.name +
                                    "' after " + number(last.fencing)});
    if (next.from < last.until)
      out.push_back({"lease", "'" + last.owner + "' and '" + next.owner +
                                  "' both held '" + next.name + "'"});
  }
  return out;
}

Violations check_acknowledged(const Records& now, const Witness& witness) {
  Violations out;
  std::set<std::string> commits, logged;
  for (const Event& e : now.events) {
    commits.insert(e.recorded_commit);
    logged.insert(e.message);
  }
  for (const std::string& commit : witness.commits)
    if (!commits.contains(commit))
      out.push_back({"event-lost", "commit " + commit + " made no event"});
  for (const std::string& text : witness.logged)
    if (!logged.contains(text))
      out.push_back({"event-lost", "'" + text + "' was logged and is gone"});
  std::map<std::int64_t, const Message*> messages;
  for (const Message& m : now.messages) messages[m.id] = &m;
  for (const Witness::Sent& s : witness.sent) {
    const auto found = messages.find(s.id);
    if (found == messages.end())
      out.push_back({"message-lost",
                     "message " + number(s.id) + " was sent and is gone"});
    else if (found->second->recipient != s.recipient ||
             found->second->sender != s.sender || found->second->text != s.text)
      out.push_back({"misdirected", name_of(*found->second) +
                                        " is not what was sent to '" +
                                        s.recipient + "'"});
  }
  check_leases(now, witness, out);
  std::map<std::int64_t, const Checkin*> checkins;
  for (const Checkin& c : now.checkins) checkins[c.id] = &c;
  for (const std::int64_t id : witness.once) {
    const auto found = checkins.find(id);
    if (found == checkins.end()) {
      out.push_back({"event-lost", "check-in " + number(id) + " is gone"});
      continue;
    }
    const Checkin& c = *found->second;
    const auto sent =
        std::count_if(now.messages.begin(), now.messages.end(),
                      [&](const Message& m) { return is_of(m, c); });
    if (sent > 1 || (sent == 0 && c.state == "done"))
      out.push_back({"checkin-twice", "check-in " + number(id) + " is " +
                                          c.state + " and made " +
                                          number(sent) + " messages"});
  }
  return out;
}

Violations check_arrivals(const Records& now,
                          const std::vector<Arrival>& arrivals,
                          const Witness& witness) {
  Violations out;
  std::map<std::int64_t, const Message*> messages;
  for (const Message& m : now.messages) messages[m.id] = &m;
  std::map<std::int64_t, int> with_text;
  std::set<std::int64_t> seen;
  // The newest that came, of one sender and priority to one agent.
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>
      newest;
  for (const Arrival& a : arrivals) {
    const auto found = messages.find(a.message);
    if (found == messages.end()) continue;  // lost: told by the other checks
    const Message& m = *found->second;
    if (m.recipient != a.agent)
      out.push_back(
          {"misdirected", name_of(m) + " has come to '" + a.agent + "'"});
    if (a.with_text && ++with_text[m.id] == 2)
      out.push_back({"message-twice", name_of(m) + " has come twice"});
    if (!seen.insert(m.id).second) continue;
    std::int64_t& last = newest[{m.sender, m.recipient, m.priority}];
    if (m.id < last)
      out.push_back({"order", name_of(m) + " from '" + m.sender +
                                  "' has come after message " + number(last)});
    last = std::max(last, m.id);
  }
  const std::set<std::int64_t> unwritten(witness.unwritten.begin(),
                                         witness.unwritten.end());
  for (const Message& m : now.messages)
    if (rank_of(m.level) >= rank_of("read") && !seen.contains(m.id) &&
        !unwritten.contains(m.id))
      out.push_back(
          {"level-unproven", name_of(m) + " is " + m.level +
                                 " but is in no conversation of the agent's"});
  return out;
}

Violations check(const Records* before, const Records& now,
                 const std::vector<Arrival>& arrivals, const Witness& witness) {
  Violations out;
  if (before) append(out, check_growth(*before, now));
  append(out, check_moment(now));
  append(out, check_acknowledged(now, witness));
  append(out, check_claims(witness.claims));
  append(out, check_arrivals(now, arrivals, witness));
  return out;
}

}  // namespace orch::history
