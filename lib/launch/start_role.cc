// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/program.h"
#include "agent/which_feature.h"
#include "error/error.h"
#include "installation/data.h"
#include "launch/launch.h"
#include "text/sha256.h"
#include "text/text.h"

namespace orch::launch {
namespace {

constexpr char kOverseer[] = "orchestrator";
constexpr std::size_t kNameBytes = 60;

// What is made for a team of two that needs no specification.
plan::Plan prototype(store::Store& store, const std::string& role,
                     const std::string& brief, const std::string& runtime) {
  plan::Plan p;
  p.spec_id = "prototype";
  for (int n = 2; store::find_feature(store, p.spec_id); ++n)
    p.spec_id = "prototype-" + std::to_string(n);
  const std::string first = brief.substr(0, brief.find('\n'));
  p.name = first.empty() ? p.spec_id : text::cut(first, kNameBytes);
  p.goal = brief;
  p.team = {{kOverseer, "oversees the others"}};
  if (role != kOverseer) p.team.push_back({role, "asked for with --role"});
  p.runtime = runtime;
  return p;
}

}  // namespace

store::Agent start_role(const Repository& repository, store::Store& store,
                        const std::string& role, const std::string& brief,
                        const std::string& runtime, agent::Walls walls,
                        const furnishing::Listener& listener) {
  installation::require_role(repository.orch_dir(), role);
  if (store::list_features(store, "in-progress").empty()) {
    if (walls == agent::Walls::Yes)
      throw UsageError("'--sandbox' and '--role' need a feature in progress",
                       "put 'sandbox: true' into the role, or: git orch "
                       "init-feature");
    const plan::Plan plan = prototype(store, role, brief, runtime);
    const auto launched =
        launch(repository, store, plan,
               text::hex(text::sha256(plan::write_plan(plan))), listener);
    return launched.agents.back();
  }
  const auto feature =
      agent::require_feature(repository, store, "", agent::ToldBy::Place);
  store::Agent planned;
  planned.role = role;
  agent::require_program(agent::choose_runtime(
      repository, config::Config::load(repository), runtime, planned));
  const auto agent =
      feature::add_agent(repository, store, feature, role, runtime);
  return agent::start(repository, store, agent,
                      {.runtime = runtime,
                       .brief = brief,
                       .sandbox = walls,
                       .listener = listener});
}

}  // namespace orch::launch
