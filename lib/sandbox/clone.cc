// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "sandbox/sandbox.h"
#include "text/words.h"

namespace orch::sandbox {
namespace {

constexpr char kRemote[] = "orch";
constexpr char kOutside[] = "refs/orch/outside";
constexpr int kPatienceMs = 120'000;

Repository clone_of(const Settings& s) {
  return {s.clone_git_dir(), s.clone(), s.worktree};
}

// Not by the worktree, whose `.git` leads to the clone here.
Repository outside_of(const Settings& s) {
  return {s.common_dir, s.common_dir, ""};
}

// The user's own configuration of the repository first, so that what is ours
// holds. `orch` is where everybody else's branches come from.
std::string configuration(const Settings& s) {
  const bool plain = s.object_format == "sha1";
  const auto quoted = [](const std::string& v) {
    return config::quoted_value(v);
  };
  return "[core]\n\trepositoryformatversion = " +
         std::string(plain ? "0" : "1") +
         (plain ? "" : "\n[extensions]\n\tobjectFormat = " + s.object_format) +
         "\n[include]\n\tpath = " + quoted(s.common_dir + "/config") +
         "\n[core]\n\tbare = true\n\tlogAllRefUpdates = true\n\thooksPath = " +
         quoted(s.base + "/hooks") + "\n[merge]\n\tff = false\n[remote \"" +
         kRemote + "\"]\n\turl = " + quoted(s.common_dir) +
         "\n\tfetch = +refs/heads/*:refs/remotes/*\n\tfetch = " +
         quoted("^" + s.branch) + "\n[gc]\n\tauto = 0\n";
}

void link(const std::string& to, const std::string& path) {
  if (file::link_target(path) == to) return;
  file::remove(path);
  if (::symlink(to.c_str(), path.c_str()) != 0)
    throw io_error("cannot make '" + path + "'", errno);
}

// A bare repository with one linked worktree, as git-worktree(1) lays it out:
// only what is missing is made, so that a clone which a kill left is completed.
void make(const Settings& s) {
  const std::string own = s.clone_git_dir();
  file::make_private_directories(own);
  file::make_private_directories(s.clone() + "/objects/info");
  file::make_private_directories(s.clone() + "/refs/heads");
  file::write_atomically(s.clone() + "/objects/info/alternates",
                         s.common_dir + "/objects\n");
  if (const auto shallow = file::find_contents(s.common_dir + "/shallow"))
    file::write_atomically(s.clone() + "/shallow", *shallow);
  file::write_atomically(s.clone() + "/config", configuration(s));
  file::write_atomically(own + "/commondir", "../..\n");
  file::write_atomically(own + "/gitdir", s.worktree + "/.git\n");
  // Whose it is, what it is held to and at which task it works: as outside.
  for (const char* name :
       {repository::kAgentFile, repository::kRulesFile, repository::kTaskFile})
    link(file::join(s.worktree_git_dir, name), file::join(own, name));
  if (!file::exists(own + "/HEAD"))
    file::write_atomically(own + "/HEAD", "ref: " + s.branch + "\n");
  // Last: with it, git takes the directory for a repository.
  if (!file::exists(s.clone() + "/HEAD"))
    file::write_atomically(s.clone() + "/HEAD", "ref: refs/heads/orch-none\n");
}

std::string value_of(const Repository& repository, const std::string& ref) {
  const auto commit = git::find_commit(repository, ref);
  return commit.value_or("");
}

// The branch as it is outside, with its index, which knows the files.
void follow(const Settings& s, const std::string& from, const std::string& to) {
  const Repository clone = clone_of(s);
  git::require(clone, {.args = {"update-ref", "-m", "from outside", s.branch,
                                to, from.empty() ? git::zero_id(to) : from},
                       .worktree = s.worktree});
  if (const auto index = file::find_contents(s.worktree_git_dir + "/index"))
    file::write_atomically(s.clone_git_dir() + "/index", *index);
  git::run(clone, {.args = {"update-index", "-q", "--refresh"},
                   .worktree = s.worktree});
}

}  // namespace

std::string catch_up(const Settings& s) {
  const Repository clone = clone_of(s);
  const auto fetched = [&](const std::vector<std::string>& what) {
    git::Call call{.args = {"fetch", "-q", "--no-write-fetch-head", "--no-tags",
                            "--no-auto-maintenance", "--no-recurse-submodules"},
                   .worktree = s.worktree,
                   .timeout_ms = kPatienceMs};
    call.args.insert(call.args.end(), what.begin(), what.end());
    return git::run(clone, call);
  };
  auto outcome = fetched({"--prune", kRemote});
  if (!outcome.ok()) {
    // What somebody outside has rewritten and cleared away may be named here
    // still: all of it comes from outside.
    file::remove_tree(s.clone() + "/refs/remotes");
    outcome = fetched({"--prune", kRemote});
  }
  // Its own branch as it is outside, by a name that no branch can have.
  if (outcome.ok())
    outcome = fetched({"--refmap=", kRemote, "+" + s.branch + ":" + kOutside});
  return outcome.ok() ? ""
                      : "what others have committed is not here: " +
                            git::message_of(outcome);
}

std::string enter(const Settings& s, bool adopt) {
  make(s);
  const std::string there = value_of(outside_of(s), s.branch);
  const std::string here = value_of(clone_of(s), s.branch);
  if (adopt && !there.empty() && here != there) follow(s, here, there);
  return catch_up(s);
}

namespace {

// git hands --upload-pack to a shell (git-fetch(1)).
git::Call fetching(const Settings& s, const std::vector<std::string>& what) {
  const std::string serve =
      text::shell_word(installation::internal_program("git-orch--sandbox")) +
      " upload-pack " + text::shell_word(s.base + "/settings");
  git::Call call{
      .args = {"-c", "fetch.fsckObjects=true", "fetch", "-q", "--no-tags",
               "--no-write-fetch-head", "--no-auto-maintenance",
               "--no-recurse-submodules", "--upload-pack=" + serve, s.clone()},
      .timeout_ms = kPatienceMs};
  call.args.insert(call.args.end(), what.begin(), what.end());
  return call;
}

}  // namespace

void fetch(const Repository& repository, const Settings& s) {
  const auto outcome =
      git::run(repository, fetching(s, {"+" + s.branch + ":" + s.seen_ref()}));
  if (!outcome.ok())
    throw Error(ErrorCode::Io,
                "cannot fetch from the sandbox: " + git::message_of(outcome));
}

bool keep(const Repository& repository, const Settings& s) {
  if (!file::exists(s.clone() + "/HEAD")) return true;
  const std::string kept = s.kept_refs();
  if (!git::run(repository, fetching(s, {"+refs/heads/*:" + kept + "heads/*",
                                         "+refs/stash*:" + kept + "stash*"}))
           .ok())
    return false;
  // What is outside as well needs no keeping.
  std::vector<git::RefUpdate> known;
  for (const git::Ref& ref : git::list_refs(repository, {kept + "heads"})) {
    const std::string outside =
        "refs/heads/" + ref.name.substr((kept + "heads/").size());
    if (git::run(repository,
                 {.args = {"merge-base", "--is-ancestor", ref.id, outside}})
            .ok())
      known.push_back({ref.name, git::zero_id(ref.id), ref.id});
  }
  if (!known.empty()) git::update_refs(repository, known, "outside, too");
  return true;
}

}  // namespace orch::sandbox
