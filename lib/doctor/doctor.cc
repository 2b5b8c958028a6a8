// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "agent/agent.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/install.h"
#include "spool/spool.h"
#include "store/checkins.h"
#include "store/features.h"
#include "text/text.h"
#include "tmux/tmux.h"

namespace orch::doctor {
namespace {

constexpr git::Version kLeastGit{2, 39, 0};
constexpr std::uint64_t kLeastFreeBytes = 1ULL << 30;

Check check_git() {
  try {
    const git::Version v = git::installed_version();
    if (v < kLeastGit)
      return {"git", "fail", "version " + v.text() + " is older than 2.39",
              "install git 2.39 or newer"};
    return {"git", "ok", "version " + v.text(), ""};
  } catch (const Error& e) {
    return {"git", "fail", e.what(), e.hint()};
  }
}

Check check_tmux() {
  try {
    tmux::require_usable();
    const auto v = tmux::installed_version();
    return {
        "tmux", "ok",
        "version " + std::to_string(v->major) + "." + std::to_string(v->minor),
        ""};
  } catch (const Error& e) {
    return {"tmux", "fail", e.what(), e.hint()};
  }
}

Check check_disk(const std::string& path) {
  struct statvfs s {};
  if (::statvfs(path.c_str(), &s) != 0)
    return {"disk", "warn", "cannot tell the free space", ""};
  const std::uint64_t free = s.f_bavail * s.f_frsize;
  const std::string detail = std::to_string(free >> 20) + " MiB free";
  if (free < kLeastFreeBytes)
    return {"disk", "warn", detail, "free some disk space"};
  return {"disk", "ok", detail, ""};
}

// WAL needs shared memory between processes, which network file systems lack.
Check check_file_system(const std::string& path) {
  struct statfs s {};
  constexpr long kNfs = 0x6969, kSmb = 0x517B, kCifs = 0xFF534D42,
                 kFuse = 0x65735546, kV9fs = 0x01021997;
  if (::statfs(path.c_str(), &s) == 0)
    for (const long remote : {kNfs, kSmb, kCifs, kFuse, kV9fs})
      if (static_cast<long>(s.f_type) == remote)
        return {"file-system", "fail",
                "the event store is on a network file system",
                "move the repository to a local disk"};
  return {"file-system", "ok", "local", ""};
}

void check_hooks(const Repository& repository, std::vector<Check>& out) {
  for (const hook::Status& s : hook::status(repository)) {
    if (s.runs)
      out.push_back({"hook " + s.event, "ok", s.method, ""});
    else
      out.push_back({"hook " + s.event, "fail",
                     s.detail.empty() ? "not installed" : s.detail,
                     s.detail.starts_with("core.hooksPath")
                         ? "git config --unset core.hooksPath"
                         : "git orch init"});
  }
}

void check_store(const Repository& repository, std::vector<Check>& out) {
  try {
    auto store = store::Store::find(repository.orch_dir());
    if (!store) {
      out.push_back({"store", "warn", "there is none yet", "git orch init"});
      return;
    }
    const std::string integrity = store->integrity();
    if (integrity == "ok")
      out.push_back(
          {"store", "ok",
           "schema version " + std::to_string(store->schema_version()), ""});
    else
      out.push_back({"store", "fail", integrity,
                     "restore a copy of '" +
                         store::Store::path_in(repository.orch_dir()) + "'"});
    for (const std::string& address : store::agents_without_checkin(*store))
      out.push_back({"check-in " + address, "fail", "none is scheduled",
                     "git orch init-feature, which enrols agents"});
    for (const store::Agent& a : store::list_agents(*store)) {
      const std::string state = agent::observed(a).state;
      if (state == "exited" || state == "lost")
        out.push_back({"agent " + a.address, "warn", "it has " + state,
                       "git orch agent start " + a.address});
      if (a.feature_id && !a.worktree.empty() &&
          !file::is_directory(a.worktree))
        out.push_back({"worktree " + a.address, "fail",
                       "'" + a.worktree + "' is gone",
                       "git worktree add '" + a.worktree + "' " + a.branch});
    }
  } catch (const Error& e) {
    out.push_back({"store", "fail", e.what(), e.hint()});
  }
}

Check check_spool(const Repository& repository) {
  const std::size_t bytes = spool::pending_bytes(repository.orch_dir());
  for (const std::string& name :
       file::names_in(repository.orch_dir() + "/spool"))
    if (name.starts_with("torn-"))
      return {"spool", "warn",
              "damaged records were set aside in '" + name + "'",
              "look at it, then remove it"};
  return {"spool", "ok",
          bytes == 0 ? "empty" : std::to_string(bytes) + " bytes waiting", ""};
}

}  // namespace

std::vector<Check> examine(const std::optional<Repository>& repository) {
  std::vector<Check> out = {check_git(), check_tmux()};
  if (!repository) {
    out.push_back(
        {"repository", "fail", "not inside a git repository", "git init"});
    return out;
  }
  out.push_back(check_disk(repository->common_dir));
  out.push_back(check_file_system(repository->common_dir));
  if (!repository::is_initialised(*repository)) {
    out.push_back(
        {"state", "warn", "git orch is not set up here", "git orch init"});
    return out;
  }
  check_hooks(*repository, out);
  check_store(*repository, out);
  out.push_back(check_spool(*repository));
  return out;
}

}  // namespace orch::doctor
