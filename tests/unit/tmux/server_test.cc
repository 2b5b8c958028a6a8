// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <unistd.h>

#include "file/file.h"
#include "process/process.h"
#include "tmux/tmux.h"
#include "unit/scratch.h"

namespace orch::tmux {
namespace {

// A server of its own, with the configuration that ships.
class ServerOfOurs : public ::testing::Test {
 protected:
  ServerOfOurs()
      : server_(scratch_.path("s"),
                std::string(ORCH_SOURCE_DIR) + "/templates/tmux.conf",
                scratch_.root(), ORCH_BUILD_DIR "/libexec/git-orch") {}
  ~ServerOfOurs() override {
    for (const Pane& pane : panes_) server_.close(pane);
  }
  Pane open(const std::vector<std::string>& argv) {
    panes_.push_back(
        server_.open({.window_name = "w",
                      .title = "t",
                      .directory = scratch_.root(),
                      .argv = argv,
                      .log_command_tag = "t" + std::to_string(panes_.size())}));
    return panes_.back();
  }
  static void await_end(const Pane& pane) {
    while (process::is_alive({pane.pid, pane.start})) ::usleep(1000);
  }
  bool comes_to_show(const Pane& pane, const std::string& text) {
    for (int i = 0; i < 1000; ++i) {
      if (server_.look_at({pane})[0].text.find(text) != std::string::npos)
        return true;
      ::usleep(5000);
    }
    return false;
  }

  test::Scratch scratch_;
  Server server_;
  std::vector<Pane> panes_;
};

// As when the process ends between the look at it and the paste: the pane is
// there, its process is not. tmux 3.3 ends over a paste without that look.
TEST_F(ServerOfOurs, OutlivesAPasteIntoAPaneWhoseProcessHasEnded) {
  const Pane alive = open({"cat"});
  const Pane other = open({"cat"});
  Pane dead = open({"true"});
  await_end(dead);
  // Our own process stands in for one that still is there.
  const auto self = process::self();
  dead.pid = self.pid;
  dead.start = self.start;
  const auto outcomes = server_.type({{dead, "lost\n", {"Enter"}},
                                      {alive, "kept\n", {"Enter"}},
                                      {other, "also\n", {"Enter"}}});
  EXPECT_EQ(outcomes[0], Paste::Gone);
  EXPECT_EQ(outcomes[1], Paste::Typed);
  EXPECT_EQ(outcomes[2], Paste::Typed);
  EXPECT_TRUE(server_.is_running());
  EXPECT_TRUE(comes_to_show(alive, "kept"));
}

}  // namespace
}  // namespace orch::tmux
