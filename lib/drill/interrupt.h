// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

#include <cstdint>
#include <functional>

#include "file/file.h"

namespace orch::drill {

// Thrown where a signal came that would end us: what was started is cleaned up
// on the way out, and the signal raised again behind it.
struct Interrupted {
  int signal = 0;
};

// While it lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT are noticed at the next
// `wait`, and end nothing by themselves. Children get none of it.
class Interrupts {
 public:
  // Throws Error{Io}.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Waits so long. Throws Interrupted, at once.
  void wait(std::int64_t ms) const;

 private:
  sigset_t before_{};
  file::Descriptor fd_;
};

// Runs an exercise while signals are caught and returns what it returns; when
// it was interrupted, ends this program by that signal, once everything is
// cleaned up.
int run_interruptible(const std::function<int(const Interrupts&)>& exercise);

}  // namespace orch::drill
