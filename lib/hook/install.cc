// SPDX-License-Identifier: MIT
#include "hook/install.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "chain/chain.h"
#include "chain/stub.h"
#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/place.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::hook {
namespace {

const std::string kHooksPath = "core.hookspath";
constexpr git::Version kConfigHooks{2, 54, 0};

// core.hooksPath without what we have set ourselves.
struct Foreigner {
  std::string value;  // empty: none
  std::string scope;  // local, global or system
  bool is_local() const { return scope == "local"; }
};

Foreigner foreigner_of(const Repository& repository,
                       const config::Config& config) {
  for (const char* scope : {"local", "global", "system"})
    if (const auto value = config.find_in(kHooksPath, scope);
        value && !value->empty() &&
        !chain::is_directory_of_ours(repository.common_dir, *value))
      return {*value, scope};
  return {};
}

std::string hooks_directory(const Repository& repository) {
  return repository.common_dir + "/hooks";
}

// Whether git's own place is a link out of the git directory, say into the
// tree: nothing is written to where it leads.
bool leads_elsewhere(const Repository& repository) {
  const std::string directory = hooks_directory(repository);
  if (!file::link_target(directory)) return false;
  return !file::is_directory(directory) ||
         !file::resolve(directory).starts_with(
             file::resolve(repository.common_dir) + "/");
}

// Whether stubs go to git's own place.
bool fits_directory(const Repository& repository, const Foreigner& foreigner) {
  return foreigner.value.empty() && !leads_elsewhere(repository);
}

bool is_executable(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

// Whether the program is there that ours at `path` leads to.
bool leads_on(const std::string& path) {
  const auto program = chain::program_of(path);
  return is_executable(path) && program && is_executable(*program);
}

std::string command_key(const std::string& event) {
  return "hook.orch-" + event + ".command";
}

// Whether the git that runs us looks for hooks in its configuration.
bool runs_config_hooks() {
  static const bool kRuns = git::installed_version() >= kConfigHooks;
  return kRuns;
}

bool is_enabled(const config::Config& config, const std::string& event) {
  return config.flag("hook.orch-" + event + ".enabled", true) &&
         config.flag("hook." + event + ".enabled", true);
}

bool runs_command(const std::string& command, const std::string& event) {
  return command == command_of(event)
             ? is_executable(file::join(installation::hook_directory(), event))
             : is_executable(command);
}

// Where other installers put a hook that they find: pre-commit runs it from
// there, lefthook does not.
void find_moved(Status& s) {
  for (const char* end : {".legacy", ".old"}) {
    const std::string path = s.path + end;
    if (!chain::is_ours(path)) continue;
    s.method = "moved";
    s.runs = std::string(end) == ".legacy" && leads_on(path);
    s.detail = (s.runs ? "runs ours as " : "ours was moved to ") + path;
  }
}

Status status_of(const Repository& repository, const config::Config& config,
                 const std::string& event) {
  const std::string effective = config.text(kHooksPath, "");
  Status s;
  s.event = event;
  s.method = "none";
  s.owner = "none";
  if (const auto command = config.find(command_key(event));
      command && runs_config_hooks()) {
    s.owner = "orch";
    s.method = "config";
    s.path = *command;
    s.runs = is_enabled(config, event) && runs_command(*command, event);
    if (!s.runs)
      s.detail = is_enabled(config, event) ? "the program is not installed"
                                           : "hook." + event + " is disabled";
    return s;
  }
  const bool leads_to_us =
      chain::is_directory_of_ours(repository.common_dir, effective);
  const std::string directory =
      leads_to_us         ? effective
      : effective.empty() ? hooks_directory(repository)
                          : (effective.starts_with("/")
                                 ? effective
                                 : file::join(repository.worktree, effective));
  s.path = file::join(directory, event);
  const bool chained = file::exists(chain::beside(directory, event));
  if (chain::is_ours(s.path)) {
    s.owner = "orch";
    s.method = leads_to_us ? "worktree" : chained ? "link+chained" : "link";
    s.runs = leads_on(s.path);
    if (!s.runs) s.detail = "the program is not installed";
    if (s.runs && chained)
      s.detail = "then runs " + chain::beside(directory, event);
    if (s.runs && leads_to_us)
      if (const std::string next = chain::find_next(s.path, event);
          !next.empty())
        s.detail = "then runs " + next;
  } else if (file::exists(s.path)) {
    s.owner = "user";
    find_moved(s);
  }
  if (!effective.empty() && !leads_to_us)
    s.detail = "core.hooksPath is '" + effective + "'";
  return s;
}

void require_free(const Repository& repository) {
  const std::string directory = hooks_directory(repository);
  for (const std::string& event : installation::hook_events())
    if (is_in_the_way(directory, event))
      throw Error(ErrorCode::Exists,
                  "cannot install hook '" + file::join(directory, event) +
                      "': '" + chain::beside(directory, event) +
                      "' is in the way",
                  "look at both and keep the one you need");
}

void require_allowed(const Foreigner& f, Foreign foreign) {
  if (f.value.empty() || f.is_local() || foreign == Foreign::Chain) return;
  throw Error(ErrorCode::RefusedByPolicy,
              "cannot install hooks: core.hooksPath is '" + f.value +
                  "' in the " + f.scope + " configuration",
              "git orch init --chain-hooks, or git config --" + f.scope +
                  " --unset core.hooksPath");
}

bool is_in_config(const config::Config& config) {
  const auto events = installation::hook_events();
  return std::any_of(events.begin(), events.end(), [&](const auto& event) {
    return config.find(command_key(event)).has_value();
  });
}

bool has_stubs(const Repository& repository) {
  const std::string directory = hooks_directory(repository);
  const auto names = file::names_in(directory);
  return std::any_of(names.begin(), names.end(), [&](const auto& name) {
    return chain::is_ours(file::join(directory, name));
  });
}

bool is_installed(const Repository& repository, const config::Config& config) {
  return file::is_directory(chain::directory_in(repository.common_dir)) ||
         has_stubs(repository) || is_in_config(config);
}

// Worktrees that were added without us since, whose core.hooksPath does not
// lead to us yet; whether there were any. No process while all is well.
bool adopt_others(const Repository& repository) {
  const std::string ours = chain::directory_in(repository.common_dir);
  const std::string all = repository.common_dir + "/worktrees";
  bool adopted = false;
  for (const std::string& name : file::names_in(all)) {
    const std::string git_dir = file::join(all, name);
    const auto own = file::find_contents(git_dir + "/config.worktree");
    if (own && own->find("hooksPath") != std::string::npos) continue;
    const auto place = file::find_contents(git_dir + "/gitdir");
    if (!place) continue;
    const auto worktree =
        repository::find(file::parent_of(std::string(text::trim(*place))));
    if (!worktree || worktree->git_dir != git_dir) continue;
    lead_to_us(repository, *worktree);
    adopted = true;
  }
  return adopted;
}

// Whether another installer has put its hook over one of ours, or moved ours
// where nobody runs it. A hook that is only missing was taken away on purpose.
bool is_overwritten(const Repository& repository,
                    const std::vector<Status>& hooks) {
  const std::string directory = hooks_directory(repository);
  return std::any_of(hooks.begin(), hooks.end(), [&](const Status& s) {
    return !s.runs && s.owner == "user" && is_executable(s.path) &&
           s.path == file::join(directory, s.event) &&
           !is_in_the_way(directory, s.event);
  });
}

// Whether somebody has appended lines to one of ours.
bool has_added(const std::vector<Status>& hooks) {
  return std::any_of(hooks.begin(), hooks.end(), [](const Status& s) {
    return s.method.starts_with("link") && !chain::added_to(s.path).empty();
  });
}

bool all_run(const std::vector<Status>& hooks) {
  return std::all_of(hooks.begin(), hooks.end(),
                     [](const Status& s) { return s.runs; });
}

}  // namespace

std::vector<Status> status(const Repository& repository) {
  const auto config = config::Config::load(repository);
  std::vector<Status> out;
  for (const std::string& event : installation::hook_events())
    out.push_back(status_of(repository, config, event));
  return out;
}

bool is_installed(const Repository& repository) {
  return is_installed(repository, config::Config::load(repository));
}

void require_installable(const Repository& repository, Foreign foreign) {
  if (runs_config_hooks()) return;
  const auto f = foreigner_of(repository, config::Config::load(repository));
  require_allowed(f, foreign);
  if (fits_directory(repository, f)) require_free(repository);
}

std::vector<Status> install(const Repository& repository, Foreign foreign) {
  require_installable(repository, foreign);
  const auto lock = alone(repository);
  const auto config = config::Config::load(repository);
  if (runs_config_hooks())
    place_in_config(repository);
  else if (fits_directory(repository, foreigner_of(repository, config)))
    place_in_directory(repository);
  else
    place_in_worktrees(repository);
  include_conditions(repository);
  return status(repository);
}

bool heal(const Repository& repository) {
  const auto lock = alone(repository);
  const auto config = config::Config::load(repository);
  if (!is_installed(repository, config)) return false;
  const auto own = config.find_in(kHooksPath, "worktree");
  if (own && chain::is_directory_of_ours(repository.common_dir, *own))
    return adopt_others(repository);
  // A value of the user or the system is passed on only when asked, and one
  // that somebody gave this worktree alone is his.
  const Foreigner foreigner = foreigner_of(repository, config);
  if ((own && !is_left_behind(*own)) ||
      !(foreigner.value.empty() || foreigner.is_local()))
    return false;
  const auto hooks = status(repository);
  const bool added = has_added(hooks);
  if (all_run(hooks) && !added) return false;
  if (!fits_directory(repository, foreigner))
    place_in_worktrees(repository);
  else if (added || (has_stubs(repository) ? is_overwritten(repository, hooks)
                                           : is_in_config(config)))
    // A newer git has installed them its way, and this one does not look there.
    place_in_directory(repository);
  else
    return false;
  return true;
}

void adopt_worktree(const Repository& repository, const Repository& worktree) {
  if (file::is_directory(chain::directory_in(repository.common_dir)))
    lead_to_us(repository, worktree);
}

std::vector<Status> uninstall(const Repository& repository) {
  const auto lock = alone(repository);
  leave_directory(repository);
  leave_guards(repository);
  leave_worktrees(repository);
  leave_config(repository);
  return status(repository);
}

}  // namespace orch::hook
