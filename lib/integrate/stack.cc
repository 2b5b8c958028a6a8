// SPDX-License-Identifier: MIT
//
// What the target would become: the stack of a run.
#include <algorithm>

#include "error/error.h"
#include "integrate/notices.h"
#include "integrate/run.h"
#include "text/text.h"

namespace orch::integrate {

void Run::add_waiting(const Part& part, Item item,
                      const std::string& worktree) {
  set_aside_.insert(part.row.ref);
  out_.waiting.push_back(
      keep_waiting(store_, request_, part, std::move(item), worktree));
}

// One that cannot be built at all is that branch's matter, not the run's. A git
// that was killed over it says nothing of it, and one that met a bad disk says
// the same as one that met a bad branch: it is asked twice, and then whether it
// could build anything there.
Built Run::try_build(const std::string& onto, const Part& part) const {
  const auto once = [&]() -> Built {
    try {
      return build(repository_, request_, into_, onto, part, marks_);
    } catch (const Error& e) {
      if (e.code() == ErrorCode::Contended) throw;
      return {{}, {{}, e.what()}};
    }
  };
  Built built = once();
  if (built.candidate || built.collision.reason.empty()) return built;
  built = once();
  if (!built.candidate && !built.collision.reason.empty() &&
      !can_build(repository_, onto))
    throw Error(ErrorCode::Contended,
                "git can make no commit on '" + git::short_branch(into_) +
                    "': " + built.collision.reason,
                "git orch integrate, when that is mended; no branch was "
                "rejected for it");
  return built;
}

namespace {

// With those below it that change the same files.
Item collision_of(const Stack& stack, const Part& part,
                  const Collision& collision) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < stack.parts.size(); ++i) {
    const auto& changed = stack.candidates[i].changed;
    if (std::any_of(changed.begin(), changed.end(), [&](const auto& path) {
          return std::find(collision.paths.begin(), collision.paths.end(),
                           path) != collision.paths.end();
        }))
      names.push_back(stack.parts[i].agent);
  }
  Item out{.agent = part.agent,
           .commit = part.row.commit,
           .reason = "conflict",
           .paths = collision.paths};
  out.detail = "it conflicts with " +
               (names.empty() ? "one" : text::join(names, ", ")) + ", which " +
               (names.size() > 1 ? "land" : "lands") + " first";
  return out;
}

}  // namespace

// On top of each other, in their order. One that collides with the target
// itself is rejected; one that collides with another part waits for what
// becomes of that.
Stack Run::build_stack(const std::vector<Part>& parts) {
  Stack out{
      .onto = require_tip(), .parts = {}, .candidates = {}, .deferred = {}};
  std::string top = out.onto;
  for (const Part& part : parts) {
    Built built = try_build(top, part);
    if (!built.candidate && top != out.onto) {
      // Is it the target, or one of those before it?
      const Built alone = try_build(out.onto, part);
      if (alone.candidate) {
        out.collisions.push_back(collision_of(out, part, built.collision));
        out.deferred.push_back(part);
        continue;
      }
      built = alone;
    }
    if (!built.candidate) {
      Item item{.reason = "conflict", .paths = built.collision.paths};
      item.detail =
          built.collision.reason.empty()
              ? "it conflicts with " + git::short_branch(into_) + " in " +
                    text::count_of(built.collision.paths.size(), "file")
              : "git cannot merge it: " +
                    text::printable(built.collision.reason);
      item.log = hunks_of(repository_, store_, request_, part, into_, out.onto,
                          item.paths);
      out_.rejected.push_back(reject(store_, request_, part, std::move(item)));
      continue;
    }
    top = built.candidate->commit;
    out.parts.push_back(part);
    out.candidates.push_back(std::move(*built.candidate));
  }
  return out;
}

// Parts that change what is not committed in the target's worktree wait; the
// others go on.
void Run::set_aside_dirty(std::vector<Part>& parts) {
  const std::string worktree = landing::worktree_of(repository_, into_);
  if (worktree.empty()) return;
  const std::string onto = require_tip();
  const auto any = landing::find_obstacle(repository_, worktree, {});
  if (!any.detail.empty()) {
    for (const Part& part : parts)
      add_waiting(part, {.reason = "target-dirty", .detail = any.detail},
                  worktree);
    parts.clear();
    return;
  }
  if (git::dirty_paths(repository_, worktree).empty()) return;
  std::vector<Part> free;
  for (const Part& part : parts) {
    const Built alone = try_build(onto, part);
    const auto obstacle = alone.candidate
                              ? landing::find_obstacle(repository_, worktree,
                                                       alone.candidate->changed)
                              : landing::Obstacle{};
    if (obstacle.detail.empty())
      free.push_back(part);
    else
      add_waiting(part,
                  {.reason = "target-dirty",
                   .detail = obstacle.detail,
                   .paths = obstacle.paths},
                  worktree);
  }
  parts = std::move(free);
}

}  // namespace orch::integrate
