// SPDX-License-Identifier: MIT
#include "feature/feature.h"

#include <algorithm>

#include "agent/agent.h"
#include "checkin/checkin.h"
#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "feature/journal.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "role/role.h"
#include "text/text.h"

namespace orch::feature {
namespace {

constexpr int kLockTimeoutMs = 120000;
constexpr int kCheckoutsAtOnce = 2;

std::string branch_of(const std::string& spec_id, const std::string& role) {
  return "feature/" + spec_id + "/" + role;
}

std::vector<role::Role> load_roles(const Repository& repository,
                                   const Request& request) {
  std::vector<std::string> names = request.roles;
  if (names.empty()) {
    const auto data = installation::require_data(repository.orch_dir(),
                                                 "teams", request.team);
    names = role::parse_team(data.bytes, data.path).roles;
  }
  std::vector<role::Role> roles;
  for (const std::string& name : names) {
    const auto data =
        installation::require_data(repository.orch_dir(), "roles", name);
    roles.push_back(role::parse_role(data.bytes, data.path));
  }
  for (const role::Role& r : roles)
    if (std::count(names.begin(), names.end(), r.name) > 1)
      throw Error(ErrorCode::Usage, "role '" + r.name + "' is named twice");
  role::require_overseer(roles, request.team);
  return roles;
}

// The branch that HEAD is on, or the one that was asked for.
struct Base {
  std::string ref;
  std::string commit;
};

Base base_of(const Repository& repository, const std::string& asked) {
  if (!asked.empty()) {
    const std::string ref = std::string(git::kHeads) + asked;
    if (const auto id = git::find_commit(repository, ref)) return {ref, *id};
    std::vector<std::string> known;
    for (const git::Ref& r : git::list_refs(repository, {"refs/heads/"}))
      known.push_back(git::short_branch(r.name));
    const std::string near = text::nearest(asked, known);
    throw Error(ErrorCode::UnknownName, "there is no branch '" + asked + "'",
                near.empty() ? "git branch" : "did you mean '" + near + "'?");
  }
  const auto run = [&](std::vector<std::string> args) {
    return git::run(repository, {.args = std::move(args),
                                 .worktree = repository.git_dir});
  };
  const auto symbolic = run({"symbolic-ref", "--quiet", "HEAD"});
  if (!symbolic.ok())
    throw Error(ErrorCode::Usage,
                "HEAD is detached, so the feature has no base branch",
                "git orch init-feature <spec-id> --base <branch>");
  const std::string ref(text::trim(symbolic.output));
  const auto id = git::find_commit(repository, ref);
  if (!id)
    throw Error(ErrorCode::Usage,
                "branch '" + git::short_branch(ref) + "' has no commit yet",
                "git commit --allow-empty -m 'initial commit'");
  return {ref, *id};
}

// Where worktrees go: orch.worktreeRoot, else beside the main worktree.
std::string worktree_root(const Repository& repository) {
  if (const auto root =
          config::Config::load(repository).find("orch.worktreeroot")) {
    if (root->starts_with('/')) return file::resolve(*root);
    return file::resolve(
        file::join(file::parent_of(repository.common_dir), *root));
  }
  const auto worktrees = git::list_worktrees(repository);
  std::string top = worktrees.empty() || worktrees[0].bare
                        ? repository.common_dir
                        : worktrees[0].path;
  if (top.ends_with(".git")) top.resize(top.size() - 4);
  while (top.ends_with('/')) top.pop_back();
  return top + ".orch";
}

void refuse_submodule(const Repository& repository) {
  if (repository.common_dir.find("/.git/modules/") != std::string::npos)
    throw Error(ErrorCode::Usage,
                "'" + repository.worktree + "' is a submodule",
                "run git orch in the superproject");
}

// A ref and a directory cannot share a name: feature/x is in the way of
// feature/x/overseer (git-check-ref-format(1)).
void refuse_branches_in_the_way(const Repository& repository,
                                const std::string& spec_id,
                                const std::vector<store::Agent>& agents,
                                const Journal* journal) {
  std::vector<std::string> names;
  for (const git::Ref& r : git::list_refs(repository, {"refs/heads/feature"}))
    names.push_back(git::short_branch(r.name));
  const auto has = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& parent :
       {std::string("feature"), "feature/" + spec_id})
    if (has(parent))
      throw Error(ErrorCode::Exists,
                  "branch '" + parent + "' is in the way of '" + parent +
                      "/...'",
                  "git branch -m " + parent + " <another-name>");
  for (const store::Agent& a : agents) {
    if (journal && journal->names_branch(a.branch)) continue;
    if (has(a.branch))
      throw Error(ErrorCode::Exists, "branch '" + a.branch + "' already exists",
                  "git orch add-feature " + spec_id + " --branch " + a.role +
                      "=" + a.branch);
    for (const std::string& n : names)
      if (n.starts_with(a.branch + "/"))
        throw Error(ErrorCode::Exists,
                    "branch '" + n + "' is in the way of '" + a.branch + "'",
                    "git branch -m " + n + " <another-name>");
  }
}

void refuse_paths_in_the_way(const std::vector<store::Agent>& agents,
                             const Journal* journal) {
  for (const store::Agent& a : agents) {
    if (a.worktree.empty() || (journal && journal->names_path(a.worktree)))
      continue;
    if (file::exists(a.worktree) && !file::is_empty_directory(a.worktree))
      throw Error(ErrorCode::Exists,
                  "worktree path '" + a.worktree + "' already exists",
                  "move it away, or git config orch.worktreeRoot <directory>");
  }
}

// Whether the rows, branches and worktrees of a finished set-up are there.
std::optional<Created> find_finished(const Repository& repository,
                                     store::Store* store,
                                     const std::string& spec_id) {
  if (!store) return std::nullopt;
  const auto f = store::find_feature(*store, spec_id);
  if (!f || Journal::find(repository.orch_dir(), spec_id)) return std::nullopt;
  return Created{*f, store::list_agents(*store, f->id), true};
}

Created plan_fresh(const Repository& repository, const Request& request,
                   const std::vector<role::Role>& roles,
                   const Journal* journal) {
  const Base base = journal ? Base{journal->base, journal->base_commit}
                            : base_of(repository, request.base);
  Created out;
  out.feature.spec_id = request.spec_id;
  out.feature.name = request.name.empty() ? request.spec_id : request.name;
  out.feature.base = base.ref;
  out.feature.base_commit = base.commit;
  if (!request.spec_path.empty()) out.feature.spec_path = request.spec_path;
  out.feature.integration_branch =
      branch_of(request.spec_id,
                role::require_overseer(roles, request.team).name);
  const std::string root =
      request.worktrees ? worktree_root(repository) : std::string();
  for (const role::Role& r : roles) {
    store::Agent a;
    a.address = request.spec_id + "/" + r.name;
    a.role = r.name;
    a.kind = r.kind;
    a.branch = branch_of(request.spec_id, r.name);
    if (request.worktrees)
      a.worktree = root + "/" + request.spec_id + "/" + r.name;
    a.runtime = request.runtime;
    out.agents.push_back(std::move(a));
  }
  return out;
}

Created plan_with(const Repository& repository, const Request& request,
                  const std::vector<role::Role>& roles,
                  const Journal* journal) {
  if (!text::is_spec_id(request.spec_id))
    throw Error(ErrorCode::Usage,
                "'" + request.spec_id + "' is no valid spec-id",
                "use lower-case letters, digits, '.', '_' and '-', for "
                "example 003-reading-goals");
  refuse_submodule(repository);
  if (!request.runtime.empty())
    installation::require_data(repository.orch_dir(), "runtimes",
                               request.runtime);
  Created out = plan_fresh(repository, request, roles, journal);
  refuse_branches_in_the_way(repository, request.spec_id, out.agents, journal);
  refuse_paths_in_the_way(out.agents, journal);
  return out;
}

// --- Doing it --------------------------------------------------------------

void create_branches(const Repository& repository, const Created& planned) {
  std::vector<git::RefUpdate> updates;
  for (const store::Agent& a : planned.agents) {
    const std::string ref = std::string(git::kHeads) + a.branch;
    if (git::find_commit(repository, ref)) continue;  // by an earlier run
    updates.push_back({ref, planned.feature.base_commit,
                       git::zero_id(planned.feature.base_commit)});
  }
  if (!updates.empty())
    git::update_refs(repository, updates,
                     "orch: init-feature " + planned.feature.spec_id);
}

// What a killed `git worktree add` leaves: a directory with nothing but .git,
// and an administrative entry that is locked as "initializing".
void clear_half_made(const Repository& repository, const std::string& path) {
  for (const std::string& name :
       file::names_in(repository.common_dir + "/worktrees")) {
    const std::string entry = repository.common_dir + "/worktrees/" + name;
    const auto back = file::find_contents(entry + "/gitdir");
    const auto lock = file::find_contents(entry + "/locked");
    const bool points_here = back && text::trim(*back) == path + "/.git";
    const bool unfinished = lock && text::trim(*lock) == "initializing";
    if ((points_here && unfinished) || (!back && unfinished))
      file::remove_tree(entry);
  }
  const auto names = file::names_in(path);
  if (names == std::vector<std::string>{".git"} &&
      !repository::find(path).has_value())
    file::remove_tree(path);
}

bool is_worktree_on(const Repository& repository, const std::string& path,
                    const std::string& branch) {
  for (const git::Worktree& w : git::list_worktrees(repository))
    if (w.path == path) return w.branch == std::string(git::kHeads) + branch;
  return false;
}

void add_worktree(const Repository& repository, const store::Agent& a) {
  clear_half_made(repository, a.worktree);
  if (!is_worktree_on(repository, a.worktree, a.branch)) {
    file::make_directories(file::parent_of(a.worktree));
    git::require(repository,
                 {.args = {"worktree", "add", "--quiet", "--no-checkout",
                           a.worktree, a.branch},
                  .dies_with_us = true});
  }
  const auto made = repository::find(a.worktree);
  if (!made || made->common_dir != repository.common_dir)
    throw Error(ErrorCode::Io, "cannot use worktree '" + a.worktree + "'");
  repository::mark_agent(made->git_dir, a.address);
}

// Fills the new worktrees, some side by side. The journal says that nobody has
// worked in them, so a lock that a killed git left is no one's.
void check_out(const Repository& repository, const Created& planned) {
  std::vector<process::Program> programs;
  for (const store::Agent& a : planned.agents) {
    const auto made = repository::find(a.worktree);
    if (!made) continue;
    file::remove(made->git_dir + "/index.lock");
    programs.push_back(git::program(
        repository, {.args = {"reset", "--hard", "--quiet"},
                     .worktree = a.worktree,
                     .dies_with_us = true}));
  }
  for (const process::Outcome& o :
       process::run_all(programs, kCheckoutsAtOnce))
    if (!o.ok())
      throw Error(ErrorCode::Io,
                  "cannot check out a worktree: " + git::message_of(o));
}

void insert_rows(store::Store& store, Created& planned,
                 const std::vector<role::Role>& roles) {
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  planned.feature.created_at = now;
  if (const auto present = store::find_feature(store, planned.feature.spec_id))
    planned.feature = *present;
  else
    planned.feature.id = store::insert_feature(store, planned.feature);
  for (std::size_t i = 0; i < planned.agents.size(); ++i) {
    store::Agent& a = planned.agents[i];
    if (const auto present = store::find_agent(store, a.address)) {
      a = *present;
      continue;
    }
    a.feature_id = planned.feature.id;
    a.created_at = now;
    a.state_since = now;
    a.id = store::insert_agent(store, a);
    // Enrolment is atomic: no agent without a future check-in.
    constexpr std::int64_t kDefaultMs = 30 * 60 * 1000;
    checkin::enrol(store, a,
                   roles[i].check_in_ms > 0 ? roles[i].check_in_ms : kDefaultMs,
                   now);
  }
  transaction.commit();
}

// Undoes what this journal names, newest first. Only untouched things go: a
// branch is deleted by compare-and-swap from where we made it.
void undo(const Repository& repository, const Journal& journal) {
  for (const auto& [branch, path] : journal.parts) {
    if (!path.empty() && file::exists(path))
      git::run(repository, {.args = {"worktree", "remove", path}});
    if (!path.empty()) clear_half_made(repository, path);
    const std::string ref = std::string(git::kHeads) + branch;
    git::run(repository,
             {.args = {"update-ref", "-d", ref, journal.base_commit}});
  }
  for (const auto& [branch, path] : journal.parts) {
    if (path.empty()) continue;
    const std::string feature_dir = file::parent_of(path);
    for (const std::string& d : {feature_dir, file::parent_of(feature_dir)})
      if (file::is_empty_directory(d)) file::remove_tree(d);
  }
  journal.remove(repository.orch_dir());
}

}  // namespace

Created plan(const Repository& repository, store::Store* store,
             const Request& request) {
  if (auto finished = find_finished(repository, store, request.spec_id))
    return *std::move(finished);
  const auto roles = load_roles(repository, request);
  const auto journal = Journal::find(repository.orch_dir(), request.spec_id);
  return plan_with(repository, request, roles, journal ? &*journal : nullptr);
}

Created create(const Repository& repository, store::Store& store,
               const Request& request, const Progress& progress) {
  // One lock for all set-ups of this repository: concurrent `worktree add` and
  // `config` lose work in git 2.39.
  file::make_private_directories(repository.orch_dir() + "/lock");
  const file::Lock lock = file::Lock::take(
      repository.orch_dir() + "/lock/worktrees", file::Lock::Mode::Exclusive,
      kLockTimeoutMs, "the worktrees of this repository");
  if (auto finished = find_finished(repository, &store, request.spec_id))
    return *std::move(finished);

  const auto roles = load_roles(repository, request);
  auto journal = Journal::find(repository.orch_dir(), request.spec_id);
  Created planned =
      plan_with(repository, request, roles, journal ? &*journal : nullptr);
  if (!journal) {
    journal.emplace();
    journal->spec_id = request.spec_id;
    journal->base = planned.feature.base;
    journal->base_commit = planned.feature.base_commit;
    for (const store::Agent& a : planned.agents)
      journal->parts.emplace_back(a.branch, a.worktree);
    journal->write(repository.orch_dir());
  }
  try {
    create_branches(repository, planned);
    if (request.worktrees) {
      for (const store::Agent& a : planned.agents) {
        progress("worktree " + a.worktree);
        add_worktree(repository, a);
      }
      progress("checking out");
      check_out(repository, planned);
    }
    insert_rows(store, planned, roles);
  } catch (const Error&) {
    undo(repository, *journal);
    throw;
  }
  journal->remove(repository.orch_dir());
  return planned;
}

}  // namespace orch::feature
