// SPDX-License-Identifier: MIT
#include "process/signal.h"

#include <signal.h>

namespace orch::process {
namespace {

constexpr pid_t kInit = 1;

}  // namespace

bool send_signal(pid_t pid, int number) {
  return pid > kInit && ::kill(pid, number) == 0;
}

bool send_signal_to_group(pid_t leader, int number) {
  return leader > kInit && ::kill(-leader, number) == 0;
}

}  // namespace orch::process
