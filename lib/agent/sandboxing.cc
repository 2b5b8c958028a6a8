// SPDX-License-Identifier: MIT
#include "agent/sandboxing.h"

#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "message/message.h"
#include "runtime/permissions.h"
#include "sandbox/sandbox.h"
#include "text/text.h"

namespace orch::agent {
namespace {

constexpr char kAllow[] = "orch.allowunsandboxed";

void tell(const StartOptions& options, const std::string& text) {
  if (options.listener.note) options.listener.note(text);
}

std::string home() {
  const char* const value = std::getenv("HOME");
  return value && *value == '/' ? value : "/nonexistent";
}

std::string expanded(const std::string& path) {
  return path.starts_with("~/") ? home() + path.substr(1) : path;
}

}  // namespace

bool wants_sandbox(const Repository& repository, const config::Config& config,
                   const store::Agent& agent, const runtime::Runtime& runtime,
                   const role::Role* role, const StartOptions& options) {
  if (options.sandbox == Walls::No) return false;
  const bool skips = runtime::skips_permissions(
      options.command.empty() ? runtime.start : options.command);
  if (!agent.feature_id) {
    if (options.sandbox == Walls::Yes)
      throw Error(ErrorCode::Usage,
                  "cannot start '" + agent.address +
                      "' in a sandbox: it works outside any feature");
    if (skips)
      tell(options, "warning: '" + agent.address +
                        "' starts without a sandbox, and its CLI asks nobody");
    return false;
  }
  if (options.sandbox != Walls::Yes && !(role && role->sandbox) && !skips &&
      !sandbox::find(repository, agent.id))
    return false;
  try {
    sandbox::require_usable();
  } catch (const Error& e) {
    if (!config.trusted_flag(kAllow, false))
      throw Error(ErrorCode::MissingTool,
                  "cannot start '" + agent.address + "': " + e.what() +
                      (skips ? ", and its CLI would ask nobody" : ""),
                  e.hint() +
                      ", or, to go without: git config --global "
                      "orch.allowUnsandboxed true");
    tell(options,
         "warning: '" + agent.address +
             "' starts without a sandbox (orch.allowUnsandboxed): " + e.what());
    return false;
  }
  return true;
}

std::vector<std::string> behind_walls(const Repository& repository,
                                      const store::Agent& agent,
                                      const std::vector<std::string>& argv,
                                      const Allowed& allowed) {
  const auto worktree = repository::find(agent.worktree);
  if (!worktree || !worktree->is_linked_worktree())
    throw Error(ErrorCode::InvalidDirectory,
                "cannot start '" + agent.address + "' in a sandbox: '" +
                    agent.worktree + "' is no linked worktree");
  sandbox::Settings settings{
      .base = sandbox::directory_of(repository, agent.id),
      .agent = agent.id,
      .common_dir = repository.common_dir,
      .worktree = agent.worktree,
      .worktree_git_dir = worktree->git_dir,
      .branch = std::string(git::kHeads) + agent.branch,
      .home = home(),
      .prefix = file::parent_of(installation::bin_directory()),
      .tmux_socket = message::server_of(repository).socket(),
      .run_dir = repository.orch_dir() + "/run/" + agent.run,
      .object_format = std::string(text::trim(git::require(
          repository, {.args = {"rev-parse", "--show-object-format"}}))),
      .write = {},
      .read = {},
      .argv = argv};
  for (const std::string& path : allowed.write)
    settings.write.push_back(expanded(path));
  for (const std::string& path : allowed.read)
    settings.read.push_back(expanded(path));
  return {installation::internal_program("git-orch--sandbox"), "run",
          sandbox::prepare(settings)};
}

void leave_sandbox(const Repository& repository, const store::Agent& agent,
                   const StartOptions& options) {
  const auto settings = sandbox::find(repository, agent.id);
  if (!settings) return;
  if (file::exists(settings->clone() + "/HEAD"))
    sandbox::fetch(repository, *settings);
  const auto seen = git::find_commit(repository, settings->seen_ref());
  const auto taken = git::find_commit(repository, settings->taken_ref());
  if (seen && seen != taken)
    tell(options,
         "what '" + agent.address +
             "' has committed in its sandbox and its branch lacks is " +
             settings->seen_ref());
  file::rename(settings->base + "/settings", settings->base + "/settings.old");
}

}  // namespace orch::agent
