// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace orch::dashboard {

// Threads that do what would keep the loop from its clients. What they have
// not begun when the crew goes is left undone.
class Crew {
 public:
  using Job = std::function<void()>;

  // Whether what is being done then is waited for. What is not must end with
  // the process by itself, as a child that dies with us.
  enum class Leave { Finished, Undone };
  // At most `most` jobs wait at a time.
  Crew(int hands, std::size_t most, Leave leave);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // In the order in which they come. False when too many wait already.
  bool post(Job job);

 private:
  struct Board {
    std::mutex mutex;
    std::condition_variable comes;
    std::deque<Job> jobs;
    bool is_over = false;
  };
  static void work(const std::shared_ptr<Board>& board);

  const std::size_t most_;
  const Leave leave_;
  std::vector<std::thread> hands_;
  const std::shared_ptr<Board> board_ = std::make_shared<Board>();
};

}  // namespace orch::dashboard
