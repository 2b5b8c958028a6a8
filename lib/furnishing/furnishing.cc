// SPDX-License-Identifier: MIT
#include "furnishing/furnishing.h"

#include <algorithm>
#include <climits>

#include "file/file.h"
#include "furnishing/commands.h"
#include "furnishing/files.h"
#include "furnishing/ports.h"
#include "runtime/placeholders.h"

namespace orch::furnishing {
namespace {

// Two starts of one agent at the same time.
file::Lock lock(const Repository& repository, const store::Agent& agent,
                const role::Furnishing& furnishing) {
  constexpr std::int64_t kMoreMs = 10000;
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return file::Lock::take(directory + "/setup-" + std::to_string(agent.id),
                          file::Lock::Mode::Exclusive,
                          static_cast<int>(std::min<std::int64_t>(
                              furnishing.setup_timeout_ms + kMoreMs, INT_MAX)),
                          "the set-up of '" + agent.address + "'");
}

std::string main_worktree(const Repository& repository,
                          const store::Agent& agent, const Source& source) {
  if (!source.top.empty()) return source.top;
  const auto here = repository::find(agent.worktree);
  if (!here) return agent.worktree;
  return here->is_linked_worktree() ? repository.common_dir : here->worktree;
}

// The role's own, then its ports.
Variables variables_of(const role::Furnishing& furnishing,
                       const store::Agent& agent,
                       const std::string& main_worktree,
                       const Variables& ports) {
  runtime::Values values = {{"worktree", agent.worktree},
                            {"main_worktree", main_worktree},
                            {"agent", agent.address},
                            {"branch", agent.branch}};
  for (const auto& [name, port] : ports)
    values.emplace_back("port." + name, port);
  Variables out;
  for (const auto& [name, value] : furnishing.environment)
    out.emplace_back(name, runtime::fill(value, values));
  out.insert(out.end(), ports.begin(), ports.end());
  return out;
}

}  // namespace

Variables furnish(const Repository& repository, const config::Config& config,
                  store::Store& store, const store::Agent& agent,
                  const role::Role* role, const Listener& listener) {
  const role::Furnishing wanted = role ? role->furnishing : role::Furnishing();
  const file::Lock locked = lock(repository, agent, wanted);
  const Variables ports = lease_ports(repository, store, agent, wanted.ports,
                                      port_range(config), listener);
  const Source source = find_source(repository, agent);
  if (!source.top.empty())
    place_files(repository, source.top, agent, role, listener);
  else if (!source.why.empty() && listener.note &&
           !(wanted.copy.empty() && wanted.link.empty()))
    listener.note("nothing is copied or linked for '" + agent.address +
                  "': " + source.why);
  const Variables variables = variables_of(
      wanted, agent, main_worktree(repository, agent, source), ports);
  run_setup(repository, agent, wanted, variables, listener);
  return variables;
}

}  // namespace orch::furnishing
