// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdlib>
#include <map>
#include <string>

#include "file/file.h"
#include "support/sandbox.h"
#include "text/text.h"

// What lives in a sandbox, whoever started it: so the environment says.
namespace orch::test {

struct Process {
  std::string program;
  std::string agent;  // its id, for an agent's own; else empty
  pid_t parent = 0;
};

inline std::map<pid_t, Process> processes_in(const Sandbox& box) {
  std::map<pid_t, Process> out;
  for (const std::string& name : file::names_in("/proc")) {
    if (name[0] < '0' || name[0] > '9') continue;
    const std::string path = "/proc/" + name;
    Process p;
    bool is_ours = false;
    try {
      const auto bytes = file::find_contents(path + "/environ");
      for (const std::string& variable :
           text::split(bytes.value_or(""), '\0')) {
        is_ours = is_ours || variable == "HOME=" + box.path("home");
        if (variable.starts_with("ORCH_AGENT=")) p.agent = variable.substr(11);
      }
      const auto program = file::link_target(path + "/exe");
      if (!is_ours || !program) continue;
      p.program = file::name_of(*program);
      const std::string status = file::find_contents(path + "/status").value();
      p.parent = static_cast<pid_t>(
          std::atoi(status.c_str() + status.find("PPid:") + 5));
    } catch (const std::exception&) {
      continue;  // it has just ended
    }
    out[static_cast<pid_t>(std::atoi(name.c_str()))] = p;
  }
  return out;
}

// How many processes each agent has, by its id. Between fork and exec a child
// looks like its parent, and is none.
inline std::map<std::string, int> agents_alive(const Sandbox& box) {
  constexpr char kAgent[] = "git-orch--script-agent";
  std::map<std::string, int> out;
  const auto all = processes_in(box);
  for (const auto& [pid, process] : all) {
    if (process.program != kAgent || process.agent.empty()) continue;
    const auto parent = all.find(process.parent);
    if (parent == all.end() || parent->second.program != kAgent)
      ++out[process.agent];
  }
  return out;
}

// What there is in a sandbox, kept to be put back: a loop that added to it
// would make its program do more at every turn.
inline void keep_all(const Sandbox& box) {
  box.ok_in(box.root(), "mkdir -p kept repo.orch");
  box.ok_in(box.root(), "cp -a repo repo.orch home kept");
}

// Ends all that lives in it, too.
inline void put_back_all(const Sandbox& box) {
  EXPECT_TRUE(eventually([&] {
    const auto living = processes_in(box);
    for (const auto& [pid, process] : living) ::kill(pid, SIGKILL);
    return living.empty();
  }));
  const Result r =
      box.run_in(box.root(), {"sh", "-ec",
                              "rm -rf repo repo.orch home run/* tmp/*\n"
                              "cp -a kept/repo kept/repo.orch kept/home ."});
  EXPECT_EQ(r.status, 0) << r.err;
}

}  // namespace orch::test
