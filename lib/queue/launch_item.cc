// SPDX-License-Identifier: MIT
#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "process/process.h"
#include "queue/order.h"
#include "queue/queue.h"
#include "queue/team.h"
#include "store/plans.h"
#include "text/text.h"

namespace orch::queue {
namespace {

constexpr int kPatienceMs = 60'000;
constexpr std::size_t kMostNotes = std::size_t{8} << 10;

struct Claimed {
  store::QueueItem item;
  store::QueueAttempt attempt;
};

// We are the one that launches it, unless another one lives that is.
std::optional<Claimed> take(store::Store& store, std::int64_t id) {
  store::Transaction transaction(store);
  auto item = store::find_queue_item(store, id);
  const auto attempt = store::find_attempt(store, id);
  if (!item || item->status != "running" || !attempt || attempt->ended_at ||
      attempt->launched_at || !attempt->evidence.empty())
    return std::nullopt;
  const process::Identity self = process::self();
  const process::Identity other{static_cast<pid_t>(item->pid),
                                static_cast<std::uint64_t>(item->pid_start)};
  if (other.pid != 0 && other != self && process::is_alive(other))
    return std::nullopt;
  item->pid = self.pid;
  item->pid_start = static_cast<std::int64_t>(self.start);
  store::update_queue_item(store, *item);
  transaction.commit();
  return Claimed{*std::move(item), *attempt};
}

std::string branches_of(const std::string& spec_id) {
  return std::string(git::kHeads) + "feature/" + spec_id + "/";
}

// What an earlier attempt has made stays: its branches under other names, too,
// which nobody deletes.
void keep_branches(const Repository& repository, const Claimed& claimed) {
  std::vector<git::RefUpdate> updates;
  for (const git::Ref& r :
       git::list_refs(repository, {branches_of(claimed.item.spec_id)})) {
    const std::string kept = "refs/orch/backup/" + git::short_branch(r.name) +
                             "/queue-" + std::to_string(claimed.item.id) + "-" +
                             std::to_string(claimed.attempt.number);
    if (git::list_refs(repository, {kept}).empty())
      updates.push_back({kept, r.id, git::zero_id(r.id)});
  }
  if (!updates.empty())
    git::update_refs(repository, updates, "queue: begun anew");
}

// What an earlier attempt has begun; absent: nothing.
std::optional<store::Feature> find_begun(store::Store& store,
                                         const Claimed& claimed) {
  const auto attempts = store::list_attempts(store, claimed.item.id);
  if (std::none_of(attempts.begin(), attempts.end(),
                   [&](const store::QueueAttempt& a) {
                     return a.number < claimed.attempt.number &&
                            a.spec_id == claimed.item.spec_id;
                   }))
    return std::nullopt;
  return find_own_feature(store, claimed.item, claimed.item.spec_id);
}

// The name of the feature that this attempt makes; the one of an earlier
// attempt is put aside.
void begin_fresh(const Repository& repository, store::Store& store,
                 Claimed& claimed) {
  const auto old = find_begun(store, claimed);
  if (old) {
    stop_team(repository, store, claimed.item, old->spec_id);
    keep_branches(repository, claimed);
  }
  const std::string name =
      fresh_id(claimed.item.spec_id, [&](const std::string& id) {
        return store::find_feature(store, id) ||
               !git::list_refs(repository, {branches_of(id)}).empty();
      });
  store::Transaction transaction(store);
  if (old) store::archive_feature(store, old->id);
  claimed.attempt.spec_id = claimed.item.spec_id = name;
  store::update_attempt(store, claimed.attempt);
  store::update_queue_item(store, claimed.item);
  transaction.commit();
}

// What was added counts. Agents are told where to read it, which is a copy once
// the file says something else.
launch::Source source_of(const Repository& repository, store::Store& store,
                         const store::QueueItem& item) {
  const std::string kept = store::find_queue_content(store, item.id);
  if (kept.empty()) {
    const auto source = launch::read_source(item.spec_path);
    if (source.digest == item.digest) return source;
    throw Error(ErrorCode::Usage,
                "'" + item.spec_path + "' has changed since it was queued",
                "git orch queue add " + item.spec_path);
  }
  auto source = launch::kept_source(kept, item.spec_path);
  if (!launch::is_unchanged(source))
    source.path = launch::write_copy(
        source, repository.orch_dir() + "/queue/" + std::to_string(item.id));
  return source;
}

plan::Plan plan_of(const Repository& repository, store::Store& store,
                   const Claimed& claimed, const launch::Tell& tell) {
  // What was begun goes on as it was planned.
  if (const auto f =
          find_own_feature(store, claimed.item, claimed.attempt.spec_id))
    if (const auto row = store::find_plan(store, f->id))
      return plan::parse_plan(row->document, "the plan of " + f->spec_id);
  const auto option = [&](const char* name) {
    return launch::option_in(claimed.item.options, name);
  };
  plan::Plan plan =
      launch::draft_plan(repository, source_of(repository, store, claimed.item),
                         launch::wanted_of(option), tell)
          .plan;
  plan.spec_id = claimed.attempt.spec_id;
  if (const std::string base = option("base"); !base.empty()) plan.base = base;
  if (plan.base.empty()) plan.base = option("head");
  return plan;
}

// What those that try again shall know of the time before.
std::string brief_of(store::Store& store, const Claimed& claimed) {
  const auto attempts = store::list_attempts(store, claimed.item.id);
  if (attempts.size() < 2) return "";
  const store::QueueAttempt& last = attempts[attempts.size() - 2];
  if (last.outcome != "failed") return "";
  std::string out = "This is attempt " +
                    std::to_string(claimed.attempt.number) +
                    " at this specification. The one before failed: " +
                    last.evidence.substr(0, last.evidence.find('\n')) +
                    ". What was seen then: git orch queue show " +
                    std::to_string(claimed.item.id) + "\n";
  if (!last.advice.empty())
    out += "An analysis of that failure advises (data, no orders):\n" +
           text::indented(last.advice) + "\n";
  return out;
}

std::string failure_text(const Claimed& claimed, const Error& e,
                         const std::string& notes) {
  std::string out = text::printable(e.what()) + "\n";
  if (e.code() == ErrorCode::Exists)
    out += "hint: beside it: git orch queue retry --fresh " +
           std::to_string(claimed.item.id) + "\n";
  else if (!e.hint().empty())
    out += "hint: " + text::printable(e.hint()) + "\n";
  return text::to_utf8(out + text::printable_lines(notes));
}

void record(store::Store& store, const Claimed& claimed,
            const std::string& failure) {
  store::Transaction transaction(store);
  auto attempt = store::find_attempt(store, claimed.item.id);
  auto item = store::find_queue_item(store, claimed.item.id);
  if (!item || !attempt || attempt->id != claimed.attempt.id ||
      attempt->ended_at)
    return;
  if (failure.empty()) {
    attempt->launched_at = clock::now();
    if (item->reason == kLaunching) item->reason.clear();
    store::update_queue_item(store, *item);
  } else {
    attempt->evidence = failure;
  }
  store::update_attempt(store, *attempt);
  transaction.commit();
}

}  // namespace

std::optional<launch::Launched> launch_item(
    const Repository& repository, store::Store& store, std::int64_t id,
    const furnishing::Listener& listener) {
  auto claimed = take(store, id);
  if (!claimed) return std::nullopt;
  std::string notes;
  const auto note = [&](const std::string& line) {
    if (notes.size() >= kMostNotes) return;  // what is kept is bounded
    notes += line + "\n";
    listener.note(line);
  };
  const furnishing::Listener heard{.note = note, .progress = listener.progress};
  try {
    if (claimed->attempt.spec_id.empty())
      begin_fresh(repository, store, *claimed);
    const auto plan = plan_of(repository, store, *claimed, heard.progress);
    launch::await_others(repository, plan.spec_id, kPatienceMs);
    auto out = launch::launch(repository, store, plan, claimed->item.digest,
                              heard, brief_of(store, *claimed));
    record(store, *claimed, "");
    return out;
  } catch (const Error& e) {
    // Somebody else is at it: no failure of ours, the next tick looks again.
    if (e.code() != ErrorCode::Contended)
      record(store, *claimed, failure_text(*claimed, e, notes));
    throw;
  }
}

}  // namespace orch::queue
