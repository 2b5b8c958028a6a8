// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/choose.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "message/rules.h"
#include "store/conflicts.h"
#include "store/messages.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::agent {
namespace {

void add_identity(std::string& out, const store::Agent& agent,
                  const std::optional<role::Role>& role) {
  out += "You are " + agent.address + ".\n";
  if (!role) return;
  if (!role->purpose.empty()) out += "Your purpose: " + role->purpose + "\n";
  for (const std::string& duty : role->duties) out += "- " + duty + "\n";
  out +=
      "Start at once and do not ask for permission for routine work; ask when "
      "something would be hard to undo.\n";
}

void add_project(std::string& out, const store::Feature& feature) {
  out += "\nThe feature is " + feature.spec_id + " (" +
         text::printable(feature.name) + "), from " +
         git::short_branch(feature.base) + ".\n";
  if (feature.spec_path)
    out += "The specification is in " + *feature.spec_path + "\n";
}

void add_team(std::string& out, const std::vector<store::Agent>& team,
              const store::Agent& self) {
  out += "\nWho works on it:\n";
  for (const store::Agent& a : team) {
    out += "  " + a.address + "  branch " + a.branch + "  in " + a.worktree;
    out += a.id == self.id ? "  (you)\n" : "\n";
  }
  out += "Read a colleague's work with: git show <branch>:<path>\n";
}

void add_talk(std::string& out, const store::Feature& feature,
              const std::optional<role::Role>& role) {
  out += "\nHow to talk:\n";
  out += "  git orch send " + feature.spec_id + "/<role> -m '<text>'\n";
  out += "  git orch inbox --ack-all    reads and acknowledges\n";
  out += "  git orch ask '<action>' -m '<why>'    asks for approval\n";
  if (role && !role->reports_to.empty())
    out += "You report to " + role->reports_to + ".\n";
  out +=
      "One topic a message; acknowledge what you get; when nobody answers for "
      "ten minutes, tell the overseer.\n";
}

// Only where somebody may not be written to.
void add_addressees(std::string& out, const Repository& repository,
                    const std::vector<store::Agent>& team,
                    const store::Agent& self) {
  const auto policy = installation::policy_or_built_in(repository.orch_dir());
  std::vector<std::string> allowed;
  for (const store::Agent& a : team)
    if (a.id != self.id &&
        message::may_write(repository, policy, self, a).allowed)
      allowed.push_back(a.address);
  if (allowed.size() + 1 >= team.size()) return;
  out += "You may write to " +
         (allowed.empty() ? "nobody" : text::join(allowed, ", ")) +
         "; what others must know goes through the overseer.\n";
}

void add_git_rules(std::string& out, const store::Agent& agent,
                   const store::Feature& feature,
                   const std::optional<role::Role>& role) {
  out += "\nGit rules:\n";
  out +=
      "  Work in your own worktree, on your own branch: " + agent.branch + "\n";
  out += "  The integration branch is " + feature.integration_branch + ".\n";
  out += "  Never merge into " + git::short_branch(feature.base) +
         "; never push unless you are asked to.\n";
  if (role && role->commit_every_ms > 0)
    out += "  Commit at least every " +
           text::duration_text(role->commit_every_ms) + ".\n";
  out +=
      "  git orch check-conflicts     says whether your work collides with "
      "somebody's\n";
}

std::string first_paths(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> shown;
  for (const std::string& p : paths) {
    if (shown.size() == kMost) break;
    shown.push_back(text::printable(p));
  }
  std::string out = text::join(shown, ", ");
  if (paths.size() > kMost)
    out += " and " + text::count_of(paths.size() - kMost, "more file");
  return out;
}

void add_open_matters(std::string& out, store::Store& store,
                      const store::Agent& agent,
                      const store::Feature& feature) {
  std::string conflicts;
  for (const store::Conflict& c :
       store::list_open_conflicts(store, feature.id)) {
    if (c.a != agent.address && c.b != agent.address) continue;
    conflicts += "  " + std::to_string(c.id) + ": " + text::printable(c.a) +
                 " and " + text::printable(c.b) + " (" + c.kind +
                 "): " + first_paths(c.paths) + "\n";
  }
  if (!conflicts.empty())
    out +=
        "\nOpen conflicts (git orch conflicts show <number> has both sides "
        "of one):\n" +
        conflicts;
  std::size_t waiting = 0;
  for (const store::Message& m :
       store::list_messages(store, agent.id, store::Which::Open))
    if (m.kind != "brief") ++waiting;
  if (waiting > 0)
    out += "\n" + text::count_of(waiting, "message") +
           " for you: git orch inbox\n";
}

}  // namespace

std::string brief_text(const Repository& repository, store::Store& store,
                       const store::Agent& agent) {
  const auto role = find_role(repository, agent.role);
  std::string out;
  add_identity(out, agent, role);
  if (!agent.feature_id) return out;
  const auto feature = store::find_feature(store, *agent.feature_id);
  if (!feature) return out;
  add_project(out, *feature);
  add_team(out, store::list_agents(store, feature->id), agent);
  add_talk(out, *feature, role);
  add_addressees(out, repository, store::list_agents(store, feature->id),
                 agent);
  add_git_rules(out, agent, *feature, role);
  if (role && role->check_in_ms > 0)
    out += "\nA check-in comes every " +
           text::duration_text(role->check_in_ms) +
           "; answer it with your progress and what blocks you.\n";
  add_open_matters(out, store, agent, *feature);
  return out;
}

}  // namespace orch::agent
