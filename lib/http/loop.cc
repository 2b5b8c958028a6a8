// SPDX-License-Identifier: MIT
#include "http/loop.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "http/parts.h"

namespace orch::http {
namespace {

namespace asio = boost::asio;
using Watched = asio::posix::stream_descriptor;

void watch(Watched& descriptor, const std::shared_ptr<Loop::Step>& step) {
  descriptor.async_wait(Watched::wait_read,
                        [&descriptor, step](const auto& error) {
                          if (error) return;
                          (*step)();
                          watch(descriptor, step);
                        });
}

struct Clockwork : std::enable_shared_from_this<Clockwork> {
  Clockwork(asio::io_context& context, int ms, Loop::Step what)
      : timer(context), interval(ms), step(std::move(what)) {}
  void start(bool again) {
    timer.expires_after(interval);
    timer.async_wait([self = shared_from_this(), again](const auto& error) {
      if (error) return;
      self->step();
      if (again) self->start(again);
    });
  }
  asio::steady_timer timer;
  std::chrono::milliseconds interval;
  Loop::Step step;
};

}  // namespace

Loop::Loop() : parts_(std::make_unique<Parts>()) {}

Loop::~Loop() {
  for (const auto& descriptor : parts_->watched) descriptor->release();
}

void Loop::run() {
  const auto work = asio::make_work_guard(parts_->context);
  parts_->context.run();
}

void Loop::stop() { parts_->context.stop(); }

void Loop::post(Step step) { asio::post(parts_->context, std::move(step)); }

void Loop::on_readable(int fd, Step step) {
  parts_->watched.push_back(std::make_unique<Watched>(parts_->context, fd));
  watch(*parts_->watched.back(), std::make_shared<Step>(std::move(step)));
}

void Loop::after(int milliseconds, Step step) {
  std::make_shared<Clockwork>(parts_->context, milliseconds, std::move(step))
      ->start(false);
}

void Loop::every(int milliseconds, Step step) {
  std::make_shared<Clockwork>(parts_->context, milliseconds, std::move(step))
      ->start(true);
}

}  // namespace orch::http
