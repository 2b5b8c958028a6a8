// SPDX-License-Identifier: MIT
#include "overview/follow.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "error/error.h"
#include "hook/fold.h"
#include "overview/overview.h"

namespace orch::overview {
namespace {

constexpr std::int64_t kRoundMs = 1000;

std::int64_t newest_id(store::Store& store) {
  const auto newest = store::list_events(store, {.limit = 1});
  return newest.empty() ? 0 : newest[0].id;
}

}  // namespace

void end_without_reader() {
  pollfd p{STDOUT_FILENO, 0, 0};
  if (::poll(&p, 1, 0) == 1 && (p.revents & POLLERR)) ::raise(SIGPIPE);
}

void write_out(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw io_error("cannot write the answer", errno);
}

void write_now(const std::string& text) {
  write_out(text);
  if (std::fflush(stdout) != 0)
    throw io_error("cannot write the answer", errno);
}

void follow_events(const repository::Repository& repository,
                   store::Store& store,
                   const std::optional<std::string>& spec_id,
                   std::int64_t after_id,
                   const std::function<void(const store::Event&)>& each) {
  while (true) {
    const auto more = [&] {
      end_without_reader();
      // Ids only rise, so this is an older store.
      if (const std::int64_t newest = newest_id(store); newest < after_id)
        after_id = newest;
      after_id = for_each_event(store, spec_id, after_id, each);
      return false;
    };
    hook::fold_until(repository, store, more, kRoundMs);
  }
}

}  // namespace orch::overview
