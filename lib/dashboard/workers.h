// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace orch::dashboard {

// Threads that do what would keep the loop from its clients. When this goes,
// what they have not begun is left undone, and what they are at goes on without
// it, until the process ends.
class Workers {
 public:
  using Job = std::function<void()>;

  // At most `most` jobs wait at a time.
  Workers(int threads, std::size_t most);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // In the order in which they come. False when too many wait already, and
  // after end().
  bool post(Job job);
  // Nothing waits and nothing is being done.
  bool is_idle() const;

  // Nothing more is begun.
  void end();
  // After end(): whether all that was begun is done, waiting for it until then
  // by the steady clock.
  bool has_ended(std::int64_t until_ms);

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable comes, goes;
    std::deque<Job> jobs;
    bool is_over = false;
    int at_work = 0, threads = 0;
  };
  static void work(const std::shared_ptr<Shared>& shared);

  const std::size_t most_;
  std::vector<std::thread> threads_;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace orch::dashboard
