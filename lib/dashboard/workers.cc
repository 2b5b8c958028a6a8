// SPDX-License-Identifier: MIT
#include "dashboard/workers.h"

#include <chrono>

#include "clock/clock.h"

namespace orch::dashboard {

Workers::Workers(int threads, std::size_t most) : most_(most) {
  shared_->threads = threads;
  for (int i = 0; i < threads; ++i)
    threads_.emplace_back([shared = shared_] { work(shared); });
}

Workers::~Workers() {
  end();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.detach();
}

bool Workers::post(Job job) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->is_over || shared_->jobs.size() >= most_) return false;
  shared_->jobs.push_back(std::move(job));
  shared_->comes.notify_one();
  return true;
}

bool Workers::is_idle() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->jobs.empty() && shared_->at_work == 0;
}

void Workers::end() {
  std::deque<Job> undone;  // goes behind the lock: a job may hold us
  const std::lock_guard lock(shared_->mutex);
  shared_->is_over = true;
  undone.swap(shared_->jobs);
  shared_->comes.notify_all();
}

bool Workers::has_ended(std::int64_t until_ms) {
  std::unique_lock lock(shared_->mutex);
  const std::chrono::milliseconds left(until_ms - clock::steady());
  if (!shared_->goes.wait_for(lock, left,
                              [&] { return shared_->threads == 0; }))
    return false;
  lock.unlock();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
  return true;
}

void Workers::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->comes.wait(
        lock, [&] { return shared->is_over || !shared->jobs.empty(); });
    if (shared->is_over) break;
    Job job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    ++shared->at_work;
    lock.unlock();
    job();
    job = nullptr;  // it may hold us
    lock.lock();
    --shared->at_work;
  }
  --shared->threads;
  shared->goes.notify_all();
}

}  // namespace orch::dashboard
