// SPDX-License-Identifier: MIT
#include <algorithm>

#include "brief/parts.h"
#include "git/git.h"
#include "installation/data.h"
#include "message/rules.h"
#include "role/superior.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::brief {
namespace {

std::string purpose_of(const Facts& facts, const store::Agent& agent) {
  const auto role =
      installation::find_role(facts.repository.orch_dir(), agent.role);
  return role ? role->purpose : "";
}

// Who is reported to. Empty: nobody is named.
std::string superior_of(const Facts& facts) {
  if (!facts.role || facts.role->reports_to.empty()) return "";
  const store::Agent* const superior =
      role::superior_in(facts.team, facts.self.id, facts.role->reports_to);
  return superior ? superior->address : "person";
}

std::vector<std::string> addressees(const Facts& facts) {
  std::vector<std::string> allowed;
  for (const store::Agent& a : facts.team)
    if (a.id != facts.self.id &&
        message::may_write(facts.repository, facts.policy, facts.self, a)
            .allowed)
      allowed.push_back(a.address);
  return allowed;
}

std::string opening(Reason reason) {
  switch (reason) {
    case Reason::Resume:
      return "You go on with work that you began before.\n";
    case Reason::Compact:
      return "Your conversation was compacted; this is your brief again.\n";
    case Reason::Start:
      break;
  }
  return "";
}

void add_rights(std::vector<std::string>& lines, const role::Role& role) {
  const auto quoted = [](const std::vector<std::string>& paths) {
    std::vector<std::string> out;
    for (const std::string& p : paths) out.push_back(text::printable(p));
    return text::join(out, ", ");
  };
  if (!role.paths.allow.empty())
    lines.push_back("Change only these paths: " + quoted(role.paths.allow));
  if (!role.paths.deny.empty())
    lines.push_back("Leave these paths alone: " + quoted(role.paths.deny));
  if (!role.writes.empty())
    lines.push_back("Your own output goes to " + quoted(role.writes));
}

bool has(const role::Role& role, role::Can can) {
  return std::find(role.can.begin(), role.can.end(), can) != role.can.end();
}

}  // namespace

void add_identity(std::string& out, const Facts& facts, Reason reason) {
  out += "You are " + facts.self.address + ".\n" + opening(reason);
  if (!facts.role) return;
  if (!facts.role->purpose.empty())
    out += "Your purpose: " + facts.role->purpose + "\n";
  if (!facts.role->duties.empty()) out += "\nYour duties:\n";
  for (const std::string& duty : facts.role->duties) out += "- " + duty + "\n";
  out +=
      "\nBegin within two minutes and do not ask for permission for routine "
      "work; ask when something would be hard to undo.\n";
}

void add_people(std::string& out, const Facts& facts) {
  std::vector<std::string> lines;
  for (const store::Agent& a : facts.team) {
    std::string line = a.address + "  branch " + a.branch;
    if (!a.worktree.empty()) line += "  in " + a.worktree;
    lines.push_back(line + (a.id == facts.self.id ? "  (you)" : ""));
    const std::string purpose =
        a.id == facts.self.id ? "" : purpose_of(facts, a);
    if (!purpose.empty()) lines.push_back("    to " + purpose);
  }
  lines.emplace_back("Read a colleague's work with: git show <branch>:<path>");
  add_section(out, "Who works on it", lines);
}

void add_talk(std::string& out, const Facts& facts) {
  std::vector<std::string> lines;
  const auto allowed = addressees(facts);
  for (const std::string& address : allowed)
    lines.push_back("git orch send " + address + " -m '<text>'");
  if (allowed.size() + 1 < facts.team.size())
    lines.emplace_back(
        allowed.empty()
            ? "You may write to nobody; what others must know, report."
            : "You may write to no one else; what others must know, report.");
  lines.emplace_back("git orch inbox --ack-all    reads and acknowledges");
  lines.emplace_back(
      "git orch report progress|done|blocked|failed|ready -m '<text>'");
  lines.emplace_back("git orch ask '<action>' -m '<why>'    asks for approval");
  std::vector<std::string> actions;
  for (const policy::AskRule& rule : facts.policy.actions)
    actions.push_back(text::printable(rule.action));
  if (!actions.empty())
    lines.push_back("Ask before: " + text::join(actions, ", ") + ".");
  const std::string superior = superior_of(facts);
  if (!superior.empty()) lines.push_back("You report to " + superior + ".");
  lines.emplace_back(
      "One topic a message, at most three to and fro; acknowledge what you "
      "get.");
  lines.emplace_back(
      "When nobody answers for ten minutes, tell the overseer, and go on with "
      "something else.");
  add_section(out, "How to talk", lines);
}

void add_git_rules(std::string& out, const Facts& facts) {
  const store::Feature& f = *facts.feature;
  std::vector<std::string> lines;
  lines.push_back("Work in your own worktree, on your own branch: " +
                  facts.self.branch);
  const bool integrates = facts.self.branch == f.integration_branch;
  lines.push_back("The integration branch is " + f.integration_branch +
                  (integrates ? ", which is yours." : "."));
  const bool merges = facts.role && has(*facts.role, role::Can::Merge);
  const bool pushes = facts.role && has(*facts.role, role::Can::Push);
  const bool lands = facts.role && has(*facts.role, role::Can::Base);
  if (merges)
    lines.emplace_back(
        "You may merge the branches of this feature into yours.");
  lines.push_back((lands ? "You may land on " : "Never merge into ") +
                  git::short_branch(f.base) + "; " +
                  (pushes ? "you may push your own branch."
                          : "never push unless you are asked to."));
  if (!integrates)
    lines.push_back("Follow it with: git rebase " + f.integration_branch);
  if (facts.role) add_rights(lines, *facts.role);
  if (facts.role && facts.role->commit_every_ms > 0)
    lines.push_back("Commit at least every " +
                    text::duration_text(facts.role->commit_every_ms) + ".");
  lines.emplace_back(
      "The commit that ends a task has the trailer: Orch-Task-Done: <task>");
  if (facts.role)
    for (const role::TestCommand& test : facts.role->tests)
      lines.push_back(
          "Before a report of done: " + text::printable(test.command) +
          " (git orch run-tests --type " + test.type +
          " runs it and keeps the result)");
  lines.emplace_back(
      "git orch check-conflicts     says whether your work collides with "
      "somebody's");
  add_section(out, "Git rules", lines);
}

void add_check_ins(std::string& out, const Facts& facts) {
  std::vector<std::string> lines;
  if (facts.role && facts.role->check_in_ms > 0)
    lines.push_back("A check-in comes every " +
                    text::duration_text(facts.role->check_in_ms) +
                    "; answer it with your progress and what blocks you.");
  lines.emplace_back(
      "When all of your tasks are done: git orch report done -m '<what>'");
  add_section(out, "Check-ins", lines);
}

}  // namespace orch::brief
