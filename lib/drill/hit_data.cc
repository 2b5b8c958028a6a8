// SPDX-License-Identifier: MIT
//
// Files that are damaged: of worktrees, the store, the spool, refs, hooks.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "drill/trouble.h"
#include "error/error.h"
#include "file/file.h"
#include "process/signal.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/health.h"
#include "store/store.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kBriefMs = 800;

std::string garbage(std::size_t size) {
  std::string out(size, '\0');
  Draw draw(size);
  for (char& c : out) c = static_cast<char>(draw.next());
  return out;
}

void write_at(const std::string& path, std::int64_t offset,
              const std::string& bytes, int flags) {
  const file::Descriptor out(
      ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0600));
  if (!out || ::pwrite(out.get(), bytes.data(), bytes.size(), offset) < 0)
    throw Skip{"'" + path + "' cannot be written to"};
}

bool succeeds(const process::Outcome& out) { return out.ok(); }

// --- Worktrees ---------------------------------------------------------------

Trouble lose_worktree(Scene& scene, const std::string& agent) {
  Arena& arena = scene.team.arena();
  auto store = store::Store::find(arena.handle().orch_dir());
  const auto row = store ? store::find_agent(*store, agent) : std::nullopt;
  if (row && row->pid > 1)
    if (process::is_alive({static_cast<pid_t>(row->pid),
                           static_cast<std::uint64_t>(row->pid_start)}))
      process::send_signal(static_cast<pid_t>(row->pid), SIGKILL);
  file::remove_tree(arena.worktree_of(agent));
  return {.mend = [&arena] { return succeeds(arena.orch({"resume", "-q"})); }};
}

Trouble damage_worktree(Scene& scene, const Planned& planned) {
  Arena& arena = scene.team.arena();
  const std::string top = arena.worktree_of(planned.target);
  const auto here = repository::find(top);
  if (!here || here->common_dir != arena.handle().common_dir)
    throw Skip{"the worktree is not there"};
  if (planned.form == "gone") return lose_worktree(scene, planned.target);
  if (planned.form == "link") {
    file::write_atomically(top + "/.git", garbage(40), 0644);
    return {.mend =
                [&arena, top] {
                  return succeeds(arena.git({"worktree", "repair", top}));
                },
            .lasts_ms = kBriefMs};
  }
  const std::string index = here->git_dir + "/index";
  file::write_atomically(index, garbage(200), 0644);
  return {.mend =
              [&arena, top, index] {
                file::remove(index);
                return succeeds(arena.git({"reset", "-q"}, top));
              },
          .lasts_ms = kBriefMs};
}

// --- The store ---------------------------------------------------------------

void damage_store(const std::string& orch_dir, const std::string& form) {
  const std::string path = store::Store::path_in(orch_dir);
  const file::Lock gate = store::lock_gate(orch_dir);
  const std::int64_t size = file::regular_size(path).value_or(0);
  if (size == 0) throw Skip{"there is no store"};
  constexpr std::int64_t kPage = 4096;
  if (form.starts_with("header"))
    write_at(path, 0, garbage(100), 0);
  else if (form.starts_with("page"))
    write_at(path, size * 2 / 3 / kPage * kPage, garbage(kPage), 0);
  else if (::truncate(path.c_str(), size / 2) != 0)
    throw Skip{"the store cannot be cut"};
}

bool is_sound(const std::string& orch_dir) {
  try {
    return store::examine(orch_dir).health == store::Health::Sound;
  } catch (const Error&) {
    return false;
  }
}

// A copy that is put back holds all up to then. What is rebuilt holds what
// could be read, and what git knows; nothing of that may have changed.
Trouble damage_store(Scene& scene, const Planned& planned) {
  Arena& arena = scene.team.arena();
  const bool restores = planned.form.ends_with("restore");
  const std::string copy = arena.directory() + "/tmp/copy.db";
  scene.team.settle(10 * 1000);
  file::remove(copy);
  const auto known = scene.team.records();
  if (!known) throw Skip{"the store cannot be read"};
  if (restores && !arena.orch({"backup", copy, "-q"}).ok())
    throw Skip{"there is no copy to put back"};
  damage_store(arena.handle().orch_dir(), planned.form);
  return {.mend =
              [&scene, &arena, known, copy, restores] {
                if (restores)
                  arena.orch({"restore", copy, "-q"});
                else
                  arena.orch({"doctor", "--fix", "-q"});
                if (!is_sound(arena.handle().orch_dir())) return false;
                history::Records kept = *known;
                scene.lost = scene.team.count_lost(
                    kept,
                    restores ? Team::Mended::PutBack : Team::Mended::Rebuilt);
                scene.checker.start_anew(restores ? *known : kept);
                return true;
              },
          .lasts_ms = kBriefMs};
}

// --- Spool, refs, hooks ------------------------------------------------------

Trouble damage_spool(Scene& scene, const Planned& planned) {
  Arena& arena = scene.team.arena();
  const std::string spool = arena.handle().orch_dir() + "/spool";
  // A record that says that it is longer than what is there.
  const std::string bytes = planned.form == "torn"
                                ? std::string("\x40\0\0\0", 4) + garbage(20)
                                : garbage(64);
  write_at(spool + "/events", 0, bytes, O_APPEND | O_CREAT);
  return {.mend =
              [&arena, spool] {
                if (!arena.orch({"tick", "-q"}).ok()) return false;
                // As a person who has looked at it.
                for (const std::string& name : file::names_in(spool))
                  if (name.starts_with("torn-"))
                    file::remove(file::join(spool, name));
                return true;
              },
          .lasts_ms = kBriefMs};
}

// The newest id in a ref's reflog; empty: none.
std::string last_of(const std::string& reflog) {
  const auto lines =
      text::split_list(file::find_contents(reflog).value_or(""), '\n');
  if (lines.empty()) return "";
  const auto words = text::split(lines.back(), ' ');
  return words.size() > 1 ? words[1] : "";
}

Trouble damage_ref(Scene& scene, const Planned& planned) {
  Arena& arena = scene.team.arena();
  const std::string ref = "refs/heads/feature/" + planned.target;
  const std::string path = arena.handle().common_dir + "/" + ref;
  const std::string reflog = arena.handle().common_dir + "/logs/" + ref;
  if (last_of(reflog).empty()) throw Skip{"the branch has no reflog"};
  scene.checker.excuse(ref);
  file::write_atomically(path, planned.form == "empty" ? "" : garbage(41),
                         0644);
  return {
      .mend =
          [&arena, ref, path, reflog] {
            file::remove(path);
            return succeeds(arena.git({"update-ref", ref, last_of(reflog)}));
          },
      .lasts_ms = kBriefMs};
}

Trouble disable_hook(Scene& scene, const Planned& planned) {
  Arena& arena = scene.team.arena();
  if (planned.form == "path") {
    arena.git({"config", "core.hooksPath", "/dev/null"});
    return {.mend =
                [&arena] {
                  return succeeds(
                      arena.git({"config", "--unset", "core.hooksPath"}));
                },
            .lasts_ms = kBriefMs};
  }
  const std::string hook = arena.handle().common_dir + "/hooks/post-commit";
  file::remove(hook);
  return {.mend =
              [&arena, hook] {
                arena.orch({"doctor", "--fix", "-q"});
                return file::exists(hook);
              },
          .lasts_ms = kBriefMs};
}

}  // namespace

Trouble hit_data(Scene& scene, const Planned& planned) {
  const std::string_view kind = planned.kind->name;
  if (kind == "corrupt-worktree") return damage_worktree(scene, planned);
  if (kind == "corrupt-store") return damage_store(scene, planned);
  if (kind == "corrupt-spool") return damage_spool(scene, planned);
  if (kind == "corrupt-ref") return damage_ref(scene, planned);
  return disable_hook(scene, planned);
}

}  // namespace orch::drill
