// SPDX-License-Identifier: MIT
#include "dashboard/crew.h"
namespace orch::dashboard {

Crew::Crew(int hands, std::size_t most, Leave leave)
    : most_(most), leave_(leave) {
  for (int i = 0; i < hands; ++i)
    hands_.emplace_back([board = board_] { work(board); });
}

Crew::~Crew() {
  std::deque<Job> undone;
  {
    const std::lock_guard lock(board_->mutex);
    board_->is_over = true;
    undone.swap(board_->jobs);
    board_->comes.notify_all();
  }
  for (std::thread& hand : hands_)
    if (leave_ == Leave::Finished)
      hand.join();
    else
      hand.detach();
}

bool Crew::post(Job job) {
  const std::lock_guard lock(board_->mutex);
  if (board_->jobs.size() >= most_) return false;
  board_->jobs.push_back(std::move(job));
  board_->comes.notify_one();
  return true;
}

void Crew::work(const std::shared_ptr<Board>& board) {
  std::unique_lock lock(board->mutex);
  while (true) {
    board->comes.wait(lock,
                      [&] { return board->is_over || !board->jobs.empty(); });
    if (board->is_over) return;
    const Job job = std::move(board->jobs.front());
    board->jobs.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace orch::dashboard
