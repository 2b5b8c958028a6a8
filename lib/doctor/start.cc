// SPDX-License-Identifier: MIT
#include "doctor/start.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "agent/agent.h"
#include "config/config.h"
#include "doctor/doctor.h"
#include "doctor/tools.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/state.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "message/message.h"
#include "text/text.h"

namespace orch::doctor {
namespace {

constexpr std::int64_t kLeastMemoryKiB = 512 << 10;

template <typename Read>
Check check_data(const std::string& name, const Read& read) {
  try {
    return {name, "ok", read(), ""};
  } catch (const Error& e) {
    return {name, "fail", e.what(),
            e.hint().empty() ? "mend that file" : e.hint()};
  }
}

Check check_base(const Repository& repository) {
  if (!git::find_commit(repository, "HEAD"))
    return {"base", "fail", "there is no commit to start from",
            "git commit --allow-empty -m 'initial commit'"};
  const std::string branch = git::branch_in(repository);
  if (branch.empty())
    return {"base", "warn", "HEAD is detached: say --base, or switch",
            "git switch <branch>"};
  return {"base", "ok", git::short_branch(branch), ""};
}

}  // namespace

Check check_memory() {
  const std::string all =
      file::find_contents("/proc/meminfo").value_or(std::string());
  for (const std::string& line : text::split(all, '\n')) {
    constexpr std::string_view kKey = "MemAvailable:";
    if (!line.starts_with(kKey)) continue;
    const std::string_view digits =
        text::trim(std::string_view(line).substr(kKey.size()));
    std::int64_t kib = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), kib);
    const std::string detail = std::to_string(kib >> 10) + " MiB available";
    if (kib < kLeastMemoryKiB)
      return {"memory", "warn", detail, "end what you do not need"};
    return {"memory", "ok", detail, ""};
  }
  return {"memory", "warn", "cannot tell how much is available", ""};
}

// The nearest directory that is there must take new entries.
Check check_writable(const std::string& name, const std::string& path,
                     const std::string& fix) {
  std::string nearest = path;
  while (!file::is_directory(nearest) && nearest != "/")
    nearest = file::parent_of(nearest);
  // Permissions alone do not tell: a file system may refuse all the same.
  std::string probe = file::join(nearest, ".git-orch-probe-XXXXXX");
  if (::mkdtemp(probe.data())) {
    ::rmdir(probe.c_str());
    return {name, "ok", "'" + path + "' can be written", ""};
  }
  return {name, "fail", "'" + nearest + "' cannot be written to", fix};
}

Check check_roles(const Repository& repository) {
  return check_data("roles", [&] {
    const auto names = installation::data_names(repository.orch_dir(), "roles");
    for (const std::string& name : names)
      installation::require_role(repository.orch_dir(), name);
    return text::count_of(names.size(), "role");
  });
}

Check check_policy(const Repository& repository) {
  return check_data("policy", [&] {
    return installation::require_policy(repository.orch_dir()).file;
  });
}

// The agent CLIs that a start could choose.
Check check_runtime(const Repository& repository) {
  Check check = check_data("runtime", [&] {
    const auto set = config::Config::load(repository).find("orch.runtime");
    if (!set) return text::join(agent::runtimes_on_path(repository), ", ");
    installation::require_runtime(repository.orch_dir(), *set);
    return *set + ", by orch.runtime";
  });
  if (check.status == "ok" && check.detail.empty())
    return {"runtime", "warn", "no known agent CLI is on PATH",
            "say which with --runtime or git config orch.runtime"};
  return check;
}

// A file that is no socket of ours in the server's place.
Check check_server(const Repository& repository) {
  return check_data("tmux server", [&] {
    const auto server = message::server_of(repository);
    return (server.is_running() ? "runs at '" : "starts at '") +
           server.socket() + "'";
  });
}

std::vector<Check> examine_for_start(const Repository& repository) {
  std::vector<Check> out = {check_git(), check_tmux(),
                            check_disk(repository.common_dir, "fail"),
                            check_memory()};
  out.push_back(check_base(repository));
  out.push_back(check_writable("state", repository.orch_dir(),
                               "make it writable for you"));
  if (const auto root =
          config::Config::load(repository).find("orch.worktreeroot");
      root && root->starts_with('/'))
    out.push_back(check_writable("worktrees", *root,
                                 "git config orch.worktreeRoot <directory>"));
  else if (!repository.worktree.empty())
    out.push_back(check_writable("worktrees",
                                 file::parent_of(repository.worktree),
                                 "git config orch.worktreeRoot <directory>"));
  out.push_back(check_runtime(repository));
  out.push_back(check_roles(repository));
  out.push_back(check_policy(repository));
  if (out[1].status == "ok") out.push_back(check_server(repository));
  return out;
}

}  // namespace orch::doctor
