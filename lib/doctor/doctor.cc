// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "agent/agent.h"
#include "agent/elsewhere.h"
#include "doctor/lfs.h"
#include "doctor/start.h"
#include "doctor/surroundings.h"
#include "doctor/tasks.h"
#include "doctor/time.h"
#include "doctor/tools.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/check.h"
#include "hook/install.h"
#include "process/process.h"
#include "spool/spool.h"
#include "store/checkins.h"
#include "store/features.h"
#include "store/health.h"
#include "store/place.h"
#include "text/text.h"
#include "text/words.h"
#include "tmux/tmux.h"

namespace orch::doctor {
namespace {

constexpr char kFix[] = "git orch doctor --fix";

Check check_file_system(const std::string& path) {
  const std::string network(store::network_name_of(path));
  if (network.empty()) return {"file-system", "ok", "local", ""};
  return {"file-system", "warn",
          "the event store is on a network file system (" + network +
              "): it does without a write-ahead log, and is slower",
          "move the repository to a local disk"};
}

// Proven where the repository can be written to.
std::vector<hook::Status> hooks_of(const Repository& repository) {
  try {
    return hook::verify(repository);
  } catch (const Error&) {
    return hook::status(repository);
  }
}

void check_hooks(const Repository& repository, std::vector<Check>& out) {
  for (const hook::Status& s : hooks_of(repository)) {
    if (s.runs)
      out.push_back({"hook " + s.event, "ok", s.method + ", " + s.detail, ""});
    else
      out.push_back({"hook " + s.event, "fail",
                     s.detail.empty() ? "not installed" : s.detail,
                     s.detail.starts_with("core.hooksPath")
                         ? "git orch hooks install"
                         : "git orch init"});
  }
}

// Absent where no hook is installed or no agent has a worktree, and where the
// store cannot be read, which is told by itself.
std::optional<Check> check_guards(const Repository& repository) {
  if (repository::agent_worktrees(repository).empty() ||
      !hook::is_installed(repository))
    return std::nullopt;
  try {
    auto store = store::Store::find(repository.orch_dir());
    if (!store) return std::nullopt;
    const auto faults = guard::unguarded(repository, *store);
    if (faults.empty())
      return Check{"guards", "ok", "git runs them where agents work", ""};
    return Check{"guards", "fail", text::join(faults, "; "), "git orch tick"};
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Usage) return std::nullopt;
    return Check{"guards", "fail", e.what(), "git orch policy"};
  }
}

// Where git says that the agent's worktree is; empty when it does not know.
std::string place_of(const Repository& repository, const store::Agent& agent) {
  const auto all = repository::agent_worktrees(repository);
  for (const auto& found : all)
    if (found.agent == agent.address) return found.worktree;
  return "";
}

void check_worktree(const Repository& repository, const store::Agent& a,
                    std::vector<Check>& out) {
  const auto here = repository::find(a.worktree);
  if (here && here->common_dir == repository.common_dir) return;
  const std::string home = agent::home_elsewhere(repository, a);
  const std::string place = place_of(repository, a);
  const std::string what = "worktree " + a.address;
  const std::string quoted = "'" + a.worktree + "'";
  const std::string word = text::shell_word(a.worktree);
  if (!home.empty())
    out.push_back({what, "fail",
                   quoted + " belongs to '" + home +
                       "', of which this repository is a copy",
                   "git orch deinit, then git orch init"});
  else if (!place.empty())
    out.push_back({what, "warn", quoted + " was moved to '" + place + "'",
                   "git orch tick"});
  else if (file::is_directory(a.worktree))
    out.push_back({what, "fail", quoted + " does not lead to this repository",
                   "git worktree repair " + word});
  else
    out.push_back({what, "fail", quoted + " is gone",
                   a.desired == "running" ? "git orch resume"
                                          : "git worktree add " + word + " " +
                                                text::readable_word(a.branch)});
}

void check_agents(const Repository& repository, store::Store& store,
                  std::vector<Check>& out) {
  for (const std::string& address : store::agents_without_checkin(store))
    out.push_back({"check-in " + address, "fail", "none is scheduled", kFix});
  for (const store::Agent& a : store::list_agents(store)) {
    const std::string state = agent::observed(a).state;
    if (state == "exited" || state == "lost")
      out.push_back({"agent " + a.address, "warn", "it has " + state,
                     "git orch agent start " + a.address});
    if (a.desired == "running" && a.pane.empty() && agent::is_running(a))
      out.push_back({"agent " + a.address, "warn",
                     "its start was interrupted: it has no pane and no brief",
                     "git orch agent start " + a.address});
    // Those of an archived feature were put away.
    const auto feature =
        a.feature_id ? store::find_feature(store, *a.feature_id) : std::nullopt;
    if (feature && feature->status != "archived" && !a.worktree.empty())
      check_worktree(repository, a, out);
  }
}

// It is ended by hand: whether its work is wanted, only a person knows.
void check_unknown_agents(const Repository& repository, store::Store& store,
                          std::vector<Check>& out) {
  for (const pid_t agent : agent::list_unknown(repository, store)) {
    const std::string pid = std::to_string(agent);
    const auto where = file::link_target("/proc/" + pid + "/cwd");
    out.push_back({"agent process " + pid, "warn",
                   (where ? "it works in '" + *where + "', and " : "") +
                       "the store knows of no such start",
                   "kill " + pid});
  }
}

// The first few; a torn page alone can give a hundred.
std::string summary_of(const std::vector<std::string>& lines) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < lines.size() && i < kShown; ++i)
    text += (i == 0 ? "" : "; ") + lines[i];
  if (lines.size() > kShown)
    text += "; and " + std::to_string(lines.size() - kShown) + " more";
  return text;
}

Check store_check(const store::Findings& found) {
  const std::string version = std::to_string(found.version);
  const std::string ours = std::to_string(store::kSchemaVersion);
  switch (found.health) {
    case store::Health::None:
      return {"store", "warn", "there is none yet", "git orch init"};
    case store::Health::Newer:
      return {
          "store", "fail",
          "its schema is version " + version + ", this git orch knows " + ours,
          "install a newer git orch"};
    case store::Health::Damaged:
    case store::Health::Interrupted:
      return {"store", "fail", summary_of(found.lines), kFix};
    case store::Health::Sound:
      break;
  }
  if (found.version < store::kSchemaVersion)
    return {"store", "warn",
            "schema version " + version + ", not yet migrated to " + ours,
            "git orch status"};
  return {"store", "ok", "schema version " + version, ""};
}

// What a rebuild set aside, with what it said then.
void check_set_aside(const Repository& repository, store::Store& store,
                     std::vector<Check>& out) {
  for (const std::string& name : file::names_in(repository.orch_dir())) {
    if (!name.starts_with("orch.db.corrupt-") || name.ends_with("-wal") ||
        name.ends_with("-shm"))
      continue;
    const auto said = store::find_meta(store, "rebuilt " + name);
    out.push_back({"set-aside store", "warn",
                   "'" + name + "'" + (said ? ": " + *said : std::string()),
                   "look at it, then remove it"});
  }
}

void check_store(const Repository& repository, std::vector<Check>& out) {
  try {
    const store::Findings found = store::examine(repository.orch_dir());
    out.push_back(store_check(found));
    // Looking changes nothing, so an older one is not migrated here.
    if (found.health != store::Health::Sound ||
        found.version != store::kSchemaVersion)
      return;
    auto store = store::Store::find(repository.orch_dir());
    if (!store) return;
    check_agents(repository, *store, out);
    check_unknown_agents(repository, *store, out);
    check_set_aside(repository, *store, out);
  } catch (const Error& e) {
    out.push_back({"store", "fail", e.what(), e.hint()});
  }
}

void check_leftovers(const Repository& repository, std::vector<Check>& out) {
  const std::size_t count = leftovers(repository).size();
  if (count > 0)
    out.push_back({"leftovers", "warn",
                   text::count_of(count, "leftover") + " of killed programs",
                   kFix});
}

// "<pid>-<start>-<random>", as a quarantine is named.
bool has_living_owner(const std::string& name) {
  const auto parts = text::split(name, '-');
  if (parts.size() != 3) return false;
  const process::Identity owner{static_cast<pid_t>(std::atol(parts[0].c_str())),
                                std::strtoull(parts[1].c_str(), nullptr, 10)};
  return owner.pid > 0 && process::is_alive(owner);
}

Check check_spool(const Repository& repository) {
  const std::size_t bytes = spool::pending_bytes(repository.orch_dir());
  for (const std::string& name :
       file::names_in(repository.orch_dir() + "/spool"))
    if (name.starts_with("torn-"))
      return {"spool", "warn",
              "damaged records were set aside in '" + name + "'",
              "look at it, then remove it"};
  return {"spool", "ok",
          bytes == 0 ? "empty" : std::to_string(bytes) + " bytes waiting", ""};
}

// What git orch does without, or finds out when it needs it.
void check_rest(const Repository& repository, std::vector<Check>& out) {
  const auto add = [&](const std::function<void()>& look) {
    try {
      look();
    } catch (const Error& e) {
      out.push_back({"config", "fail", e.what(), e.hint()});
    }
  };
  out.push_back(check_memory());
  out.push_back(check_writable("state", repository.orch_dir(),
                               "make it writable for you"));
  out.push_back(check_roles(repository));
  out.push_back(check_policy(repository));
  out.push_back(check_runtime(repository));
  if (out[1].status == "ok") out.push_back(check_server(repository));
  out.push_back(check_walls());
  out.push_back(check_forges());
  out.push_back(check_roster(repository));
  add([&] { check_config(repository, out); });
  add([&] { check_sinks(repository, out); });
  const bool can_read = std::any_of(out.begin(), out.end(), [](const Check& c) {
    return c.name == "store" && c.status == "ok";
  });
  if (can_read)
    add([&] {
      auto store = store::Store::find(repository.orch_dir());
      if (!store) return;
      check_outbox(*store, out);
      check_clock(*store, out);
      check_tasks(*store, out);
    });
  check_locks(repository, out);
}

}  // namespace

std::vector<Check> examine(const std::optional<Repository>& repository) {
  std::vector<Check> out = {check_git(), check_tmux()};
  if (!repository) {
    out.push_back(
        {"repository", "fail", "not inside a git repository", "git init"});
    return out;
  }
  out.push_back(check_disk(repository->common_dir, "warn"));
  out.push_back(check_file_system(repository->common_dir));
  if (!repository::is_initialised(*repository)) {
    out.push_back(
        {"state", "warn", "git orch is not set up here", "git orch init"});
    return out;
  }
  check_hooks(*repository, out);
  if (const auto lfs = check_lfs(*repository)) out.push_back(*lfs);
  check_store(*repository, out);
  out.push_back(check_spool(*repository));
  if (auto guards = check_guards(*repository)) out.push_back(*guards);
  check_time(*repository, out);
  out.push_back(check_linger());
  check_leftovers(*repository, out);
  check_rest(*repository, out);
  return out;
}

std::vector<std::string> leftovers(const Repository& repository) {
  const std::string top = repository.orch_dir();
  std::vector<std::string> paths;
  for (const std::string& name : file::names_in(top + "/tmp"))
    if (!has_living_owner(name)) paths.push_back(top + "/tmp/" + name);
  std::vector<std::string> directories = {top};
  for (const std::string& name : file::names_in(top))
    directories.push_back(file::join(top, name));
  for (const std::string& directory : directories)
    for (const std::string& name : file::abandoned_in(directory))
      paths.push_back(file::join(directory, name));
  return paths;
}

}  // namespace orch::doctor
