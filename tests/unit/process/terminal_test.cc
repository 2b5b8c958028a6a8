// SPDX-License-Identifier: MIT
#include "process/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

namespace orch::process {
namespace {

// All that it prints, until it has gone.
std::string all_of(const OnTerminal& program) {
  std::string out;
  std::array<char, 256> bytes{};
  for (ssize_t n = 0;
       (n = ::read(program.terminal.get(), bytes.data(), bytes.size())) > 0;)
    out.append(bytes.data(), static_cast<std::size_t>(n));
  return out;
}

TEST(Terminal, IsWhatTheProgramHasAsItsStreams) {
  const auto program = start_on_terminal({.argv = {"stty", "size"}});
  ASSERT_TRUE(program);
  EXPECT_EQ(all_of(*program), "24 80\r\n");
  EXPECT_EQ(await_child(program->identity), 0);
}

TEST(Terminal, HasNobodyWhereThereIsNoSuchProgram) {
  EXPECT_FALSE(start_on_terminal({.argv = {"there-is-no-such-program"}}));
}

}  // namespace
}  // namespace orch::process
