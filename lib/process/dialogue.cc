// SPDX-License-Identifier: MIT
#include "process/dialogue.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>

#include "process/child.h"

namespace orch::process {
namespace {

constexpr int kGraceMs = 1000;

}  // namespace

struct Dialogue::State {
  Running child;
  std::string errors;
};

Dialogue::Dialogue(const Program& program) : state_(std::make_unique<State>()) {
  state_->child = start(program, Place::WithUs, Input::KeptOpen);
}

Dialogue::~Dialogue() {
  Running& r = state_->child;
  if (r.pid < 0) return;
  r.in.reset();
  pollfd ended{r.exit.get(), POLLIN, 0};
  if (::poll(&ended, 1, kGraceMs) != 1) ::kill(r.pid, SIGKILL);
  wait_for(r.pid);
}

std::string Dialogue::ask(
    std::string_view question,
    const std::function<bool(const std::string&)>& is_answered,
    int timeout_ms) {
  Running& r = state_->child;
  const IgnoredSigpipe quiet;
  const std::string input(question);
  r.written = 0;
  std::string output;
  const std::int64_t deadline = monotonic_ms() + timeout_ms;
  while (r.out && !is_answered(output)) {
    const std::int64_t left = deadline - monotonic_ms();
    if (left <= 0) break;
    const bool has_more = r.in && r.written < input.size();
    std::array<pollfd, 3> fds{{{r.out.get(), POLLIN, 0},
                               {r.err.get(), POLLIN, 0},
                               {has_more ? r.in.get() : -1, POLLOUT, 0}}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left)) < 0) continue;
    if (fds[0].revents != 0) drain(r.out, output);
    if (fds[1].revents != 0 && r.err) drain(r.err, state_->errors);
    if (fds[2].revents != 0) feed(r, input, Input::KeptOpen);
  }
  return output;
}

}  // namespace orch::process
