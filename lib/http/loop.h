// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

namespace orch::http {

// What waits for descriptors and clocks. Everything that it calls runs in the
// one thread that is in run(); only post() and stop() may be called from
// others.
class Loop {
 public:
  using Step = std::function<void()>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Returns after stop().
  void run();
  void stop();
  void post(Step step);
  // Each time that `fd` can be read; `step` reads what is there. The
  // descriptor stays the caller's and must outlive the loop.
  void on_readable(int fd, Step step);
  void after(int milliseconds, Step step);
  void every(int milliseconds, Step step);

  struct Parts;
  Parts& parts() { return *parts_; }  // for this module

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace orch::http
