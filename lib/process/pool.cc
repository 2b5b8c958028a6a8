// SPDX-License-Identifier: MIT
#include "process/pool.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <list>
#include <vector>

#include "process/child.h"
#include "process/signal.h"

namespace orch::process {
namespace {

constexpr std::int64_t kGraceMs = 500;

struct Work {
  Job job;
  Running r;
  Outcome outcome;
};

class Pool {
 public:
  ~Pool() {
    for (const Work& w : works_) signal(w, SIGTERM);
    for (const Work& w : works_) wait_for(w.r.pid);
  }

  std::size_t size() const { return works_.size(); }

  // False when PATH has no such program.
  bool add(Job job) {
    Running r =
        start(job.program, job.apart_keeping ? Place::Group : Place::WithUs);
    if (r.pid < 0) return false;
    works_.push_back({std::move(job), std::move(r), {}});
    return true;
  }

  // Waits until one has ended, and returns it.
  Work take() {
    while (true) {
      pump();
      const auto it =
          std::find_if(works_.begin(), works_.end(),
                       [](const Work& w) { return has_ended(w.r); });
      if (it == works_.end()) continue;
      // Not waited for yet, so the number is still that of the group.
      if (it->job.apart_keeping) signal(*it, SIGKILL);
      drain_rest(it->r.out, it->outcome.output);
      drain_rest(it->r.err, it->outcome.errors);
      bound(*it);
      it->outcome.status = wait_for(it->r.pid);
      Work out = std::move(*it);
      works_.erase(it);
      return out;
    }
  }

 private:
  static void signal(const Work& w, int number) {
    if (w.job.apart_keeping)
      send_signal_to_group(w.r.pid, number);
    else
      send_signal(w.r.pid, number);
  }
  static void bound(Work& w) {
    if (!w.job.apart_keeping) return;
    for (std::string* stream : {&w.outcome.output, &w.outcome.errors})
      stream->resize(std::min(stream->size(), *w.job.apart_keeping));
  }

  static bool has_ended(const Running& r) {
    pollfd fd{r.exit.get(), POLLIN, 0};
    return ::poll(&fd, 1, 0) > 0;
  }

  void pump() {
    std::vector<pollfd> fds;
    std::int64_t until = 0;
    for (const Work& w : works_) {
      for (const auto& [fd, events] : {std::pair{w.r.in.get(), POLLOUT},
                                       {w.r.out.get(), POLLIN},
                                       {w.r.err.get(), POLLIN},
                                       {w.r.exit.get(), POLLIN}})
        fds.push_back({fd, static_cast<short>(events), 0});
      if (w.r.deadline != 0)
        until = until == 0 ? w.r.deadline : std::min(until, w.r.deadline);
    }
    const int wait = until == 0 ? -1
                                : static_cast<int>(std::max<std::int64_t>(
                                      0, until - monotonic_ms()));
    if (::poll(fds.data(), fds.size(), wait) < 0) return;
    std::size_t i = 0;
    for (Work& w : works_) {
      end_late(w);
      if (fds[i].revents != 0 && w.r.in) feed(w.r, w.job.program.input);
      if (fds[i + 1].revents != 0 && w.r.out) drain(w.r.out, w.outcome.output);
      if (fds[i + 2].revents != 0 && w.r.err) drain(w.r.err, w.outcome.errors);
      bound(w);
      i += 4;
    }
  }

  static void end_late(Work& w) {
    if (w.r.deadline == 0 || monotonic_ms() < w.r.deadline) return;
    w.outcome.timed_out = true;
    signal(w, w.r.terminated ? SIGKILL : SIGTERM);
    w.r.terminated = true;
    w.r.deadline = monotonic_ms() + kGraceMs;
  }

  std::list<Work> works_;
};

}  // namespace

void run_pool(
    const std::function<std::optional<Job>()>& next,
    const std::function<void(std::size_t id, const Outcome& outcome)>& ended,
    std::size_t width) {
  const IgnoredSigpipe quiet;
  Pool pool;
  while (true) {
    while (pool.size() < std::max<std::size_t>(1, width)) {
      auto job = next();
      if (!job) break;
      const std::size_t id = job->id;
      const std::string name = job->program.argv.at(0);
      if (!pool.add(std::move(*job)))
        ended(id, {.status = 127, .errors = name + ": command not found"});
    }
    if (pool.size() == 0) return;
    const Work work = pool.take();
    ended(work.job.id, work.outcome);
  }
}

}  // namespace orch::process
