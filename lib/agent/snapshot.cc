// SPDX-License-Identifier: MIT
#include "agent/snapshot.h"

#include <algorithm>

#include "agent/agent.h"
#include "agent/saved_work.h"
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "git/merge.h"
#include "sandbox/sandbox.h"
#include "store/agent_state.h"
#include "store/checkins.h"
#include "store/snapshots.h"
#include "text/text.h"

namespace orch::agent {
namespace {

constexpr std::string_view kPrefix = "refs/orch/snapshots/";
constexpr int kRefTries = 100;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
}

// The address as part of a ref: a directory's name may hold what no ref may
// (git-check-ref-format(1)), so other bytes are written %XX.
std::string ref_part(const std::string& address) {
  std::string out;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    const bool inner_dot = c == '.' && i > 0 && i + 1 < address.size() &&
                           is_plain(address[i - 1]) && address[i - 1] != '/' &&
                           is_plain(address[i + 1]) && address[i + 1] != '/' &&
                           address.compare(i, 5, ".lock") != 0;
    if (is_plain(c) || inner_dot)
      out += c;
    else
      out += "%" + text::hex(std::string_view(&c, 1));
  }
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string address_of(std::string_view ref) {
  ref.remove_prefix(kPrefix.size());
  ref = ref.substr(0, ref.rfind('/'));
  std::string out;
  for (std::size_t i = 0; i < ref.size(); ++i) {
    const int high = i + 2 < ref.size() ? digit_of(ref[i + 1]) : -1;
    const int low = i + 2 < ref.size() ? digit_of(ref[i + 2]) : -1;
    if (ref[i] == '%' && high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += ref[i];
    }
  }
  return out;
}

bool has_ref(const Repository& repository, const std::string& ref) {
  const auto refs = git::list_refs(repository, {ref});
  return std::any_of(refs.begin(), refs.end(),
                     [&](const git::Ref& r) { return r.name == ref; });
}

// A ref of its own, also for two snapshots of the same millisecond.
std::string create_ref(const Repository& repository, store::Store& store,
                       const std::string& address, const std::string& commit,
                       std::int64_t at) {
  const std::string start = std::string(kPrefix) + ref_part(address) + "/";
  for (int tries = 0;; ++at) {
    const std::string ref = start + std::to_string(at);
    if (store::has_snapshot_ref(store, ref)) continue;
    try {
      git::update_refs(repository, {{ref, commit, git::zero_id(commit)}},
                       "orch: snapshot");
      return ref;
    } catch (const Error&) {
      if (++tries == kRefTries || !has_ref(repository, ref)) throw;
    }
  }
}

// What a ref alone tells, for a row that was never written.
store::Snapshot row_of(const Repository& repository, const git::Ref& ref,
                       const git::Commit& commit) {
  store::Snapshot row{.agent = address_of(ref.name),
                      .ref = ref.name,
                      .commit = ref.id,
                      .reason = commit.body,
                      .taken_at = commit.committed_at,
                      .names = saved_paths(repository, ref.id)};
  row.paths = row.names.size();
  return row;
}

}  // namespace

std::string message_of(const std::string& address, const std::string& reason) {
  return "snapshot of " + text::printable(address) + "\n\n" + reason + "\n";
}

std::optional<store::Snapshot> record_work(const Repository& repository,
                                           store::Store& store,
                                           const std::string& address,
                                           const SavedWork& work,
                                           const std::string& reason) {
  if (!work.differs()) return std::nullopt;
  store::Snapshot row{.agent = address,
                      .commit = work.commit,
                      .reason = reason,
                      .taken_at = clock::now(),
                      .names = saved_paths(repository, work.commit)};
  row.paths = row.names.size();
  row.ref = create_ref(repository, store, address, row.commit, row.taken_at);
  store::Transaction transaction(store);
  row.id = store::insert_snapshot(store, row);
  transaction.commit();
  return row;
}

namespace {

enum class Same { Keep, LeaveOut };

// The content, the index and the commit that it stands on.
std::string content_of(const Repository& repository, const std::string& id) {
  return git::run(repository, {.args = {"rev-parse", id + "^{tree}", id + "^1",
                                        id + "^2^{tree}"}})
      .output;
}

bool is_same(const Repository& repository, store::Store& store,
             const std::string& address, const SavedWork& work) {
  std::optional<store::Snapshot> newest;
  for (store::Snapshot& s : store::list_snapshots(store))
    if (s.agent == address && (!newest || s.taken_at >= newest->taken_at))
      newest = std::move(s);
  return newest && content_of(repository, newest->commit) ==
                       content_of(repository, work.commit);
}

std::optional<store::Snapshot> take(const Repository& repository,
                                    store::Store& store,
                                    const store::Agent& agent,
                                    const std::string& reason, Same same) {
  if (agent.worktree.empty()) return std::nullopt;
  const auto here = repository::find(agent.worktree);
  if (!here || here->common_dir != repository.common_dir ||
      here->worktree.empty())
    return std::nullopt;
  if (const auto walls = sandbox::find(repository, agent.id))
    sandbox::keep(repository, *walls);
  const git::Quarantine scratch(repository);  // for indexes alone
  const SavedWork work =
      save_work(*here, scratch.directory(), message_of(agent.address, reason));
  if (same == Same::LeaveOut && work.differs() &&
      is_same(repository, store, agent.address, work))
    return std::nullopt;
  return record_work(repository, store, agent.address, work, reason);
}

// Where it is noted which check-in the last such snapshot was taken for.
std::string checked_in_key(std::int64_t agent_id) {
  return "snapshot_checkin/" + std::to_string(agent_id);
}

}  // namespace

std::optional<std::string> snapshot(const Repository& repository,
                                    store::Store& store,
                                    const store::Agent& agent,
                                    const std::string& reason) {
  const auto row = take_snapshot(repository, store, agent, reason);
  if (!row) return std::nullopt;
  return row->commit;
}

std::optional<store::Snapshot> take_snapshot(const Repository& repository,
                                             store::Store& store,
                                             const store::Agent& agent,
                                             const std::string& reason) {
  return take(repository, store, agent, reason, Same::Keep);
}

int snapshot_checked_in(const Repository& repository, store::Store& store) {
  constexpr int kAtOnce = 10;
  int looked = 0, taken = 0;
  for (const auto& [id, at] : store::last_checkins(store)) {
    const std::string text = std::to_string(at);
    if (store::find_meta(store, checked_in_key(id)) == text) continue;
    if (++looked > kAtOnce) break;
    {
      // Noted first: what cannot be taken is not tried at every tick.
      store::Transaction transaction(store);
      if (store::find_meta(store, checked_in_key(id)) == text) continue;
      store::set_meta(store, checked_in_key(id), text);
      transaction.commit();
    }
    const auto agent = store::find_agent(store, id);
    if (!agent || !is_running(*agent)) continue;
    try {
      if (take(repository, store, *agent, "check-in", Same::LeaveOut)) ++taken;
    } catch (const Error& e) {
      store::Transaction transaction(store);
      store::insert_agent_event(store, *agent, "snapshot_failed", e.what(),
                                clock::now());
      transaction.commit();
    }
  }
  return taken;
}

std::vector<std::string> left_out(const store::Agent& agent) {
  const auto here = repository::find(agent.worktree);
  if (!here || here->worktree.empty()) return {};
  auto out = nested_repositories(*here);
  const std::string status =
      git::require(*here, {.args = {"status", "--porcelain=v2", "-z",
                                    "--untracked-files=normal", "--no-renames"},
                           .worktree = here->worktree});
  // "1 XY S<commit><modified><untracked> …", the path being the ninth word.
  for (const std::string& entry : text::split(status, '\0')) {
    if (!entry.starts_with("1 ") || entry.size() < 9 || entry[5] != 'S' ||
        (entry[7] == '.' && entry[8] == '.'))
      continue;
    std::size_t at = 0;
    for (int word = 0; word < 8; ++word) at = entry.find(' ', at) + 1;
    out.push_back(entry.substr(at));
  }
  return out;
}

void drop_snapshot(const Repository& repository, store::Store& store,
                   const store::Snapshot& dropped) {
  const auto gone = git::run(
      repository, {.args = {"update-ref", "-d", dropped.ref, dropped.commit}});
  if (!gone.ok() && has_ref(repository, dropped.ref))
    throw Error(ErrorCode::Contended,
                "cannot drop snapshot " + std::to_string(dropped.id) + ": " +
                    git::message_of(gone),
                "git show-ref " + dropped.ref);
  store::Transaction transaction(store);
  store::mark_snapshot_dropped(store, dropped.id, clock::now());
  transaction.commit();
}

void repair_snapshots(const Repository& repository, store::Store& store) {
  if (store.is_read_only()) return;
  // The rows first: a ref is written before its row, so a row that is seen
  // here and whose ref is not seen then has lost it.
  const auto rows = store::list_snapshots(store);
  const auto refs = git::list_refs(repository, {std::string(kPrefix)});
  std::vector<store::Snapshot> found;
  std::vector<std::int64_t> lost;
  for (const git::Ref& ref : refs) {
    if (store::has_snapshot_ref(store, ref.name)) continue;
    const auto commits = git::read_commits(repository, {ref.id});
    if (const auto it = commits.find(ref.id); it != commits.end())
      found.push_back(row_of(repository, ref, it->second));
  }
  for (const store::Snapshot& row : rows)
    if (std::none_of(refs.begin(), refs.end(),
                     [&](const git::Ref& r) { return r.name == row.ref; }))
      lost.push_back(row.id);
  if (found.empty() && lost.empty()) return;
  store::Transaction transaction(store);
  for (const store::Snapshot& row : found) store::insert_snapshot(store, row);
  for (const std::int64_t id : lost)
    store::mark_snapshot_dropped(store, id, clock::now());
  transaction.commit();
}

}  // namespace orch::agent
