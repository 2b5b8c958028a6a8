// SPDX-License-Identifier: MIT
#include "brief/brief.h"

#include "brief/added.h"
#include "brief/parts.h"
#include "error/error.h"
#include "git/git.h"
#include "installation/data.h"
#include "runtime/placeholders.h"
#include "store/plans.h"
#include "text/text.h"

namespace orch::brief {
namespace {

// One that cannot be read any more says nothing; the feature goes on.
std::optional<plan::Plan> plan_of(store::Store& store,
                                  const store::Feature& feature) {
  const auto row = store::find_plan(store, feature.id);
  if (!row) return std::nullopt;
  try {
    return plan::parse_plan(row->document, "plan of " + feature.spec_id);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// What the role's own file adds.
void add_own_words(std::string& out, const Facts& facts) {
  if (!facts.role || facts.role->brief.empty()) return;
  const store::Feature& f = *facts.feature;
  const std::string filled = runtime::fill(
      facts.role->brief, runtime::Values{
                             {"agent", facts.self.address},
                             {"role", facts.self.role},
                             {"feature", f.spec_id},
                             {"name", text::printable(f.name)},
                             {"branch", facts.self.branch},
                             {"integration", f.integration_branch},
                             {"worktree", facts.self.worktree},
                             {"base", git::short_branch(f.base)},
                             {"spec", f.spec_path.value_or("")},
                         });
  out += "\n" + filled + (filled.ends_with('\n') ? "" : "\n");
}

}  // namespace

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::Resume:
      return "resume";
    case Reason::Compact:
      return "compact";
    case Reason::Start:
      break;
  }
  return "start";
}

Facts collect(const Repository& repository, store::Store& store,
              const store::Agent& agent) {
  Facts facts{
      .repository = repository,
      .store = store,
      .self = agent,
      .role = installation::find_role(repository.orch_dir(), agent.role),
      .feature = {},
      .team = {},
      .plan = {},
      .policy = installation::policy_or_built_in(repository.orch_dir())};
  if (!agent.feature_id) return facts;
  facts.feature = store::find_feature(store, *agent.feature_id);
  if (!facts.feature) return facts;
  facts.team = store::list_agents(store, facts.feature->id);
  facts.plan = plan_of(store, *facts.feature);
  return facts;
}

void add_section(std::string& out, const std::string& title,
                 const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out += "\n" + title + ":\n";
  for (const std::string& line : lines) out += "  " + line + "\n";
}

std::string text(const Repository& repository, store::Store& store,
                 const store::Agent& agent, Reason reason) {
  const Facts facts = collect(repository, store, agent);
  std::string out;
  add_identity(out, facts, reason);
  const std::string added =
      store::find_meta(store, added_key(agent.id)).value_or("");
  const std::string last = added.empty() ? "" : "\n" + added + "\n";
  if (!facts.feature) return out + last;
  add_own_words(out, facts);
  if (reason != Reason::Start) add_where_it_was(out, facts);
  add_project(out, facts);
  add_people(out, facts);
  add_talk(out, facts);
  add_git_rules(out, facts);
  add_check_ins(out, facts);
  add_tasks(out, facts);
  add_conflicts(out, facts);
  add_messages(out, facts);
  return out + last;
}

std::string added_key(std::int64_t agent_id) {
  return "brief_added " + std::to_string(agent_id);
}

}  // namespace orch::brief
