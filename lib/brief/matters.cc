// SPDX-License-Identifier: MIT
#include <algorithm>

#include "brief/parts.h"
#include "clock/clock.h"
#include "file/file.h"
#include "git/git.h"
#include "store/asks.h"
#include "store/conflicts.h"
#include "store/messages.h"
#include "store/tasks.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::brief {
namespace {

constexpr std::size_t kMostTasks = 20;
constexpr std::size_t kMostPaths = 8;
constexpr std::size_t kMostItems = 12;

// A text of the specification's: its beginning, should it be a book.
std::string beginning(const std::string& text) {
  constexpr std::size_t kMostBytes = 400;
  return text::cut(text::printable(text), kMostBytes);
}

std::string first_of(const std::vector<std::string>& all, std::size_t most,
                     std::string_view more) {
  std::vector<std::string> shown;
  for (const std::string& one : all) {
    if (shown.size() == most) break;
    shown.push_back(text::printable(one));
  }
  std::string out = text::join(shown, ", ");
  if (all.size() > most)
    out += " and " + text::count_of(all.size() - most, more);
  return out;
}

void add_list(std::vector<std::string>& lines, const std::string& title,
              const std::vector<std::string>& items) {
  if (items.empty()) return;
  lines.push_back(title);
  for (std::size_t i = 0; i < items.size() && i < kMostItems; ++i)
    lines.push_back("- " + beginning(items[i]));
  if (items.size() > kMostItems)
    lines.push_back("- and " + std::to_string(items.size() - kMostItems) +
                    " more: read the specification");
}

std::string phases_text(const plan::Plan& plan) {
  std::vector<std::string> parts;
  for (const plan::Phase& p : plan.phases)
    parts.push_back((p.name.empty() ? "work" : p.name) + " (" +
                    text::count_of(p.tasks.size(), "task") + ")");
  return text::join(parts, ", ");
}

std::string task_line(const store::Task& t) {
  std::string line = t.task_id + "  " + t.status + "  " + beginning(t.title);
  if (t.status == "blocked" && t.reason)
    line += "  (" + text::printable(*t.reason) + ")";
  if (t.status == "open" && !t.depends_on.empty())
    line += "  (after " + text::join(t.depends_on, ", ") + ")";
  return line;
}

bool is_open(const store::Task& t) {
  return t.status != "done" && t.status != "dropped";
}

std::vector<std::string> own_tasks(const Facts& facts) {
  std::vector<std::string> lines;
  std::size_t more = 0;
  for (const store::Task& t :
       store::list_tasks(facts.store, facts.feature->id)) {
    if (t.owner != facts.self.address || !is_open(t)) continue;
    if (lines.size() < kMostTasks)
      lines.push_back(task_line(t));
    else
      ++more;
  }
  if (more > 0)
    lines.push_back("and " + std::to_string(more) +
                    " more: git orch task list");
  return lines;
}

std::vector<std::string> own_conflicts(const Facts& facts) {
  std::vector<std::string> lines;
  for (const store::Conflict& c :
       store::list_open_conflicts(facts.store, facts.feature->id)) {
    if (c.a != facts.self.address && c.b != facts.self.address) continue;
    lines.push_back(std::to_string(c.id) + ": " + text::printable(c.a) +
                    " and " + text::printable(c.b) + " (" + c.kind +
                    "): " + first_of(c.paths, kMostPaths, "more file"));
  }
  return lines;
}

std::size_t waiting_messages(const Facts& facts) {
  std::size_t waiting = 0;
  for (const store::Message& m :
       store::list_messages(facts.store, facts.self.id, store::Which::Open))
    if (m.kind != "brief") ++waiting;
  return waiting;
}

// What its branch and its worktree show.
std::vector<std::string> work_lines(const Facts& facts, std::int64_t now) {
  std::vector<std::string> lines;
  const std::string ref = std::string(git::kHeads) + facts.self.branch;
  const auto tip = git::find_commit(facts.repository, ref);
  if (!tip) return lines;
  if (*tip == facts.feature->base_commit) {
    lines.emplace_back("You have not committed yet.");
  } else {
    const auto commits = git::read_commits(facts.repository, {*tip});
    if (const auto it = commits.find(*tip); it != commits.end())
      lines.push_back("Your last commit, " +
                      text::short_age(now - it->second.committed_at) +
                      " ago: " + tip->substr(0, 12) + " " +
                      text::printable(it->second.subject));
  }
  if (file::is_directory(facts.self.worktree)) {
    const auto dirty = git::dirty_paths(facts.repository, facts.self.worktree);
    if (!dirty.empty())
      lines.push_back("Not committed: " +
                      first_of(dirty, kMostPaths, "more file"));
  }
  return lines;
}

}  // namespace

void add_project(std::string& out, const Facts& facts) {
  const store::Feature& f = *facts.feature;
  std::vector<std::string> lines = {
      "The feature is " + f.spec_id +
      (f.name == f.spec_id ? "" : " (" + text::printable(f.name) + ")") +
      ", from " + git::short_branch(f.base) + "."};
  if (f.spec_path)
    lines.push_back("The specification is in " + text::printable(*f.spec_path) +
                    "; read it first.");
  if (facts.plan) {
    const plan::Plan& p = *facts.plan;
    if (!p.goal.empty()) lines.push_back("Goal: " + beginning(p.goal));
    if (!p.project.team.empty())
      lines.push_back("Kind of project: " + p.project.team +
                      (p.project.decided_by.empty()
                           ? ""
                           : ", by " + text::printable(p.project.decided_by)));
    if (!p.phases.empty()) lines.push_back("Phases: " + phases_text(p));
    add_list(lines, "Constraints:", p.constraints);
    add_list(lines, "It is done when:", p.success_criteria);
  }
  add_section(out, "The project", lines);
}

void add_tasks(std::string& out, const Facts& facts) {
  std::vector<std::string> lines = own_tasks(facts);
  std::size_t free = 0;
  for (const store::Task& t : store::list_tasks(facts.store, facts.feature->id))
    if (!t.owner && t.status == "open") ++free;
  if (free > 0)
    lines.push_back(text::count_of(free, "open task") +
                    " without an owner: git orch task list, git orch task "
                    "claim <task>");
  add_section(out, "Your tasks", lines);
}

void add_conflicts(std::string& out, const Facts& facts) {
  add_section(out,
              "Open conflicts (git orch conflicts show <number> has both sides "
              "of one)",
              own_conflicts(facts));
}

void add_messages(std::string& out, const Facts& facts) {
  const std::size_t waiting = waiting_messages(facts);
  if (waiting > 0)
    out += "\n" + text::count_of(waiting, "message") +
           " for you: git orch inbox\n";
}

void add_where_it_was(std::string& out, const Facts& facts) {
  add_section(out, "Where you were", work_lines(facts, clock::now()));
}

std::string checkpoint(const Repository& repository, store::Store& store,
                       const store::Agent& agent, std::int64_t now) {
  const Facts facts = collect(repository, store, agent);
  std::string out =
      "CHECKPOINT of " + agent.address + ", " + text::iso_time(now) + "\n";
  if (facts.feature) {
    add_section(out, "Work", work_lines(facts, now));
    add_section(out, "Open tasks", own_tasks(facts));
    add_section(out, "Open conflicts", own_conflicts(facts));
    std::vector<std::string> asks;
    for (const store::Ask& a : store::list_asks(store, store::Asks::Open))
      if (a.agent_id == agent.id)
        asks.push_back(std::to_string(a.id) + ": " + text::printable(a.action) +
                       ", of " + a.approver);
    add_section(out, "Open asks", asks);
    add_messages(out, facts);
  }
  out +=
      "\nTo be filled in by you, in a few words each:\n"
      "  Decided, and why:\n"
      "  Tried, and given up:\n"
      "  What comes next:\n"
      "  What you wait for:\n";
  return out;
}

}  // namespace orch::brief
