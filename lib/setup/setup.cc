// SPDX-License-Identifier: MIT
#include "setup/setup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "agent/agent.h"
#include "agent/elsewhere.h"
#include "autostart/autostart.h"
#include "config/config.h"
#include "config/memory.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "message/message.h"
#include "roster/roster.h"
#include "setup/backup.h"
#include "setup/worktrees.h"
#include "store/features.h"
#include "store/made.h"
#include "store/snapshots.h"
#include "text/text.h"
#include "text/words.h"
#include "watch/watch.h"

namespace orch::setup {
namespace {

// Under load, git's default lock time-outs (100 ms with reftable) make
// concurrent commits of many agents fail.
const std::vector<std::pair<std::string, std::string>>& lock_timeouts() {
  static const std::vector<std::pair<std::string, std::string>> kValues = {
      {"core.filesRefLockTimeout", "10000"},
      {"core.packedRefsTimeout", "10000"},
      {"reftable.lockTimeout", "10000"}};
  return kValues;
}

config::Memory memory_of(const Repository& repository) {
  return {repository.common_dir + "/config",
          repository.orch_dir() + "/restore/config"};
}

void configure(const Repository& repository) {
  memory_of(repository).change([&] {
    config::set_local(repository, lock_timeouts());
  });
}

// Untouched since: the old bytes. Changed since: only our keys go, where they
// still have our values.
void unconfigure(const Repository& repository) {
  const config::Memory memory = memory_of(repository);
  const std::string old = memory.before();
  if (!memory.holds()) return;
  if (!memory.is_untouched()) {
    for (const auto& [key, value] : lock_timeouts()) {
      const auto was =
          git::run(repository, {.args = {"config", "--file", old, key}});
      const auto now =
          git::run(repository, {.args = {"config", "--local", key}});
      if (!now.ok() || text::trim(now.output) != value) continue;
      if (was.ok())
        git::require(repository,
                     {.args = {"config", "--local", key,
                               std::string(text::trim(was.output))}});
      else
        git::require(repository,
                     {.args = {"config", "--local", "--unset", key}});
    }
  }
  memory.put_back();
}

void copy_file(const std::string& source, const std::string& target) {
  if (!file::exists(target))
    file::write_atomically(target, file::load_contents(source), 0644);
}

// Copies the templates that are not there yet.
void copy_data(const std::string& from, const std::string& to) {
  for (const std::string& name : file::names_in(from)) {
    const std::string source = file::join(from, name);
    const std::string target = file::join(to, name);
    if (file::is_directory(source)) {
      copy_data(source, target);
    } else {
      file::make_private_directories(to);
      copy_file(source, target);
    }
  }
}

std::vector<store::Agent> feature_agents(store::Store& store) {
  std::vector<store::Agent> out;
  for (store::Agent& a : store::list_agents(store))
    if (a.feature_id) out.push_back(std::move(a));
  return out;
}

// Proposals, which can be made anew, and the tips of branches before they were
// applied, which mostly are in the branch.
void leave_refs(const Repository& repository, Purge purge, Removed& out) {
  constexpr char kBackups[] = "refs/orch/backup/";
  for (const git::Ref& ref :
       git::list_refs(repository, {"refs/orch/proposals/", kBackups})) {
    bool is_work = false;
    if (ref.name.starts_with(kBackups)) {
      const auto unique = git::run(
          repository,
          {.args = {"rev-list", "--count", "--max-count=1", ref.id, "--not",
                    "--branches", "--remotes", "--tags", "--"}});
      is_work = !unique.ok() || text::trim(unique.output) != "0";
    }
    if (purge == Purge::Yes && !is_work &&
        git::run(repository, {.args = {"update-ref", "-d", ref.name, ref.id}})
            .ok()) {
      out.removed.push_back(ref.name);
      continue;
    }
    out.kept.push_back(
        {ref.name, "git update-ref -d " + text::readable_word(ref.name)});
    if (purge == Purge::Yes) out.left_work = true;
  }
}

void stop_agents(const Repository& repository, store::Store& store,
                 Removed& out) {
  for (const store::Agent& a : store::list_agents(store)) {
    if (!agent::home_elsewhere(repository, a).empty()) continue;
    const std::string state = agent::observed(a).state;
    if (state != "stopped" || !a.pane.empty()) {
      agent::stop(repository, store, a);
      if (state != "stopped") out.stopped.push_back(a.address);
    }
  }
}

// Also of worktrees that are gone, or of which no row knows.
void unmark_worktrees(const Repository& repository) {
  const std::string all = repository.common_dir + "/worktrees";
  if (!file::is_directory(all)) return;
  for (const std::string& worktree : file::names_in(all)) {
    const std::string git_dir = file::join(all, worktree);
    if (!file::is_directory(git_dir)) continue;
    for (const char* name : {repository::kAgentFile, repository::kRulesFile,
                             repository::kTaskFile, repository::kSetUpFile})
      file::remove(file::join(git_dir, name));
  }
}

}  // namespace

Made init(const Repository& repository, Hooks hooks, hook::Foreign foreign,
          Listing listing) {
  repository::require_worktree(repository);
  if (::access(repository.common_dir.c_str(), W_OK) != 0)
    throw io_error("cannot set up '" + repository.common_dir + "'", errno);
  // The one thing that can refuse comes first, before anything is made.
  if (hooks == Hooks::Install) hook::require_installable(repository, foreign);
  Made made;
  made.created = !repository::is_initialised(repository);
  const std::string orch_dir = repository.orch_dir();
  for (const char* part : {"spool", "lock", "log", "run", "tmp"})
    file::make_private_directories(orch_dir + "/" + part);
  for (const char* kind : {"/roles", "/runtimes", "/teams", "/scripts",
                           // What an editor completes roles and teams from.
                           "/schema"})
    copy_data(installation::template_directory() + kind, orch_dir + kind);
  copy_file(installation::template_directory() + "/policy.yaml",
            orch_dir + "/policy.yaml");
  store::Store store = store::Store::open(orch_dir);
  // Again, behind a `deinit` that did not come to its end.
  store::note_made(orch_dir);
  watch::begin(store);
  configure(repository);
  if (hooks == Hooks::Install)
    made.hooks = hook::install(repository, foreign);
  else if (hook::is_installed(repository))
    made.hooks = hook::status(repository);
  if (listing == Listing::Listed) roster::note(repository.common_dir);
  return made;
}

namespace {

// It would be stopped before it has come to the end of this.
void refuse_agents(const Repository& repository) {
  auto store = store::Store::find(repository.orch_dir());
  const auto caller = store ? agent::find_caller(*store) : std::nullopt;
  if (caller)
    throw Error(
        ErrorCode::RefusedByPolicy,
        "'" + caller->address + "' may not take git orch out of the repository",
        "a person runs it: git orch deinit");
}

std::string removed_state_of(const Repository& repository) {
  return repository.orch_dir() + "-removed";
}

// Out of everybody's sight at once, then away: whoever still writes into the
// directory does not keep it.
void remove_state(const Repository& repository) {
  const std::string gone = removed_state_of(repository);
  file::remove_tree(gone);
  file::rename(repository.orch_dir(), gone);
  file::remove_tree(gone);
}

Error not_set_up(const Repository& repository) {
  return {ErrorCode::NotInitialised,
          "git orch is not set up in '" + repository.common_dir + "'"};
}

// The lock under which a tick runs (`tick::run_behind_hook`). One that waits
// for it finds no state directory and ends, and so do we behind another
// `deinit`.
file::Lock take_turn(const Repository& repository) {
  const std::string directory = repository.orch_dir() + "/lock";
  const std::string path = directory + "/tick";
  for (;;) {
    // Nothing above it is made anew.
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST &&
        errno != ENOENT)
      throw io_error("cannot make directory '" + directory + "'", errno);
    try {
      file::Lock turn =
          file::Lock::take(path, file::Lock::Mode::Exclusive, 60000, "a tick");
      struct stat held {
      }, there{};
      if (::fstat(turn.descriptor(), &held) == 0 &&
          ::stat(path.c_str(), &there) == 0 && held.st_ino == there.st_ino)
        return turn;
    } catch (const Error& e) {
      if (repository::is_initialised(repository)) throw;
    }
    if (!repository::is_initialised(repository)) throw not_set_up(repository);
  }
}

}  // namespace

Removed deinit(const Repository& here, Purge purge) {
  // A purge may take away the worktree that we stand in.
  const Repository repository{here.common_dir, here.common_dir, ""};
  if (!repository::is_initialised(repository)) {
    const std::string gone = removed_state_of(repository);
    if (!file::exists(gone)) throw not_set_up(repository);
    // The last step of a run that was ended in the midst of it.
    file::remove_tree(gone);
    roster::forget(repository.common_dir);
    return {};
  }
  refuse_agents(repository);
  Removed out;
  // Before the tick is held: the daemon's own would wait for us.
  daemon::stop(repository.orch_dir());
  for (const autostart::Entry& entry : autostart::uninstall(repository))
    out.removed.push_back(entry.path);
  const file::Lock no_tick = take_turn(repository);
  auto store = store::Store::find(repository.orch_dir());
  if (store) {
    stop_agents(repository, *store, out);
    for (const store::Agent& a : feature_agents(*store)) {
      if (purge == Purge::Yes)
        purge_agent(repository, a, out);
      else
        keep_agent(repository, a, out);
    }
    for (const store::Snapshot& s : store::list_snapshots(*store)) {
      out.kept.push_back({s.ref, "git update-ref -d " + s.ref});
      if (purge == Purge::Yes) out.left_work = true;
    }
  }
  // What the store has lost of them.
  for (const pid_t pid : agent::stop_unknown(repository))
    out.stopped.push_back("process " + std::to_string(pid));
  unmark_worktrees(repository);
  leave_refs(repository, purge, out);
  message::server_of(repository).clear_leftovers();
  hook::uninstall(repository);
  unconfigure(repository);
  if (purge == Purge::Yes)
    store.reset();
  else if (store)
    out.backup = move_store(repository, *std::move(store));
  if (const std::string trash = move_trash(repository); !trash.empty()) {
    out.kept.push_back({trash, "rm -rf " + text::shell_word(trash)});
    if (purge == Purge::Yes) out.left_work = true;
  }
  remove_state(repository);
  roster::forget(repository.common_dir);
  return out;
}

}  // namespace orch::setup
