// SPDX-License-Identifier: MIT
#include "guard/stamp.h"

#include <sys/stat.h>

#include "chain/chain.h"
#include "event/record.h"
#include "file/file.h"
#include "installation/installation.h"
#include "store/features.h"
#include "store/overrides.h"
#include "text/text.h"

namespace orch::guard {
namespace {

void add(std::string& out, const std::string& value) { out += value + '\0'; }

void add_file(std::string& out, const std::string& path) {
  struct stat s {};
  add(out, path);
  if (::lstat(path.c_str(), &s) != 0) return add(out, "-");
  for (const std::int64_t n :
       {std::int64_t{s.st_mode}, std::int64_t{s.st_size},
        std::int64_t{s.st_mtim.tv_sec}, std::int64_t{s.st_mtim.tv_nsec}})
    add(out, std::to_string(n));
}

void add_all_in(std::string& out, const std::string& directory) {
  for (const std::string& name : file::names_in(directory))
    add_file(out, file::join(directory, name));
}

}  // namespace

std::string stamp_of(const repository::Repository& repository,
                     store::Store& store, std::int64_t now_ms) {
  std::string out;
  const std::string& top = repository.common_dir;
  for (const std::string& directory :
       {repository.orch_dir(), installation::template_directory()}) {
    add_file(out, directory + "/policy.yaml");
    add_all_in(out, directory + "/roles");
  }
  add_all_in(out, chain::guard_directory_in(top));
  for (const char* name : {"/config", "/hooks", "/orch/hooks",
                           "/orch-worktrees.config", "/orch-guard.config"})
    add_file(out, top + name);
  for (const std::string& name : file::names_in(top + "/worktrees"))
    for (const char* own : {repository::kAgentFile, repository::kRulesFile,
                            "config.worktree", "gitdir"})
      add_file(out, top + "/worktrees/" + name + "/" + own);
  add_all_in(out, installation::guard_hook_directory());
  for (const store::Feature& f : store::list_features(store, ""))
    add(out, std::to_string(f.id) + " " + f.status + " " + f.base + " " +
                 f.integration_branch);
  for (const store::Agent& a : store::list_agents(store))
    add(out, std::to_string(a.id) + " " + a.address + " " + a.branch);
  for (const store::Override& o : store::list_overrides(store, now_ms))
    add(out, std::to_string(o.id) + " " + std::to_string(o.expires_at));
  return text::hex(event::derived_id({out}));
}

}  // namespace orch::guard
