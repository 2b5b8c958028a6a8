// SPDX-License-Identifier: MIT
#include "feature/plan.h"

#include <algorithm>

#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::feature {
namespace {

std::string team_text(const Request& request) {
  return request.roles.empty() ? "team '" + request.team + "'"
                               : "the list of roles";
}

// The command that registers those branches that are there. A feature has an
// overseer, whose branch may have to be made first.
std::string adopting(const std::string& spec_id,
                     const std::vector<store::Agent>& agents,
                     const std::vector<std::string>& names) {
  std::string making, branches;
  for (const store::Agent& a : agents) {
    const bool is_there =
        std::find(names.begin(), names.end(), a.branch) != names.end();
    if (!is_there && a.kind != "overseer") continue;
    if (!is_there) making = "git branch " + a.branch + " && ";
    branches += " --branch " + a.role + "=" + a.branch;
  }
  return making + "git orch add-feature " + spec_id + branches;
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
      throw Error(
          ErrorCode::Exists,
          "branch '" + parent + "' is in the way of '" + parent + "/...'",
          "git branch -m " + parent + " <another-name>");
  for (const store::Agent& a : agents) {
    if (journal && journal->names_branch(a.branch)) continue;
    if (has(a.branch))
      throw Error(ErrorCode::Exists, "branch '" + a.branch + "' already exists",
                  adopting(spec_id, agents, names));
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
  out.feature.integration_branch = branch_of(
      request.spec_id, role::require_overseer(roles, team_text(request)).name);
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

}  // namespace

std::string branch_of(const std::string& spec_id, const std::string& role) {
  return "feature/" + spec_id + "/" + role;
}

std::vector<role::Role> load_roles(const Repository& repository,
                                   const Request& request,
                                   const std::string& hint) {
  std::vector<std::string> names = request.roles;
  if (names.empty())
    names =
        installation::require_whole_team(repository.orch_dir(), request.team)
            .roles;
  std::vector<role::Role> roles;
  for (const std::string& name : names) {
    roles.push_back(installation::require_role(repository.orch_dir(), name));
  }
  for (const role::Role& r : roles)
    if (std::count(names.begin(), names.end(), r.name) > 1)
      throw Error(ErrorCode::Usage, "role '" + r.name + "' is named twice");
  role::require_overseer(roles, team_text(request), hint);
  role::require_fulfilled(roles);
  return roles;
}

namespace {

// A branch that is there, and of which git has read no commit, has one that
// cannot be read.
void refuse_unreadable(const std::string& ref,
                       const std::vector<git::Ref>& refs) {
  if (std::any_of(refs.begin(), refs.end(),
                  [&](const git::Ref& r) { return r.name == ref; }))
    throw Error(
        ErrorCode::Io,
        "cannot read the commit of branch '" + git::short_branch(ref) + "'",
        "git fsck");
}

}  // namespace

Base base_of(const Repository& repository, const std::string& asked) {
  if (!asked.empty()) {
    const std::string ref = std::string(git::kHeads) + asked;
    if (const auto id = git::find_commit(repository, ref)) return {ref, *id};
    const auto refs = git::list_refs(repository, {std::string(git::kHeads)});
    refuse_unreadable(ref, refs);
    std::vector<std::string> known;
    for (const git::Ref& r : refs) known.push_back(git::short_branch(r.name));
    const std::string near = text::nearest(asked, known);
    throw Error(ErrorCode::UnknownName, "there is no branch '" + asked + "'",
                near.empty() ? "git branch" : "did you mean '" + near + "'?");
  }
  const auto run = [&](std::vector<std::string> args) {
    return git::run(repository,
                    {.args = std::move(args), .worktree = repository.git_dir});
  };
  const auto symbolic = run({"symbolic-ref", "--quiet", "HEAD"});
  if (!symbolic.ok() && symbolic.status != 1)
    throw Error(ErrorCode::Contended,
                "git symbolic-ref failed: " + git::message_of(symbolic));
  if (!symbolic.ok())
    throw Error(ErrorCode::Usage,
                "HEAD is detached, so the feature has no base branch",
                "git orch init-feature <spec-id> --base <branch>");
  const std::string ref(text::trim(symbolic.output));
  const auto id = git::find_commit(repository, ref);
  if (id) return {ref, *id};
  refuse_unreadable(ref, git::list_refs(repository, {ref}));
  throw Error(ErrorCode::Usage,
              "branch '" + git::short_branch(ref) + "' has no commit yet",
              "git commit --allow-empty -m 'initial commit'");
}

namespace {

std::string root_of(const Repository& repository) {
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

// Guards read what they are held to line by line.
void refuse_line_break(const std::string& path, const char* hint) {
  if (path.find('\n') != std::string::npos)
    throw Error(ErrorCode::InvalidDirectory,
                "cannot guard agents in '" + text::printable(path) +
                    "': there is a line break in its path",
                hint);
}

}  // namespace

std::string worktree_root(const Repository& repository) {
  const std::string root = root_of(repository);
  refuse_line_break(repository.common_dir,
                    "move the repository to a path without one");
  refuse_line_break(root, "git config orch.worktreeRoot <path>");
  return root;
}

void refuse_bad_spec_id(const std::string& spec_id) {
  if (!text::is_spec_id(spec_id))
    throw Error(ErrorCode::Usage, "'" + spec_id + "' is no valid spec-id",
                "use lower-case letters, digits, '.', '_' and '-', for "
                "example 003-reading-goals");
}

void refuse_submodule(const Repository& repository) {
  if (repository.common_dir.find("/.git/modules/") != std::string::npos)
    throw Error(ErrorCode::Usage,
                "'" + repository.worktree + "' is a submodule",
                "run git orch in the superproject");
}

void refuse_in_the_way(const Repository& repository, const std::string& spec_id,
                       const std::vector<store::Agent>& agents,
                       const Journal* journal) {
  refuse_branches_in_the_way(repository, spec_id, agents, journal);
  refuse_paths_in_the_way(agents, journal);
}

Created plan_with(const Repository& repository, const Request& request,
                  const std::vector<role::Role>& roles,
                  const Journal* journal) {
  refuse_bad_spec_id(request.spec_id);
  repository::require_worktree(repository);
  refuse_submodule(repository);
  if (!request.runtime.empty())
    installation::require_data(repository.orch_dir(), "runtimes",
                               request.runtime);
  Created out = plan_fresh(repository, request, roles, journal);
  refuse_in_the_way(repository, request.spec_id, out.agents, journal);
  return out;
}

}  // namespace orch::feature
