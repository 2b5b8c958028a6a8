// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "fault/loop.h"
#include "file/file.h"
#include "text/text.h"

// Many short processes at once, a part of them killed at random moments of
// their life. The moments come from the seed and from how long those lived that
// were let be.
namespace orch::test {

struct Start {
  std::vector<std::string> argv;
  std::string directory;
};

struct Ended {
  int number = 0;      // which of the storm
  int status = 0;      // exit code, 128 + n after signal n
  std::string output;  // of its standard output

  bool acknowledged() const { return status == 0; }
};

struct StormPlan {
  int count = 0;     // of processes
  int at_once = 24;  // lanes; one process at a time in each
  int killed_percent = 40;
  // What the `number`th process is; it runs in the lane `lane`.
  std::function<Start(int number, int lane)> start;
  // Told of each end, in order of time.
  std::function<void(const Ended&)> ended;
  // Lanes of their own with processes that run again and again while the storm
  // lasts, killed as well.
  std::vector<Start> meanwhile = {};
};

class Storm {
 public:
  Storm(const Sandbox& box, StormPlan plan)
      : plan_(std::move(plan)), random_(seed()) {
    const std::string all = box.run_in(box.root(), {"env", "-0"}).out;
    for (const std::string& variable : text::split(all, '\0'))
      if (!variable.empty()) environment_.push_back(variable);
  }

  static unsigned seed() {
    const char* given = std::getenv("ORCH_TEST_SEED");
    return given ? static_cast<unsigned>(std::atoi(given)) : 20261121U;
  }

  // How many were killed before they had ended by themselves.
  int run() {
    for (int lane = 0; lane < plan_.at_once; ++lane) begin_next(lane);
    for (const Start& start : plan_.meanwhile) begin(kMeanwhile, start);
    while (!running_.empty()) turn();
    return killed_;
  }

 private:
  static constexpr int kMeanwhile = -1;

  struct Running {
    int number = 0, lane = 0;
    Start start;
    pid_t pid = 0;
    file::Descriptor ended, output;
    double begun = 0, kill_at = 0;  // 0: never
  };

  static double now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
  }

  void begin_next(int lane) {
    if (next_ == plan_.count) return;
    const int number = next_++;
    begin(lane, plan_.start(number, lane), number);
  }

  void begin(int lane, const Start& start, int number = kMeanwhile) {
    Running r{.number = number, .lane = lane, .start = start};
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    r.output = file::Descriptor(ends[0]);
    const file::Descriptor theirs(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), 1);
    ::posix_spawn_file_actions_addchdir_np(&actions, start.directory.c_str());
    std::vector<char*> argv, envp;
    for (const std::string& a : start.argv)
      argv.push_back(const_cast<char*>(a.c_str()));
    for (const std::string& e : environment_)
      envp.push_back(const_cast<char*>(e.c_str()));
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    r.begun = now();
    ASSERT_EQ(::posix_spawn(&r.pid, argv[0], &actions, nullptr, argv.data(),
                            envp.data()),
              0)
        << argv[0];
    ::posix_spawn_file_actions_destroy(&actions);
    r.ended =
        file::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, r.pid, 0)));
    std::uniform_int_distribution<int> percent(0, 99);
    std::uniform_real_distribution<double> moment(0, typical_life_);
    // Some end before their moment comes; then others are chosen more often.
    const bool behind = killed_ * 100 < plan_.killed_percent * finished_;
    const int chance = behind ? 90 : plan_.killed_percent;
    if (plan_.killed_percent > 0 && percent(random_) < chance)
      r.kill_at = r.begun + moment(random_);
    running_.push_back(std::move(r));
  }

  // Waits for an end or for the moment of the next kill.
  void turn() {
    double next_kill = now() + 1;
    std::vector<pollfd> polled;
    for (const Running& r : running_) {
      polled.push_back({r.ended.get(), POLLIN, 0});
      if (r.kill_at > 0) next_kill = std::min(next_kill, r.kill_at);
    }
    const double wait = std::max(0.0, next_kill - now());
    timespec limit{static_cast<time_t>(wait),
                   static_cast<long>((wait - std::floor(wait)) * 1e9)};
    ::ppoll(polled.data(), polled.size(), &limit, nullptr);
    std::vector<Running> ended;
    for (std::size_t i = polled.size(); i-- > 0;) {
      Running& r = running_[i];
      if (polled[i].revents != 0) {
        ended.push_back(std::move(r));
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      } else if (r.kill_at > 0 && r.kill_at <= now()) {
        ::kill(r.pid, SIGKILL);
        r.kill_at = 0;
      }
    }
    for (const Running& r : ended) end(r);
  }

  void end(const Running& r) {
    int status = 0;
    ASSERT_EQ(::waitpid(r.pid, &status, 0), r.pid);
    const Ended e{
        r.number,
        WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
        file::read_all(r.output.get())};
    if (r.number == kMeanwhile) {
      if (finished_ < plan_.count) begin(kMeanwhile, r.start);
      return;
    }
    ++finished_;
    if (e.status == kKilled)
      ++killed_;
    else
      typical_life_ = 0.9 * typical_life_ + 0.1 * (now() - r.begun);
    plan_.ended(e);
    begin_next(r.lane);
  }

  StormPlan plan_;
  std::mt19937 random_;
  std::vector<std::string> environment_;
  std::vector<Running> running_;
  double typical_life_ = 0.02;
  int next_ = 0, finished_ = 0, killed_ = 0;
};

}  // namespace orch::test
