// SPDX-License-Identifier: MIT
#include "process/signal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "error/error.h"
#include "process/pool.h"

namespace orch::process {
namespace {

// By signal 0, which reaches nobody.
TEST(Signal, IsSentToNobodyByANumberThatIsNotOneProcess) {
  for (const pid_t pid : {0, 1, -1, -2}) {
    EXPECT_FALSE(send_signal(pid, 0)) << pid;
    EXPECT_FALSE(send_signal_to_group(pid, 0)) << pid;
  }
}

TEST(Signal, IsSentToOneProcessOrToItsGroup) {
  EXPECT_TRUE(send_signal(::getpid(), 0));
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    while (true) ::pause();
  }
  ::setpgid(child, child);
  EXPECT_TRUE(send_signal_to_group(child, SIGKILL));
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_FALSE(send_signal_to_group(child, 0));
  EXPECT_FALSE(send_signal(child, 0));
}

// What cannot be watched is not left running, and nobody else is hit.
TEST(Pool, EndsWhatItCannotWatch) {
  constexpr int kEnough = 12;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int first_free = ::dup(0);
  ::close(first_free);
  for (const bool apart : {false, true})
    for (int room = 0; room <= kEnough; ++room) {
      const rlimit few{static_cast<rlim_t>(first_free + room), before.rlim_max};
      bool is_given = false, has_ended = false;
      ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
      try {
        run_pool(
            [&]() -> std::optional<Job> {
              if (std::exchange(is_given, true)) return std::nullopt;
              return Job{1,
                         {.argv = {"sleep", "0"}},
                         apart ? std::optional<std::size_t>(9) : std::nullopt};
            },
            [&](std::size_t, const Outcome& o) { has_ended = o.ok(); }, 1);
      } catch (const Error& e) {
        // A sanitizer looks at what was thrown by a descriptor of its own.
        ::setrlimit(RLIMIT_NOFILE, &before);
        EXPECT_EQ(e.code(), ErrorCode::Io) << e.what();
      }
      ::setrlimit(RLIMIT_NOFILE, &before);
      EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << room;
      if (room == 0 || room == kEnough) {
        EXPECT_EQ(has_ended, room > 0);
      }
    }
}

}  // namespace
}  // namespace orch::process
