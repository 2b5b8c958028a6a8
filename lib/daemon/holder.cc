// SPDX-License-Identifier: MIT
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "daemon/bell.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/signal.h"

namespace orch::daemon {
namespace {

constexpr int kStopMs = 10'000;

}  // namespace

std::optional<process::Identity> find_holder(const std::string& orch_dir) {
  const std::string path = lock_path(orch_dir);
  if (!file::exists(path) ||
      file::Lock::try_take(path, file::Lock::Mode::Shared))
    return std::nullopt;
  const std::string text = file::find_contents(path).value_or("");
  char* end = nullptr;
  process::Identity out;
  out.pid = static_cast<pid_t>(std::strtol(text.c_str(), &end, 10));
  out.start = std::strtoull(end, nullptr, 10);
  // Of one before it, which was killed, until it has written its own.
  if (!process::is_alive(out)) return process::Identity{};
  return out;
}

bool start(const Repository& repository) {
  return process::start_detached(
      {.argv = {installation::internal_program("git-orch--daemon"),
                repository.common_dir},
       .directory = "/",
       .environment = {{"ORCH_GIT_DIR", repository.common_dir}},
       .keep = process::Environment::ForAgent});
}

bool await(const std::string& orch_dir, Await what, int timeout_ms) {
  constexpr int kStepMs = 10;
  for (int left = timeout_ms;; left -= kStepMs) {
    const auto holder = find_holder(orch_dir);
    if (what == Await::Ended ? !holder : holder && holder->pid != 0)
      return true;
    if (left <= 0) return false;
    ::usleep(kStepMs * 1000);
  }
}

bool stop(const std::string& orch_dir) {
  const auto holder = find_holder(orch_dir);
  if (!holder) return false;
  // One that is just coming up says in a moment who it is.
  if (holder->pid == 0) await(orch_dir, Await::Runs, 1000);
  for (const int signal : {SIGTERM, SIGKILL}) {
    const auto now = find_holder(orch_dir);
    if (!now) return true;
    process::send_signal(now->pid, signal);
    if (await(orch_dir, Await::Ended, kStopMs)) return true;
  }
  throw Error(
      ErrorCode::Timeout,
      "the daemon (process " + std::to_string(holder->pid) + ") does not end",
      "git orch daemon status");
}

}  // namespace orch::daemon
