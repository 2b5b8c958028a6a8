// SPDX-License-Identifier: MIT
#include "agent/launch_files.h"

#include "agent/agent.h"
#include "agent/denials.h"
#include "agent/sandboxing.h"
#include "event/prompt.h"
#include "event/record.h"
#include "file/file.h"
#include "installation/installation.h"
#include "sandbox/sandbox.h"
#include "spool/spool.h"
#include "text/text.h"

namespace orch::agent {
namespace {

// scripts/<set>/<role>.script for the set that orch.script names, else
// scripts/<role>.script; empty when the agent has no script.
std::string script_of(const Repository& repository,
                      const config::Config& config, const std::string& role) {
  const std::string scripts = repository.orch_dir() + "/scripts/";
  if (const auto set = config.find_trusted("orch.script"))
    if (text::is_spec_id(*set)) {
      const std::string path = scripts + *set + "/" + role + ".script";
      return file::exists(path) ? path : "";
    }
  const std::string path = scripts + role + ".script";
  return file::exists(path) ? path : "";
}

std::string directory_of(const Repository& repository, const std::string& run) {
  return repository.orch_dir() + "/run/" + run;
}

std::string main_worktree_of(const Repository& repository) {
  constexpr std::string_view kGit = "/.git";
  const std::string& git_dir = repository.common_dir;
  return git_dir.ends_with(kGit)
             ? git_dir.substr(0, git_dir.size() - kGit.size())
             : git_dir;
}

// Behind walls, its git is the clone's.
void lead_to_clone(const Repository& repository, const store::Agent& agent,
                   runtime::Placeholders& values) {
  const std::string base = sandbox::directory_of(repository, agent.id);
  values.main_worktree = base;
  values.worktree_git_dir =
      sandbox::clone_git_dir(base, values.worktree_git_dir);
  values.git_dir = sandbox::clone_in(base);
}

runtime::Placeholders placeholders_of(const Repository& repository,
                                      const config::Config& config,
                                      const store::Agent& agent,
                                      bool sandboxed) {
  // A directory agent may work in another repository, or in none.
  const auto here = repository::find(agent.worktree);
  runtime::Placeholders values;
  values.libexec = installation::libexec_directory();
  values.script = script_of(repository, config, agent.role);
  values.worktree = agent.worktree;
  values.run = agent.run;
  values.run_dir = directory_of(repository, agent.run);
  values.bin = installation::bin_directory();
  values.git_dir = repository.common_dir;
  values.worktree_git_dir = here ? here->git_dir : agent.worktree;
  values.main_worktree = here ? main_worktree_of(*here) : agent.worktree;
  values.branch = agent.branch;
  values.branch_ref = agent.branch.empty() ? "" : "refs/heads/" + agent.branch;
  values.branch_dir =
      agent.branch.empty() ? "refs/heads" : file::parent_of(values.branch_ref);
  values.conversation = agent.conversation;
  if (here) set_denials(*here, values);
  if (sandboxed) lead_to_clone(repository, agent, values);
  return values;
}

}  // namespace

std::string write_launch_files(const Repository& repository,
                               const config::Config& config,
                               const store::Agent& agent,
                               const runtime::Runtime& runtime,
                               const std::vector<std::string>& command,
                               const furnishing::Variables& variables,
                               bool sandboxed) {
  const runtime::Placeholders values =
      placeholders_of(repository, config, agent, sandboxed);
  file::make_private_directories(values.run_dir);
  for (const runtime::SetUpFile& f : runtime.files) {
    const std::string path = values.run_dir + "/" + f.path;
    file::make_private_directories(file::parent_of(path));
    file::write_atomically(path, runtime::fill(f.content, values));
  }
  event::Record launch =
      spool::new_record("launch", {{"agent", std::to_string(agent.id)},
                                   {"run", agent.run},
                                   {"orch_dir", repository.orch_dir()},
                                   {"git_dir", repository.common_dir},
                                   {"directory", agent.worktree},
                                   {"log", log_path(repository, agent)}});
  std::vector<std::string> argv =
      command.empty() ? runtime::start_argv(runtime, values) : command;
  if (sandboxed) {
    Allowed allowed;
    for (const std::string& path : runtime.sandbox_write)
      allowed.write.push_back(runtime::fill(path, values));
    for (const std::string& path : runtime.sandbox_read)
      allowed.read.push_back(runtime::fill(path, values));
    argv = behind_walls(repository, agent, argv, allowed);
  }
  for (const std::string& arg : argv) launch.fields.emplace_back("arg", arg);
  for (const auto& [name, value] : runtime.environment)
    launch.fields.emplace_back("env",
                               name + "=" + runtime::fill(value, values));
  for (const auto& [name, value] : variables)
    launch.fields.emplace_back("env", name + "=" + value);
  const std::string path = values.run_dir + "/launch";
  file::write_atomically(path, event::encode(launch));
  return path;
}

void remove_launch_files(const Repository& repository,
                         const store::Agent& agent) {
  if (!agent.run.empty())
    file::remove_tree(directory_of(repository, agent.run));
  // Of the CLI of that start, and of what it had used up.
  file::remove(
      event::usage_file(repository.orch_dir(), std::to_string(agent.id)));
}

}  // namespace orch::agent
