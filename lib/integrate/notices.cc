// SPDX-License-Identifier: MIT
#include "integrate/notices.h"

#include "clock/clock.h"
#include "conflict/notice.h"
#include "error/error.h"
#include "git/git.h"
#include "message/message.h"
#include "store/agent_state.h"
#include "store/events.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

constexpr std::size_t kMostPaths = 20;
constexpr std::size_t kLogBytes = 2000;  // in a message

std::string list_of(const std::vector<std::string>& paths) {
  std::string out;
  for (std::size_t i = 0; i < paths.size() && i < kMostPaths; ++i)
    out += "  " + text::printable(paths[i]) + "\n";
  if (paths.size() > kMostPaths)
    out +=
        "  (" + text::count_of(paths.size() - kMostPaths, "more file") + ")\n";
  return out;
}

std::string end_of(const std::string& log) {
  if (log.size() <= kLogBytes) return log;
  const std::string tail = log.substr(log.size() - kLogBytes);
  const std::size_t line = tail.find('\n');
  return line == std::string::npos ? tail : tail.substr(line + 1);
}

void add_event(store::Store& store, const store::Feature& feature,
               const std::string& role, const std::string& type,
               const std::string& message,
               const std::optional<std::string>& commit, std::int64_t now) {
  store::Event e;
  e.spec_id = feature.spec_id;
  e.role = role;
  e.type = type;
  e.message = message;
  e.recorded_commit = commit;
  e.at = now;
  store::insert_event(store, e);
}

// Whether this is what was told of the branch last.
bool is_known(store::Store& store, store::Landing& row,
              const std::string& what) {
  const auto last = store::find_last_landing(store, row.ref, row.into, "");
  const bool known = row.told == what || (last && last->told == what);
  row.told = what;
  return known;
}

std::optional<store::Agent> agent_of(store::Store& store,
                                     const store::Landing& row) {
  return row.agent_id ? store::find_agent(store, *row.agent_id) : std::nullopt;
}

std::string role_of(store::Store& store, const store::Landing& row) {
  const auto agent = agent_of(store, row);
  return agent ? agent->role : "person";
}

}  // namespace

void record_landed(const Repository& repository, store::Store& store,
                   const store::Feature& feature,
                   const std::vector<store::Landing>& rows) {
  std::vector<std::string> ids;
  for (const store::Landing& row : rows) ids.push_back(row.landed_commit);
  const auto commits = git::read_commits(repository, ids);
  if (rows.empty()) return;
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  const std::int64_t ended_at =
      store::next_landing_at(store, rows.front().into, now);
  for (store::Landing row : rows) {
    row.status = "landed";
    row.reason.clear();
    row.paths.clear();
    row.ended_at = ended_at;
    row.told.clear();
    store::update_landing(store, row);
    const std::string role = role_of(store, row);
    const std::string branch = git::short_branch(row.ref);
    // The one event of the commit: nobody finds it late.
    const auto commit = commits.find(row.landed_commit);
    if (commit != commits.end() &&
        !store::has_commit_event(store, row.landed_commit)) {
      store::Event e;
      e.spec_id = feature.spec_id;
      e.role = role;
      e.type = "status_update";
      e.message = commit->second.subject;
      e.recorded_commit = row.landed_commit;
      e.metadata = store::kFromCommit;
      e.at = now;
      store::insert_event(store, e);
    }
    add_event(store, feature, role, "branch_landed",
              branch + " landed on " + git::short_branch(row.into) + " as " +
                  row.landed_commit.substr(0, 12),
              row.landed_commit, now);
    if (const auto agent = agent_of(store, row))
      message::queue(
          store, *agent,
          {.text = "your branch has landed on " + git::short_branch(row.into) +
                   " (" + row.method + ", " + row.landed_commit.substr(0, 12) +
                   "), up to your commit " + row.commit.substr(0, 12),
           .priority = "low"},
          now);
  }
  transaction.commit();
}

std::string hunks_of(const Repository& repository, store::Store& store,
                     const Request& request, const Part& part,
                     const std::string& into, const std::string& onto,
                     const std::vector<std::string>& paths) {
  if (paths.empty()) return "";
  conflict::Finding finding;
  finding.a = part.agent;
  finding.b = git::short_branch(into);
  finding.kind = "stale";
  finding.paths = paths;
  finding.a_commit = part.row.commit;
  finding.b_commit = onto;
  finding.feature_id = request.feature.id;
  try {
    const auto details = conflict::details_of(repository, store, {finding});
    return details.empty() ? "" : details.front();
  } catch (const Error&) {
    return "";  // the paths say it, too
  }
}

Item reject(store::Store& store, const Request& request, const Part& part,
            Item item) {
  item.agent = part.agent;
  item.commit = part.row.commit;
  if (request.dry_run) return item;
  store::Landing row = part.row;
  row.status = "rejected";
  row.reason = item.detail;
  row.paths = item.paths;
  row.landed_commit.clear();
  const std::int64_t now = row.ended_at.emplace(clock::now());
  store::Transaction transaction(store);
  const bool known =
      is_known(store, row, item.reason + " " + row.commit + " " + item.detail);
  store::update_landing(store, row);
  if (!known)
    add_event(store, request.feature, role_of(store, row), "branch_rejected",
              git::short_branch(row.ref) + ": " + item.detail, row.commit, now);
  if (const auto agent = agent_of(store, row); agent && !known) {
    std::string text = "your branch did not land on " +
                       git::short_branch(row.into) + ": " + item.detail + "\n" +
                       list_of(item.paths);
    if (!item.log.empty())
      text += item.reason == "conflict"
                  ? item.log
                  : "the end of what it printed:\n" +
                        text::indented(end_of(item.log)) + "\n";
    text += "mend it, commit, and say so with: git orch report ready -m <text>";
    message::queue(store, *agent,
                   {.text = text,
                    .kind = item.reason == "conflict" ? "conflict" : "message",
                    .priority = "high"},
                   now);
  }
  transaction.commit();
  return item;
}

Item keep_waiting(store::Store& store, const Request& request, const Part& part,
                  Item item, const std::string& worktree) {
  item.agent = part.agent;
  item.commit = part.row.commit;
  if (request.dry_run) return item;
  store::Landing row = part.row;
  const bool is_dirty = item.reason == "target-dirty";
  row.status = is_dirty ? "target-dirty" : "queued";
  row.reason = item.detail;
  row.paths = item.paths;
  row.landed_commit.clear();
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  const bool known =
      is_known(store, row, item.reason + " " + text::join(item.paths, "\n"));
  store::update_landing(store, row);
  if (const auto agent = agent_of(store, row); agent && is_dirty && !known) {
    const std::string files = list_of(item.paths);
    message::queue(
        store, *agent,
        {.text = "your branch waits to land on " + git::short_branch(row.into) +
                 ": " + item.detail + "\n" + files},
        now);
    if (const auto owner = store::find_agent_in(store, worktree);
        owner && owner->id != agent->id)
      message::queue(
          store, *owner,
          {.text = git::short_branch(row.ref) + " waits to land on " +
                   git::short_branch(row.into) + ": " + item.detail + "\n" +
                   files +
                   "commit them or take them out of the way, then: "
                   "git orch integrate",
           .priority = "high"},
          now);
  }
  transaction.commit();
  return item;
}

}  // namespace orch::integrate
