// SPDX-License-Identifier: MIT
#include "audit/audit.h"

#include <algorithm>
#include <cstdlib>

#include "agent/agent.h"
#include "audit/evidence.h"
#include "audit/refs.h"
#include "clock/clock.h"
#include "error/error.h"
#include "event/record.h"
#include "git/git.h"
#include "git/state.h"
#include "guard/guard.h"
#include "installation/data.h"
#include "message/message.h"
#include "policy/worktree_rules.h"
#include "store/events.h"
#include "store/features.h"
#include "store/known_refs.h"
#include "store/snapshots.h"
#include "text/text.h"

namespace orch::audit {
namespace {

using store::Agent;
using store::Feature;

constexpr char kLook[] = "audit.refs";      // what we saw last, as a digest
constexpr char kLooked[] = "audit.looked";  // and when
// Whoever can make a ref chooses its name.
std::string printed(const std::string& ref) { return text::printable(ref); }

std::string short_value(const std::string& value) {
  if (value.empty()) return "nothing";
  return value.starts_with(kSymbolic) ? printed(value) : value.substr(0, 12);
}

enum class Verdict { Explained, Person, Unexplained };

// Where a move stands, and what is to be done about it.
struct Finding {
  Verdict verdict = Verdict::Explained;
  std::string event;    // its type; empty: none
  std::string text;     // of the event
  std::string suspect;  // an agent's address; empty: nobody is
  bool tells = false;   // overseers
  bool puts_back = false;
};

class Audit {
 public:
  // `last_look`: when all refs were as we remember them.
  Audit(const Repository& repository, store::Store& store,
        std::int64_t last_look)
      : repository_(repository),
        store_(store),
        last_look_(last_look),
        policy_(installation::policy_or_built_in(repository.orch_dir())),
        features_(store::list_features(store, "")),
        agents_(store::list_agents(store)),
        logs_(head_logs(repository)) {
    std::erase_if(features_,
                  [](const Feature& f) { return f.status == "archived"; });
    for (const Agent& a : agents_)
      if (agent::is_running(agent::observed(a)) ||
          a.exited_at.value_or(0) >= last_look)
        running_.push_back(a.address);
  }

  Finding judge(const Change& c) const {
    Finding f;
    f.verdict = verdict_on(c, &f.suspect);
    if (f.verdict == Verdict::Person) {
      // A commit has its own event; a branch of nobody's is nobody's news.
      const auto steps = steps_of(c);
      if (is_protected(c.ref) &&
          !(steps && steps->back().reason.starts_with("commit"))) {
        f.event = "ref_moved_by_person";
        f.text = text_of(c);
      }
    } else if (f.verdict == Verdict::Unexplained) {
      f.event = "ref_unexplained";
      f.text = text_of(c) + "; " + evidence_of(c, f.suspect);
      f.tells = is_protected(c.ref);
      f.puts_back =
          f.tells && policy_.guards.quarantine && can_be_put_back(c, f.suspect);
    }
    return f;
  }

  // Within a Transaction.
  void record(const Change& c, const Finding& f, std::int64_t now) const {
    if (!f.event.empty()) add_event(f.event, c.ref, f.text, now);
    if (f.tells) tell_overseers(c, f.text, now);
  }

  // The new tip is kept first. Returns the event.
  std::pair<std::string, std::string> put_back(const Change& c) const {
    const std::string kept =
        "refs/orch/quarantine/" + c.ref.substr(5) + "/" + c.to;
    try {
      // Whoever finds the ref moved by a program that was killed knows by whom.
      guard::Announcement move(store_, c.ref, c.to, c.from);
      git::update_refs(repository_, {{kept, c.to, git::zero_id(c.to)}},
                       "orch: quarantine");
      git::update_refs(repository_, {{c.ref, c.from, c.to}}, "orch: put back");
      move.done();
    } catch (const Error& e) {
      return {"ref_quarantine_failed", printed(c.ref) + ": " + e.what()};
    }
    return {"ref_quarantined", printed(c.ref) + " is " + short_value(c.from) +
                                   " again; " + short_value(c.to) +
                                   " is kept as " + printed(kept)};
  }

  void add_event(const std::string& type, const std::string& ref,
                 const std::string& text, std::int64_t now) const {
    store::Event event{
        .role = "orch", .type = type, .message = text, .at = now};
    if (const Feature* f = feature_of(ref)) event.spec_id = f->spec_id;
    store::insert_event(store_, event);
  }

 private:
  const Agent* agent_on(const std::string& ref) const {
    for (const Agent& a : agents_)
      if (!a.branch.empty() && ref == std::string(git::kHeads) + a.branch)
        return &a;
    return nullptr;
  }

  // The feature that has it as its base or as a branch.
  const Feature* feature_of(const std::string& ref) const {
    const Agent* agent = agent_on(ref);
    for (const Feature& f : features_)
      if (agent ? agent->feature_id == f.id
                : f.status != "archived" && f.base == ref)
        return &f;
    return nullptr;
  }

  bool is_protected(const std::string& ref) const {
    if (ref.starts_with(kSnapshots) || feature_of(ref)) return true;
    return std::any_of(
        policy_.guards.protected_refs.begin(),
        policy_.guards.protected_refs.end(),
        [&](const auto& glob) { return policy::matches_ref(glob, ref); });
  }

  std::optional<std::vector<Step>> steps_of(const Change& c) const {
    if (c.to.empty() || c.to.starts_with(kSymbolic)) return std::nullopt;
    return steps_between(repository_, c.ref, c.from, c.to);
  }

  Verdict verdict_on(const Change& c, std::string* suspect) const {
    if (c.ref.starts_with(kSnapshots)) return verdict_on_snapshot(c);
    if (store::was_intended(store_, c.ref, c.to, last_look_))
      return Verdict::Explained;
    const Agent* owner = agent_on(c.ref);
    if (owner && is_of_a_set_up(c, *owner)) return Verdict::Explained;
    const auto steps = steps_of(c);
    bool all = steps.has_value(), person = false;
    for (const Step& step : steps.value_or(std::vector<Step>())) {
      bool by_person = false, by_owner = false;
      for (const HeadLog& log : logs_) {
        if (!log.explains(step)) continue;
        if (owner && log.agent == owner->address)
          by_owner = true;
        else if (log.agent.empty())
          by_person = true;
      }
      all &= by_owner || by_person;
      person |= by_person && !by_owner;
    }
    if (all) return person ? Verdict::Person : Verdict::Explained;
    *suspect = suspect_for(c, owner);
    // What an agent may do in its own worktree, and git says that it was there;
    // and a branch of nobody's, made where somebody's HEAD has been.
    if (!is_protected(c.ref) &&
        (!suspect->empty() || (!owner && is_of_some_head(c))))
      return Verdict::Explained;
    return running_.empty() ? Verdict::Person : Verdict::Unexplained;
  }

  // A branch that was made for its agent, with the commit that it starts from.
  // Without a reflog, nothing can be told of an agent's own work.
  bool is_of_a_set_up(const Change& c, const Agent& owner) const {
    const auto log = std::find_if(
        logs_.begin(), logs_.end(),
        [&](const HeadLog& l) { return l.agent == owner.address; });
    if (log != logs_.end() && log->steps.empty() && log->branch == c.ref)
      return true;
    const Feature* f = feature_of(c.ref);
    return c.from.empty() && f && c.to == f->base_commit;
  }

  // The agent in whose worktree the new tip was, of a branch of nobody's that
  // is gone the old one.
  std::string suspect_for(const Change& c, const Agent* owner) const {
    const std::string& seen =
        c.to.empty() && !is_protected(c.ref) ? c.from : c.to;
    for (const HeadLog& log : logs_)
      if (!seen.empty() && !log.agent.empty() && log.reaches(seen) &&
          (log.branch == c.ref || !owner))
        return log.agent;
    return "";
  }

  bool is_of_some_head(const Change& c) const {
    const std::string& seen = c.to.empty() ? c.from : c.to;
    return !seen.empty() &&
           std::any_of(logs_.begin(), logs_.end(),
                       [&](const HeadLog& l) { return l.reaches(seen); });
  }

  // Snapshots never change; one that goes was dropped by a verb.
  Verdict verdict_on_snapshot(const Change& c) const {
    const auto rows = store::list_snapshots(store_);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& s) {
      return s.ref == c.ref;
    });
    if (row == rows.end()) return Verdict::Explained;
    return row->commit == c.to ? Verdict::Explained : Verdict::Unexplained;
  }

  std::string text_of(const Change& c) const {
    std::string out = printed(c.ref) + ": " + short_value(c.from) + " -> " +
                      short_value(c.to);
    if (c.from.empty() || c.to.empty() || c.from.starts_with(kSymbolic) ||
        c.to.starts_with(kSymbolic))
      return out;
    try {
      const bool forward = git::is_ancestor(repository_, c.from, c.to);
      return out + (forward ? " (fast-forward)" : " (not a fast-forward)");
    } catch (const Error&) {
      return out;  // git could not tell
    }
  }

  std::string evidence_of(const Change& c, const std::string& suspect) const {
    const auto steps = steps_of(c);
    std::string out = steps ? "reflog: " + text::printable(steps->back().reason)
                            : "its reflog does not lead there";
    if (!suspect.empty()) out += "; seen in the worktree of " + suspect;
    return out + "; running: " + text::join(running_, ", ");
  }

  void tell_overseers(const Change& c, const std::string& text,
                      std::int64_t now) const {
    const Feature* f = feature_of(c.ref);
    for (const Agent& a : agents_)
      if (a.kind == "overseer" && a.feature_id &&
          (!f || a.feature_id == f->id || f->base == c.ref))
        message::queue(
            store_, a,
            {.text = "A protected ref moved and nothing explains it: " + text +
                     ". A person should look: git orch recent",
             .kind = "report",
             .priority = "high"},
            now);
  }

  // Only with evidence that an agent did it, and where nobody else has it
  // checked out.
  bool can_be_put_back(const Change& c, const std::string& suspect) const {
    if (suspect.empty() || c.from.empty() || c.to.empty() ||
        c.from.starts_with(kSymbolic) || c.to.starts_with(kSymbolic))
      return false;
    return std::none_of(logs_.begin(), logs_.end(), [&](const HeadLog& log) {
      return log.agent.empty() && log.branch == c.ref;
    });
  }

  const Repository& repository_;
  store::Store& store_;
  const std::int64_t last_look_;
  const policy::Policy policy_;
  std::vector<Feature> features_;  // that have not ended
  const std::vector<Agent> agents_;
  const std::vector<HeadLog> logs_;
  std::vector<std::string> running_;  // at some time since the last look
};

// What was found goes into the store with what the refs are now; only then is
// something put back, which the next look would else take for a move.
void act_on(const Audit& audit, store::Store& store,
            const std::vector<std::pair<Change, Finding>>& found) {
  for (const auto& [change, finding] : found) {
    if (!finding.puts_back) continue;
    const auto [event, text] = audit.put_back(change);
    const std::int64_t now = clock::now();
    store::Transaction transaction(store);
    audit.add_event(event, change.ref, text, now);
    if (event == "ref_quarantined")
      store::put_known_ref(store, change.ref, change.from, now);
    transaction.commit();
  }
}

// What nothing explains and has moved on since: its reflog is beyond it.
void leave_out_moved(const std::string& listing,
                     std::vector<std::pair<Change, Finding>>& found) {
  const auto now = parse_refs(listing);
  std::erase_if(found, [&](const auto& f) {
    if (f.second.verdict != Verdict::Unexplained) return false;
    const auto it = now.find(f.first.ref);
    return (it == now.end() ? "" : it->second) != f.first.to;
  });
}

}  // namespace

int compare_refs(const Repository& repository, store::Store& store,
                 bool* settled) {
  bool unheard = true;
  bool& is_settled = settled ? *settled : unheard;
  const std::int64_t now = clock::now();
  const std::string listing = read_refs(repository);
  const std::string digest = text::hex(event::derived_id({listing}));
  const auto last = store::find_meta(store, kLook);
  const auto remember = [&] {
    store::set_meta(store, kLook, digest);
    store::set_meta(store, kLooked, std::to_string(now));
  };
  if (last == digest) {
    store::Transaction transaction(store);
    remember();
    transaction.commit();
    return 0;
  }
  const std::string looked = store::find_meta(store, kLooked).value_or("0");
  const auto changes =
      changes_between(store::list_known_refs(store), parse_refs(listing));
  // git is asked before the store is held.
  std::optional<Audit> audit;
  std::vector<std::pair<Change, Finding>> found;
  const auto judge_all = [&] {
    audit.emplace(repository, store, std::strtoll(looked.c_str(), nullptr, 10));
    found.clear();
    for (const Change& c : changes)
      found.emplace_back(c, last ? audit->judge(c) : Finding{});
    return std::any_of(found.begin(), found.end(), [](const auto& f) {
      return f.second.verdict == Verdict::Unexplained;
    });
  };
  // git writes a branch before the log of the HEAD that led there: what nothing
  // explains is looked at again when it is done.
  if (judge_all()) {
    if (is_moving(repository, now)) {
      is_settled = false;
      return 0;
    }
    judge_all();
    leave_out_moved(read_refs(repository), found);
  }
  const bool is_whole = found.size() == changes.size();
  if (!is_whole) is_settled = false;
  int unexplained = 0;
  {
    store::Transaction transaction(store);
    // Another tick has looked meanwhile: it has told what there was.
    if (store::find_meta(store, kLook) != last) {
      is_settled = false;
      return 0;
    }
    for (const auto& [change, finding] : found) {
      audit->record(change, finding, now);
      store::put_known_ref(store, change.ref, change.to, now);
      unexplained += finding.verdict == Verdict::Unexplained ? 1 : 0;
    }
    remember();
    // No digest, so that the next look sees what was left out.
    if (!is_whole)
      store::set_meta(store, kLook, "again after " + std::to_string(now));
    transaction.commit();
  }
  act_on(*audit, store, found);
  return unexplained;
}

}  // namespace orch::audit
