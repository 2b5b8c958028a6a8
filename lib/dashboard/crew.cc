// SPDX-License-Identifier: MIT
#include "dashboard/crew.h"

#include <chrono>

#include "clock/clock.h"

namespace orch::dashboard {

Crew::Crew(int hands, std::size_t most) : most_(most) {
  board_->hands = hands;
  for (int i = 0; i < hands; ++i)
    hands_.emplace_back([board = board_] { work(board); });
}

Crew::~Crew() {
  end();
  for (std::thread& hand : hands_)
    if (hand.joinable()) hand.detach();
}

bool Crew::post(Job job) {
  const std::lock_guard lock(board_->mutex);
  if (board_->is_over || board_->jobs.size() >= most_) return false;
  board_->jobs.push_back(std::move(job));
  board_->comes.notify_one();
  return true;
}

bool Crew::is_idle() const {
  const std::lock_guard lock(board_->mutex);
  return board_->jobs.empty() && board_->at_work == 0;
}

void Crew::end() {
  std::deque<Job> undone;  // goes behind the lock: a job may hold its crew
  const std::lock_guard lock(board_->mutex);
  board_->is_over = true;
  undone.swap(board_->jobs);
  board_->comes.notify_all();
}

bool Crew::has_ended(std::int64_t until_ms) {
  std::unique_lock lock(board_->mutex);
  const std::chrono::milliseconds left(until_ms - clock::steady());
  if (!board_->goes.wait_for(lock, left, [&] { return board_->hands == 0; }))
    return false;
  lock.unlock();
  for (std::thread& hand : hands_)
    if (hand.joinable()) hand.join();
  return true;
}

void Crew::work(const std::shared_ptr<Board>& board) {
  std::unique_lock lock(board->mutex);
  while (true) {
    board->comes.wait(lock,
                      [&] { return board->is_over || !board->jobs.empty(); });
    if (board->is_over) break;
    Job job = std::move(board->jobs.front());
    board->jobs.pop_front();
    ++board->at_work;
    lock.unlock();
    job();
    job = nullptr;  // it may hold its crew
    lock.lock();
    --board->at_work;
  }
  --board->hands;
  board->goes.notify_all();
}

}  // namespace orch::dashboard
