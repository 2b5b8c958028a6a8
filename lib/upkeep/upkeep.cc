// SPDX-License-Identifier: MIT
#include "upkeep/upkeep.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "store/snapshots.h"
#include "text/time.h"

namespace orch::upkeep {
namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;
constexpr std::int64_t kSnapshotAgeMs = 90 * kDayMs;
constexpr std::int64_t kFoldedAgeMs = 90 * kDayMs;
constexpr std::int64_t kVerdictAgeMs = 30 * kDayMs;
constexpr std::int64_t kLeftoverAgeMs = kDayMs;
constexpr std::int64_t kTrashAgeMs = 7 * kDayMs;
constexpr std::size_t kBackupKeep = 10;
constexpr char kTrash[] = "trash";

constexpr char kSnapshotKeepKey[] = "orch.snapshotkeep";
constexpr char kSnapshotAgeKey[] = "orch.snapshotage";
constexpr char kTrashAgeKey[] = "orch.trashage";

struct Sum {
  std::int64_t count = 0, bytes = 0;
};

std::int64_t size_of(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 ? s.st_size : 0;
}

// A file or a whole directory.
void take(const std::string& path, Sweep how, Sum& sum) {
  ++sum.count;
  if (file::is_directory(path) && !file::link_target(path))
    for (const std::string& name : file::names_in(path))
      sum.bytes += size_of(file::join(path, name));
  else
    sum.bytes += size_of(path);
  if (how == Sweep::Remove) file::remove_tree(path);
}

Removed entry(const char* what, const Sum& sum) {
  return {what, sum.count, sum.bytes};
}

bool is_older(const std::string& path, std::int64_t age_ms) {
  return file::modified_ms(path) < clock::now() - age_ms;
}

// --- Snapshots ---------------------------------------------------------------

// Beyond the newest of their agent and older than the limit: both.
std::vector<store::Snapshot> old_snapshots(store::Store& store,
                                           const Limits& limits) {
  std::map<std::string, std::vector<store::Snapshot>> by_agent;
  for (store::Snapshot& s : store::list_snapshots(store))
    by_agent[s.agent].push_back(std::move(s));
  const std::int64_t before = clock::now() - limits.snapshot_age_ms;
  std::vector<store::Snapshot> out;
  for (auto& [agent, all] : by_agent) {
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.taken_at > b.taken_at;
    });
    for (std::size_t i = 0; i < all.size(); ++i)
      if (static_cast<std::int64_t>(i) >= limits.snapshot_keep &&
          all[i].taken_at < before)
        out.push_back(all[i]);
  }
  return out;
}

bool is_listed(store::Store& store, std::int64_t id) {
  const auto all = store::list_snapshots(store);
  return std::any_of(all.begin(), all.end(),
                     [&](const store::Snapshot& s) { return s.id == id; });
}

// A snapshot whose ref somebody has removed or moved is no reason to stop.
bool drop(const Repository& repository, store::Store& store,
          const store::Snapshot& snapshot) {
  const auto refs = git::list_refs(repository, {snapshot.ref});
  if (refs.empty()) {
    store::Transaction transaction(store);
    if (!is_listed(store, snapshot.id)) return false;
    store::mark_snapshot_dropped(store, snapshot.id, clock::now());
    transaction.commit();
    return true;
  }
  if (refs[0].id != snapshot.commit) return false;
  try {
    agent::drop_snapshot(repository, store, snapshot);
    return true;
  } catch (const Error&) {
    // Another gc was faster; anything else is an error.
    if (is_listed(store, snapshot.id)) throw;
    return false;
  }
}

Removed sweep_snapshots(const Repository& repository, store::Store& store,
                        const Limits& limits, Sweep how) {
  Removed out{"snapshots", 0, std::nullopt};
  for (const store::Snapshot& s : old_snapshots(store, limits))
    if (how == Sweep::Look || drop(repository, store, s)) ++out.count;
  return out;
}

// --- Files -------------------------------------------------------------------

Removed sweep_torn(const std::string& orch_dir, Sweep how) {
  Sum sum;
  const std::string spool = orch_dir + "/spool";
  for (const std::string& name : file::names_in(spool)) {
    const std::string path = file::join(spool, name);
    if (name.starts_with("torn-") && is_older(path, kLeftoverAgeMs))
      take(path, how, sum);
  }
  return entry("torn", sum);
}

bool all_of(const std::string& text, const char* set) {
  return !text.empty() && text.find_first_not_of(set) == std::string::npos;
}

// "<name>.new-<pid>" of file::write_atomically, "<name>.new-<hex>" of a backup
// and its journal: what a killed writer leaves.
bool is_leftover_file(const std::string& name) {
  constexpr std::string_view kMark = ".new-";
  const std::size_t mark = name.rfind(kMark);
  if (mark == std::string::npos || mark == 0) return false;
  std::string rest = name.substr(mark + kMark.size());
  for (const char* suffix : {"-journal", "-wal", "-shm"})
    if (rest.ends_with(suffix))
      rest.resize(rest.size() - std::string_view(suffix).size());
  return all_of(rest, "0123456789abcdef");
}

// The directory of a killed restore.
bool is_leftover_directory(const std::string& name) {
  constexpr std::string_view kMark = "restore-";
  return name.starts_with(kMark) && name.size() == kMark.size() + 16 &&
         all_of(name.substr(kMark.size()), "0123456789abcdef");
}

void sweep_leftovers_in(const std::string& directory, bool top, Sweep how,
                        Sum& sum) {
  for (const std::string& name : file::names_in(directory)) {
    const std::string path = file::join(directory, name);
    if (file::link_target(path) || (top && name == kTrash)) continue;
    const bool is_directory = file::is_directory(path);
    const bool ours = is_directory ? top && is_leftover_directory(name)
                                   : is_leftover_file(name);
    if (ours && is_older(path, kLeftoverAgeMs))
      take(path, how, sum);
    else if (is_directory)
      sweep_leftovers_in(path, false, how, sum);
  }
}

Removed sweep_leftovers(const std::string& orch_dir, Sweep how) {
  Sum sum;
  sweep_leftovers_in(orch_dir, true, how, sum);
  return entry("leftovers", sum);
}

// Copies that git orch itself has made, beyond the newest.
Removed sweep_backups(const std::string& orch_dir, Sweep how) {
  Sum sum;
  const std::string directory = orch_dir + "/backup";
  std::vector<std::string> paths;
  for (const std::string& name : file::names_in(directory))
    if (name.ends_with(".db")) paths.push_back(file::join(directory, name));
  std::stable_sort(paths.begin(), paths.end(),
                   [](const std::string& a, const std::string& b) {
                     return file::modified_ms(a) > file::modified_ms(b);
                   });
  for (std::size_t i = kBackupKeep; i < paths.size(); ++i) {
    take(paths[i], how, sum);
    if (how == Sweep::Look) continue;
    for (const char* suffix : {"-wal", "-shm", "-journal"})
      file::remove(paths[i] + suffix);
  }
  return entry("backups", sum);
}

Removed sweep_log(store::Store& store, Sweep how) {
  const std::int64_t before = store::log_bytes(store);
  if (how == Sweep::Look) return {"log", before > 0 ? 1 : 0, before};
  store::tidy(store);
  const std::int64_t freed = before - store::log_bytes(store);
  return {"log", freed > 0 ? 1 : 0, std::max<std::int64_t>(freed, 0)};
}

// Worktrees that were taken away, by the time at the end of their names, so
// that what agents did in them does not count.
Removed sweep_trash(const std::string& orch_dir, std::int64_t age_ms,
                    Sweep how) {
  Sum sum;
  const std::string trash = orch_dir + "/" + kTrash;
  for (const std::string& name : file::names_in(trash)) {
    const std::size_t dot = name.rfind('.');
    std::int64_t at = 0;
    const char* end = name.data() + name.size();
    if (dot == std::string::npos ||
        std::from_chars(name.data() + dot + 1, end, at).ptr != end)
      continue;  // not ours
    if (at <= clock::now() - age_ms) take(file::join(trash, name), how, sum);
  }
  return entry("trash", sum);
}

void read_age(const config::Config& config, const char* key, const char* shown,
              std::int64_t& out) {
  const auto age = config.find(key);
  if (!age) return;
  const auto parsed = text::parse_duration(*age);
  if (!parsed)
    throw Error(
        ErrorCode::Usage,
        "bad value '" + *age + "' for '" + shown + "': it is no duration",
        "write 30s, 30m, 2h or 90d; a bare number is minutes");
  out = *parsed;
}

Removed entry(const char* what, const store::Swept& swept) {
  return {what, swept.count, swept.bytes};
}

}  // namespace

Limits limits_of(const config::Config& config) {
  Limits out{.snapshot_age_ms = kSnapshotAgeMs, .trash_age_ms = kTrashAgeMs};
  if (const auto keep = config.find(kSnapshotKeepKey)) {
    const char* end = keep->data() + keep->size();
    const auto [stop, error] =
        std::from_chars(keep->data(), end, out.snapshot_keep);
    if (error != std::errc() || stop != end || out.snapshot_keep < 0)
      throw Error(ErrorCode::Usage, "bad value '" + *keep +
                                        "' for 'orch.snapshotKeep': it is no "
                                        "whole number");
  }
  read_age(config, kSnapshotAgeKey, "orch.snapshotAge", out.snapshot_age_ms);
  read_age(config, kTrashAgeKey, "orch.trashAge", out.trash_age_ms);
  return out;
}

std::vector<Removed> sweep(const Repository& repository, store::Store& store,
                           const Limits& limits, Sweep how) {
  const std::string& orch_dir = store.orch_dir();
  const std::int64_t now = clock::now();
  return {
      sweep_snapshots(repository, store, limits, how),
      entry("folded", store::sweep_folded(store, now - kFoldedAgeMs, how)),
      entry("verdicts", store::sweep_verdicts(store, now - kVerdictAgeMs, how)),
      sweep_torn(orch_dir, how),
      sweep_leftovers(orch_dir, how),
      sweep_backups(orch_dir, how),
      sweep_trash(orch_dir, limits.trash_age_ms, how),
      sweep_log(store, how)};
}

std::vector<Removed> nothing() {
  return {{"snapshots", 0, std::nullopt},
          {"folded", 0, 0},
          {"verdicts", 0, 0},
          {"torn", 0, 0},
          {"leftovers", 0, 0},
          {"backups", 0, 0},
          {"trash", 0, 0},
          {"log", 0, 0}};
}

}  // namespace orch::upkeep
