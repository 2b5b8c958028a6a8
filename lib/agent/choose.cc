// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/program.h"
#include "error/error.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::agent {
namespace {

constexpr int kVersionMs = 30'000;

runtime::Placeholders values_here() {
  return {.libexec = installation::libexec_directory(),
          .bin = installation::bin_directory()};
}

// A file of the run or the worktree, or looked for on a PATH of its own.
bool is_found_elsewhere(const runtime::Runtime& runtime,
                        const std::string& name) {
  const std::string& written = runtime.start[0];
  const bool ours =
      written.starts_with("{libexec}/") || written.starts_with("{bin}/");
  return (!ours && written.find('{') != std::string::npos) ||
         (name.find('/') != std::string::npos && !name.starts_with('/')) ||
         std::any_of(runtime.environment.begin(), runtime.environment.end(),
                     [](const auto& v) { return v.first == "PATH"; });
}

}  // namespace

std::string require_program(const runtime::Runtime& runtime) {
  const std::string name = runtime::fill(runtime.start[0], values_here());
  if (const auto path = process::find_on_path(name)) return *path;
  if (is_found_elsewhere(runtime, name)) return name;
  throw Error(
      ErrorCode::MissingTool,
      "cannot find '" + name + "' of runtime '" + runtime.name + "' on PATH",
      "install it, or name its path in 'start' of the runtime's file");
}

std::vector<std::string> runtimes_on_path(const Repository& repository) {
  std::vector<std::string> found;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "runtimes")) {
    const auto r = installation::require_runtime(repository.orch_dir(), name);
    if (!r.stand_in && r.start[0].find('{') == std::string::npos &&
        process::find_on_path(r.start[0]))
      found.push_back(name);
  }
  return found;
}

runtime::Runtime choose_runtime(const Repository& repository,
                                const config::Config& config,
                                const std::string& asked,
                                const store::Agent& agent) {
  if (!asked.empty())
    return installation::require_runtime(repository.orch_dir(), asked);
  if (!agent.runtime.empty())
    return installation::require_runtime(repository.orch_dir(), agent.runtime);
  if (const auto role =
          installation::find_role(repository.orch_dir(), agent.role))
    if (role->runtime)
      return installation::require_runtime(repository.orch_dir(),
                                           *role->runtime);
  if (const auto configured = config.find("orch.runtime"))
    return installation::require_runtime(repository.orch_dir(), *configured);
  const auto found = runtimes_on_path(repository);
  if (found.size() == 1)
    return installation::require_runtime(repository.orch_dir(), found[0]);
  const auto known =
      installation::data_names(repository.orch_dir(), "runtimes");
  throw Error(ErrorCode::MissingTool,
              found.empty() ? "no known agent CLI is on PATH"
                            : "several agent CLIs are on PATH: " +
                                  text::join(found, ", "),
              "say which with --runtime or git config orch.runtime; known: " +
                  text::join(known, ", "));
}

std::vector<std::string> installed_versions(
    const std::vector<runtime::Runtime>& runtimes) {
  const runtime::Placeholders values = values_here();
  std::vector<process::Program> programs;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < runtimes.size(); ++i) {
    process::Program program{.keep = process::Environment::ForAgent,
                             .timeout_ms = kVersionMs};
    for (const std::string& arg : runtimes[i].print_version)
      program.argv.push_back(runtime::fill(arg, values));
    if (program.argv.empty() || !process::find_on_path(program.argv[0]))
      continue;
    programs.push_back(program);
    asked.push_back(i);
  }
  std::vector<std::string> out(runtimes.size());
  const auto outcomes = process::run_all(programs, 4);
  for (std::size_t i = 0; i < asked.size(); ++i)
    out[asked[i]] =
        runtime::version_text(runtime::find_version(outcomes[i].output));
  return out;
}

}  // namespace orch::agent
