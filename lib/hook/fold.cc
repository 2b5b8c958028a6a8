// SPDX-License-Identifier: MIT
#include "hook/fold.h"

#include <algorithm>
#include <map>
#include <optional>

#include "clock/clock.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "hookinput/git_lines.h"
#include "message/message.h"
#include "process/process.h"
#include "spool/spool.h"
#include "spool/turn.h"
#include "store/agent_state.h"
#include "store/durations.h"
#include "store/events.h"
#include "store/features.h"
#include "store/limits.h"
#include "store/messages.h"
#include "store/tasks.h"
#include "task/task.h"
#include "text/text.h"

namespace orch::hook {
namespace {

namespace kind = event::kind;
using event::Record;

std::int64_t number(std::string_view text) {
  return std::strtoll(std::string(text).c_str(), nullptr, 10);
}

std::vector<std::pair<std::string, std::string>> rewritten(
    const Record& record) {
  return hookinput::rewritten_in(record["pairs"]);
}

// What post-rewrite does not tell of a rebase: the commits that it left out
// (and that no branch holds) and those that were made during it.
void look_at_rebase(const Repository& repository, Record& r) {
  const std::string head(r["head"]), orig(r["orig"]), onto(r["onto"]);
  if (head.empty() || orig.empty() || onto.empty()) return;
  std::set<std::string> known;
  for (const auto& [before, after] : rewritten(r)) {
    known.insert(before);
    known.insert(after);
  }
  const auto others = [&](const std::vector<std::string>& args) {
    std::string ids;
    for (const std::string& id :
         text::split_list(git::run(repository, {.args = args}).output, '\n'))
      if (!known.contains(id)) ids += id + " ";
    return ids;
  };
  r.fields.emplace_back("dropped",
                        others({"rev-list", orig, "--not", head, "--branches",
                                "--remotes", "--tags"}));
  r.fields.emplace_back(
      "added", others({"rev-list", "--reverse", head, "--not", onto, orig}));
}

// Ids of all commits that the records speak of, for one look into git.
std::vector<std::string> commits_in(const std::vector<Record>& records) {
  std::set<std::string> ids;
  for (const Record& r : records) {
    if (r.kind == kind::kCommit || r.kind == kind::kMerge)
      ids.emplace(r["commit"]);
    if (r.kind == kind::kRewrite) {
      for (const auto& [before, after] : rewritten(r)) ids.insert(after);
      for (const std::string& id : text::split_list(r["added"], ' '))
        ids.insert(id);
    }
  }
  ids.erase("");
  return {ids.begin(), ids.end()};
}

// One fold: what the records say, row by row.
class Folder {
 public:
  Folder(store::Store& store, std::map<std::string, git::Commit> commits,
         Folded* result)
      : store_(store), commits_(std::move(commits)), result_(result) {}

  // How long it took until it was told, and until we were here.
  void measure(const Record& r, std::int64_t now) {
    constexpr std::int64_t kLongestUs = 3600000000;
    durations_.add("fold", (now - r.at) * 1000);
    if (const std::int64_t us = number(r[event::kMicroseconds]);
        us > 0 && us <= kLongestUs)
      durations_.add("hook", us);
  }

  // Tasks of the features whose commits have said something, brought up to
  // date in the same transaction.
  void finish(std::int64_t now) {
    for (const std::int64_t id : touched_)
      if (const auto f = store::find_feature(store_, id))
        task::refresh(store_, *f, now);
    durations_.write(store_);
  }

  void apply(const Record& r) {
    if (r.kind == kind::kCommit)
      commit(r, std::string(r["commit"]), r.id);
    else if (r.kind == kind::kMerge)
      merge(r);
    else if (r.kind == kind::kCheckout)
      checkout(r);
    else if (r.kind == kind::kRewrite)
      rewrite(r);
    else if (!store::mark_folded(store_, r.id, r.at))
      return;
    else if (r.kind == kind::kGuard)
      guard_record(r);
    else
      agent_record(r);
  }

 private:
  // Whose work this is: the worktree's agent, else the branch's, else a
  // person's, in the feature that the branch belongs to.
  struct Owner {
    std::optional<std::string> spec_id;
    std::optional<std::int64_t> feature_id;
    std::string role = "person";
  };

  Owner owner_of(const Record& r) {
    std::optional<store::Agent> agent;
    if (!r["agent"].empty())
      agent = store::find_agent(store_, std::string(r["agent"]));
    const std::string branch = git::short_branch(r["ref"]);
    Owner owner;
    if (agent) owner.role = agent->role;
    if (!agent && !branch.empty()) agent = store::find_agent_on(store_, branch);
    if (agent && agent->feature_id)
      if (const auto f = store::find_feature(store_, *agent->feature_id)) {
        owner.spec_id = f->spec_id;
        owner.feature_id = f->id;
      }
    return owner;
  }

  void moved(const Record& r) {
    if (!r["ref"].empty()) result_->branches.emplace(r["ref"]);
  }

  // What the commit's message says about tasks of that feature.
  void says(std::int64_t feature_id, const std::string& commit,
            std::int64_t at) {
    const auto it = commits_.find(commit);
    if (it != commits_.end() && task::record_commit(store_, feature_id, commit,
                                                    it->second.message(), at))
      touched_.insert(feature_id);
  }

  void commit(const Record& r, const std::string& id,
              const std::string& event_id) {
    moved(r);
    if (id.empty() || store::has_commit_event(store_, id)) return;
    const Owner owner = owner_of(r);
    if (owner.feature_id) says(*owner.feature_id, id, r.at);
    const auto it = commits_.find(id);
    store::Event e =
        it == commits_.end()
            ? task::event_of_commit(id, "commit " + id.substr(0, 12), "")
            : task::event_of_commit(id, it->second.subject,
                                    it->second.message());
    e.event_id = event_id;
    e.spec_id = owner.spec_id;
    e.role = owner.role;
    e.at = r.at;
    store::insert_event(store_, e);
  }

  // post-merge: a merge commit is new work; a fast-forward brings commits
  // that have, or will get, events of their own.
  void merge(const Record& r) {
    moved(r);
    const std::string id(r["commit"]);
    const auto it = commits_.find(id);
    if (it != commits_.end() && it->second.parents.size() > 1)
      commit(r, id, r.id);
    else
      store::mark_folded(store_, r.id, r.at);
  }

  void checkout(const Record& r) {
    moved(r);
    if (!store::mark_folded(store_, r.id, r.at)) return;
    const Owner owner = owner_of(r);
    store::Event e;
    e.event_id = r.id;
    e.spec_id = owner.spec_id;
    e.role = owner.role;
    e.type = "status_update";
    e.message = r["ref"].empty()
                    ? "checked out " + std::string(r["new"]).substr(0, 12)
                    : "checked out " + git::short_branch(r["ref"]);
    e.at = r.at;
    store::insert_event(store_, e);
  }

  void rewrite(const Record& r) {
    moved(r);
    if (!store::mark_folded(store_, r.id, r.at)) return;
    // Which commits were known is decided before anything is mapped: in a
    // squash, two old ones become one new one.
    std::map<std::string, bool> known;
    for (const auto& [before, after] : rewritten(r)) {
      const bool seen = store::has_commit_event(store_, before);
      known[after] = known[after] || seen;
    }
    // A tick may have met the new commit before this record was written: then
    // it has an event of its own already, and the old one's would be a second.
    std::set<std::string> told;
    for (const auto& [before, after] : rewritten(r))
      if (before != after && store::has_commit_event(store_, after) &&
          !store::find_rewrite(store_, after) &&
          store::find_rewrite(store_, before) != after)
        told.insert(after);
    const Owner owner = owner_of(r);
    for (const auto& [before, after] : rewritten(r)) {
      store::map_commit(
          store_, before,
          told.contains(after) ? std::nullopt : std::optional(after), r.at);
      if (owner.feature_id) says(*owner.feature_id, after, r.at);
      for (const std::int64_t id : store::features_named_by(store_, after)) {
        touched_.insert(id);
        says(id, after, r.at);
      }
    }
    for (const auto& [after, seen] : known)
      if (!seen) commit(r, after, "");
    for (const std::string& id : text::split_list(r["added"], ' '))
      commit(r, id, "");
    for (const std::string& id : text::split_list(r["dropped"], ' ')) {
      if (!store::has_commit_event(store_, id)) continue;
      for (const std::int64_t f : store::features_named_by(store_, id))
        touched_.insert(f);
      store::map_commit(store_, id, std::nullopt, r.at);
    }
  }

  // --- what agents' own programs say -------------------------------------

  // A hook of the agent descends from the agent: its ancestors' pids and start
  // times must hold the recorded one.
  static bool speaks_for(const Record& r, const store::Agent& agent) {
    const std::string self =
        std::to_string(agent.pid) + ":" + std::to_string(agent.pid_start);
    const auto chain = text::split(r["ancestors"], ' ');
    return agent.pid != 0 &&
           std::find(chain.begin(), chain.end(), self) != chain.end();
  }

  // What a guard refused or warned of, in an agent's worktree. Only there is
  // such a hook, and it says whose worktree it is.
  void guard_record(const Record& r) {
    const auto agent = store::find_agent(store_, std::string(r["agent"]));
    if (!agent) return;
    store::insert_agent_event(
        store_, *agent, r["mode"] == "block" ? "guard_refused" : "guard_warned",
        std::string(r["guard"]) + ": " + std::string(r["what"]), r.at, r.id);
  }

  void agent_record(const Record& r) {
    auto agent = store::find_agent(store_, number(r["agent"]));
    if (!agent) return;
    if (r.kind == kind::kAgentStart)
      started(r, *agent);
    else if (r.kind == kind::kAgentExit)
      exited(r, *agent);
    else if (!speaks_for(r, *agent))
      return;
    else if (r.kind == kind::kAgentState)
      said(r, *agent);
    else if (r.kind == kind::kReceipt)
      receipt(r, *agent);
    result_->agents_changed = true;
  }

  // A conversation that goes on elsewhere is not forgotten by a hook that names
  // none.
  void said(const Record& r, store::Agent& agent) {
    if (!r["conversation"].empty()) agent.conversation = r["conversation"];
    if (!r["transcript"].empty()) agent.transcript = r["transcript"];
    if (r["reason"] == "compact")
      store::set_meta(store_, store::compacted_key(agent.id),
                      std::to_string(r.at));
    if (r["state"] == "limited")
      store::set_meta(store_, store::limit_text_key(agent.id),
                      std::string(r["text"]));
    const bool is_news =
        r["state"] == "needs-human" && agent.state != "needs-human";
    store::set_agent_state(store_, agent, std::string(r["state"]),
                           std::string(r["source"]), r.at);
    if (is_news) message::tell_needs_human(store_, agent, r.at);
  }

  void started(const Record& r, store::Agent& agent) {
    if (agent.run != r["run"]) return;  // an older start
    agent.pid = number(r["pid"]);
    agent.pid_start = number(r["start"]);
    agent.boot_id = r["boot"];
    agent.pid_namespace = number(r["pid_namespace"]);
    agent.exit_status.reset();
    agent.exited_at.reset();
    store::update_agent(store_, agent);
  }

  void exited(const Record& r, store::Agent& agent) {
    if (agent.run != r["run"]) return;
    agent.exit_status = number(r["status"]);
    agent.exited_at = r.at;
    // A stop that was asked for is no exit to report.
    if (agent.desired == "stopped") {
      store::update_agent(store_, agent);
      return;
    }
    store::set_agent_state(store_, agent, "exited", "process", r.at);
    store::insert_agent_event(
        store_, agent, "agent_exited",
        "exit status " + std::to_string(*agent.exit_status), r.at, r.id);
  }

  void receipt(const Record& r, const store::Agent& agent) {
    for (const std::string& id : text::split_list(r["messages"], ',')) {
      const auto message = store::find_message(store_, number(id));
      if (message && message->agent_id == agent.id)
        store::raise_level(store_, message->id, std::string(r["level"]), r.at);
    }
  }

  store::Store& store_;
  std::map<std::string, git::Commit> commits_;
  std::set<std::int64_t> touched_;  // features
  store::Durations durations_;
  Folded* result_;
};

}  // namespace

Folded fold(const Repository& repository, store::Store& store) {
  Folded result;
  const std::string orch_dir = repository.orch_dir();
  if (store.is_read_only()) return result;
  store.require_current();  // who follows for long meets a restore
  if (spool::is_empty(orch_dir)) return result;
  spool::Turn turn(orch_dir);
  if (!turn.is_needed()) return result;
  const auto batches = spool::set_aside(orch_dir);
  std::vector<Record> records;
  for (const spool::Batch& batch : batches) {
    records.insert(records.end(), batch.records.begin(), batch.records.end());
    result.torn_bytes += batch.torn.size();
  }
  std::stable_sort(
      records.begin(), records.end(),
      [](const Record& a, const Record& b) { return a.at < b.at; });
  for (Record& r : records)
    if (r.kind == kind::kRewrite) look_at_rebase(repository, r);
  if (!records.empty()) {
    Folder folder(store, git::read_commits(repository, commits_in(records)),
                  &result);
    store::Transaction transaction(store);
    const std::int64_t now = clock::now();
    for (const Record& record : records) {
      folder.measure(record, now);
      folder.apply(record);
    }
    folder.finish(now);
    transaction.commit();
  }
  result.records = records.size();
  // Only now, after the rows are durable, may the batches go.
  for (const spool::Batch& batch : batches) spool::discard(orch_dir, batch);
  turn.end();
  return result;
}

}  // namespace orch::hook
