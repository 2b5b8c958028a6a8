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
#include "git/state.h"
#include "guard/guard.h"
#include "landing/recovery.h"
#include "process/process.h"
#include "spool/spool.h"
#include "store/events.h"
#include "store/snapshots.h"
#include "sync/notice.h"
#include "sync/untracked.h"
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

Error another_git_in(const Repository& worktree) {
  return Error(ErrorCode::Contended,
               "another git is at work in '" + worktree.worktree + "'");
}

// What a killed git has left of its own; it has ended, since it held our lock.
// The git that has started us is no other.
void clear_locks(const Repository& repository, const Repository& worktree,
                 const Move& m) {
  const std::vector<std::string> locks = {
      file::join(worktree.git_dir, "index.lock"),
      file::join(worktree.git_dir, "HEAD.lock"),
      file::join(repository.common_dir, m.branch + ".lock")};
  if (std::none_of(locks.begin(), locks.end(),
                   [](const auto& path) { return file::exists(path); }))
    return;
  const auto chain = process::ancestors();
  for (const process::Seen& seen : process::processes_below(worktree.worktree))
    if (seen.name == "git" &&
        std::find(chain.begin(), chain.end(), seen.identity) == chain.end())
      throw another_git_in(worktree);
  for (const std::string& path : locks) file::remove(path);
}

std::set<std::string> as_set(const std::vector<std::string>& paths) {
  return {paths.begin(), paths.end()};
}

// The branch has not moved, its files may have. Whether they have.
bool is_half_done(const Repository& repository, const Repository& worktree,
                  const Move& m) {
  const auto changed = as_set(git::changed_paths(repository, m.from, m.to));
  const auto dirty = git::dirty_paths(repository, worktree.worktree);
  return std::any_of(dirty.begin(), dirty.end(),
                     [&](const auto& path) { return changed.contains(path); });
}

// The number that `git orch snapshot` knows it by.
std::string number_of(store::Store& store, const std::string& saved) {
  for (const store::Snapshot& s : store::list_snapshots(store))
    if (s.commit == saved) return std::to_string(s.id);
  return "<id>";
}

void give_up(store::Store& store, const Repository& worktree,
             const store::Agent& agent, const Move& m,
             const std::string& saved) {
  const std::int64_t now = clock::now();
  const std::string text =
      "a sync of this branch was ended half way, and files have been changed "
      "since. These stay; what git had written is again as in " +
      m.from.substr(0, 12) +
      ". All that was found is kept: git orch snapshot restore " +
      number_of(store, saved);
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
                   const Repository& worktree, const Move& m) {
  guard::Announcement announced(store, m.branch, m.from, m.to);
  // It trusts what the index has of files, which a copy or a touch changes.
  git::run(repository, {.args = {"update-index", "-q", "--refresh"},
                        .worktree = worktree.worktree});
  const auto moved =
      git::run(repository, {.args = {"-c", "submodule.recurse=false", "reset",
                                     "--quiet", "--keep", m.to},
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

// What git itself has done to files and index for a branch that has not moved
// is undone. False while another git is at work there.
bool mend(const Repository& repository, const Repository& worktree,
          const Move& m, landing::Locks locks) {
  return landing::mend_worktree(
      repository, {m.branch, m.from, m.to, worktree.worktree}, locks);
}

// git did not make it: a hook or a lock may have stopped it when the files were
// there. Where that cannot be undone now, the mark stays for the repair.
void take_back(const Repository& repository, const Repository& worktree,
               const Move& m) {
  if (tip_of(repository, m.branch) == m.from &&
      (!mend(repository, worktree, m, landing::Locks::Keep) ||
       is_half_done(repository, worktree, m)))
    return;
  forget(repository, worktree, m);
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
    move_worktree(repository, store, worktree, m);
  } catch (const Error&) {
    take_back(repository, worktree, m);
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
  if (tip != m->from || git::branch_in(worktree) != m->branch) {
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
  if (!mend(repository, worktree, *m, landing::Locks::Remove))
    throw another_git_in(worktree);
  if (is_half_done(repository, worktree, *m)) {
    give_up(store, worktree, agent, *m, *saved);
    return true;
  }
  // All of it was git's own. What came in the way since then ends it here.
  if (!find_untracked(repository, worktree, m->from, m->to).empty()) {
    forget(repository, worktree, *m);
    return true;
  }
  try {
    move_worktree(repository, store, worktree, *m);
  } catch (const Error&) {
    take_back(repository, worktree, *m);
    return true;
  }
  finish(repository, store, worktree, agent, *m);
  return true;
}

}  // namespace orch::sync
