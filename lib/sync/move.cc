// SPDX-License-Identifier: MIT
#include "sync/move.h"

#include <algorithm>
#include <set>

#include "agent/agent.h"
#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/guard.h"
#include "process/process.h"
#include "spool/spool.h"
#include "store/events.h"
#include "sync/notice.h"
#include "text/text.h"

namespace orch::sync {
namespace {

constexpr char kMark[] = "orch-sync";
constexpr char kForm[] = "orch-sync 1";
constexpr char kEnd[] = "end";

std::string mark_of(const Repository& worktree) {
  return file::join(worktree.git_dir, kMark);
}

std::string tip_of(const Repository& repository, const std::string& ref) {
  return git::find_commit(repository, ref).value_or("");
}

std::string verb_of(const Move& m) {
  if (m.method == "rebase") return "rebased onto ";
  return m.method == "merge" ? "merged with " : "brought up to ";
}

// The id of its event, and of its record: a rerun makes no second one.
std::string id_of(const Move& m, const char* what) {
  return event::derived_id({what, m.branch, m.from, m.to, m.backup});
}

// What post-rewrite or post-merge would have told in the worktree.
void record(const Repository& repository, const store::Agent& agent,
            const Move& m) {
  event::Record r;
  if (m.method == "rebase") {
    std::string pairs;
    for (const auto& [before, after] : m.rewritten)
      pairs += before + " " + after + "\n";
    r = spool::new_record(event::kind::kRewrite, {{"command", "rebase"},
                                                  {"pairs", pairs},
                                                  {"head", m.to},
                                                  {"orig", m.from},
                                                  {"onto", m.taken_in},
                                                  {"ref", m.branch},
                                                  {"agent", agent.address}});
  } else {
    r = spool::new_record(
        event::kind::kMerge,
        {{"commit", m.to}, {"ref", m.branch}, {"agent", agent.address}});
  }
  r.id = id_of(m, "record");
  spool::append(repository.orch_dir(), r);
  doorbell::ring(repository);
}

std::string text_for_agent(const Repository& repository, const Move& m) {
  const auto paths = git::changed_paths(repository, m.from, m.to);
  return "your branch was " + verb_of(m) +
         text::printable(git::short_branch(m.upstream)) + " by " + m.by + "; " +
         listed(paths, " changed") + "before: " + m.backup +
         "\nlook with: git log --stat " + m.from.substr(0, 12) + ".." +
         git::short_branch(m.branch);
}

// The branch has moved: what remains to be told.
void finish(const Repository& repository, store::Store& store,
            const Repository& worktree, const store::Agent& agent,
            const Move& m) {
  record(repository, agent, m);
  const std::string text =
      m.by == agent.address ? "" : text_for_agent(repository, m);
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  store::Event e;
  e.event_id = id_of(m, "event");
  e.spec_id = agent.address.substr(0, agent.address.find('/'));
  e.role = agent.role;
  e.type = "synced";
  e.message = verb_of(m) + git::short_branch(m.upstream) + " at " +
              m.taken_in.substr(0, 12) + " by " + m.by;
  e.at = now;
  if (store::insert_event(store, e)) {
    store::Sync row = store::find_sync(store, agent.id);
    row.upstream = m.taken_in;
    row.method = m.method;
    row.synced_at = now;
    row.told = m.taken_in;
    take_back(store, "the branch was synced", row);
    if (!text.empty()) tell(store, agent, text, now, row);
    store::put_sync(store, row);
  }
  transaction.commit();
  file::remove(mark_of(worktree));
}

// What a killed git has left of its own; it has ended, since it held our lock.
void clear_locks(const Repository& repository, const Repository& worktree,
                 const Move& m) {
  const std::vector<std::string> locks = {
      file::join(worktree.git_dir, "index.lock"),
      file::join(worktree.git_dir, "HEAD.lock"),
      file::join(repository.common_dir, m.branch + ".lock")};
  if (std::none_of(locks.begin(), locks.end(),
                   [](const auto& path) { return file::exists(path); }))
    return;
  for (const process::Seen& seen : process::processes_below(worktree.worktree))
    if (seen.name == "git")
      throw Error(ErrorCode::Contended,
                  "another git is at work in '" + worktree.worktree + "'");
  for (const std::string& path : locks) file::remove(path);
}

std::set<std::string> as_set(const std::vector<std::string>& paths) {
  return {paths.begin(), paths.end()};
}

// Of the worktree's content, saved as `work`: what is neither as before nor as
// after the move, but for files that are in none of them.
bool has_other_content(const Repository& repository, const Move& m,
                       const std::string& work) {
  const auto to_before = as_set(git::changed_paths(repository, m.from, work));
  const auto to_after = as_set(git::changed_paths(repository, m.to, work));
  const auto added_to = [&](const std::string& commit) {
    return as_set(text::split(
        git::require(repository, {.args = {"diff-tree", "-r", "-z",
                                           "--name-only", "--no-renames",
                                           "--diff-filter=A", commit, work}}),
        '\0'));
  };
  const auto new_to_before = added_to(m.from), new_to_after = added_to(m.to);
  return std::any_of(
      to_before.begin(), to_before.end(), [&](const std::string& path) {
        return to_after.contains(path) &&
               !(new_to_before.contains(path) && new_to_after.contains(path));
      });
}

// The branch has not moved, its files may have. Whether they have.
bool is_half_done(const Repository& repository, const Repository& worktree,
                  const Move& m) {
  const auto changed = as_set(git::changed_paths(repository, m.from, m.to));
  const auto dirty = git::dirty_paths(repository, worktree.worktree);
  return std::any_of(dirty.begin(), dirty.end(),
                     [&](const auto& path) { return changed.contains(path); });
}

void give_up(store::Store& store, const Repository& worktree,
             const store::Agent& agent, const Move& m,
             const std::string& saved) {
  const std::int64_t now = clock::now();
  const std::string text =
      "a sync of this branch was ended half way, and files have been changed "
      "since: some are as in " +
      m.to.substr(0, 12) + ", which was to come. All is kept in " +
      saved.substr(0, 12) + "; to go back: git reset --hard " +
      m.from.substr(0, 12) + ", then git orch snapshot restore";
  store::Transaction transaction(store);
  store::Event e;
  e.spec_id = agent.address.substr(0, agent.address.find('/'));
  e.role = agent.role;
  e.type = "sync_interrupted";
  e.message = text;
  e.at = now;
  store::insert_event(store, e);
  store::Sync row = store::find_sync(store, agent.id);
  tell(store, agent, text, now, row);
  store::put_sync(store, row);
  transaction.commit();
  file::remove(mark_of(worktree));
}

void move_worktree(const Repository& repository, store::Store& store,
                   const Repository& worktree, const Move& m, const char* how) {
  guard::Announcement announced(store, m.branch, m.from, m.to);
  const auto moved = git::run(
      repository,
      {.args = {"-c", "submodule.recurse=false", "reset", "--quiet", how, m.to},
       .worktree = worktree.worktree});
  if (tip_of(repository, m.branch) != m.to)
    throw Error(ErrorCode::Dirty,
                "cannot move '" + git::short_branch(m.branch) + "' in '" +
                    worktree.worktree + "': " + git::message_of(moved));
  announced.done();
}

void forget(const Repository& repository, const Repository& worktree,
            const Move& m) {
  git::run(repository, {.args = {"update-ref", "-d", m.backup, m.from}});
  file::remove(mark_of(worktree));
}

}  // namespace

std::string to_text(const Move& m) {
  // No name of a ref has a line break, and no address.
  std::string out = std::string(kForm) + "\n";
  const auto add = [&](const char* key, const std::string& value) {
    out += std::string(key) + " " + value + "\n";
  };
  add("branch", m.branch);
  add("upstream", m.upstream);
  add("method", m.method);
  add("from", m.from);
  add("to", m.to);
  add("taken-in", m.taken_in);
  add("backup", m.backup);
  add("by", m.by);
  add("at", std::to_string(m.at));
  for (const auto& [before, after] : m.rewritten)
    add("rewritten", before + " " + after);
  return out + kEnd + "\n";
}

std::optional<Move> parse_move(const std::string& text) {
  const auto lines = text::split_list(text, '\n');
  if (lines.size() < 2 || lines.front() != kForm || lines.back() != kEnd)
    return std::nullopt;
  Move m;
  for (const std::string& line : lines) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string key = line.substr(0, space);
    const std::string value = line.substr(space + 1);
    for (const auto& [name, member] : {std::pair{"branch", &Move::branch},
                                       {"upstream", &Move::upstream},
                                       {"method", &Move::method},
                                       {"from", &Move::from},
                                       {"to", &Move::to},
                                       {"taken-in", &Move::taken_in},
                                       {"backup", &Move::backup},
                                       {"by", &Move::by}})
      if (key == name) m.*member = value;
    if (key == "at") m.at = std::strtoll(value.c_str(), nullptr, 10);
    if (key == "rewritten")
      m.rewritten.emplace_back(value.substr(0, value.find(' ')),
                               value.substr(value.find(' ') + 1));
  }
  if (m.branch.empty() || m.from.empty() || m.to.empty()) return std::nullopt;
  return m;
}

bool is_marked(const Repository& worktree) {
  return file::exists(mark_of(worktree));
}

void make(const Repository& repository, store::Store& store,
          const Repository& worktree, const store::Agent& agent,
          const Move& m) {
  file::write_atomically(mark_of(worktree), to_text(m));
  try {
    git::update_refs(repository, {{m.backup, m.from, git::zero_id(m.from)}},
                     "orch: before a sync");
    move_worktree(repository, store, worktree, m, "--keep");
  } catch (const Error&) {
    forget(repository, worktree, m);
    throw;
  }
  finish(repository, store, worktree, agent, m);
}

bool repair_in(const Repository& repository, store::Store& store,
               const Repository& worktree, const store::Agent& agent) {
  const auto text = file::find_contents(mark_of(worktree));
  if (!text) return false;
  const auto m = parse_move(*text);
  if (!m) {
    file::remove(mark_of(worktree));
    return false;
  }
  clear_locks(repository, worktree, *m);
  const std::string tip = tip_of(repository, m->branch);
  if (tip == m->to) {
    finish(repository, store, worktree, agent, *m);
    return true;
  }
  // Somebody has gone on from there, or elsewhere.
  if (tip != m->from || repository::read_head(worktree).branch != m->branch) {
    file::remove(mark_of(worktree));
    return false;
  }
  if (!is_half_done(repository, worktree, *m)) {
    forget(repository, worktree, *m);
    return true;
  }
  const auto saved =
      agent::snapshot(repository, store, agent, "a sync that was ended");
  if (!saved) {
    forget(repository, worktree, *m);
    return true;
  }
  if (has_other_content(repository, *m, *saved)) {
    give_up(store, worktree, agent, *m, *saved);
    return true;
  }
  move_worktree(repository, store, worktree, *m, "--hard");
  finish(repository, store, worktree, agent, *m);
  return true;
}

}  // namespace orch::sync
