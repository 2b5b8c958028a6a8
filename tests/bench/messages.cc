// SPDX-License-Identifier: MIT
//
// Typing into panes: what git orch does against what one would type oneself, on
// a tmux server of its own. Interleaved in one run, medians; a ratio is of
// medians, and below 1 is better for us.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"
#include "text/text.h"
#include "timing.h"
#include "tmux/tmux.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
namespace tmux = orch::tmux;

constexpr int kPanes = 300;
const std::string kText(2048, 'x');
const std::string kShort(100, 'x');

class Panes {
 public:
  Panes()
      : server_(box_.path("tmux"),
                std::string(ORCH_SOURCE_DIR) + "/templates/tmux.conf",
                box_.root(),
                std::string(ORCH_BUILD_DIR) + "/libexec/git-orch") {}
  ~Panes() {
    for (const tmux::Pane& pane : panes_) server_.close(pane);
  }
  Panes(const Panes&) = delete;
  Panes& operator=(const Panes&) = delete;

  // A pane whose program writes what it is given to a file, as it comes.
  const tmux::Pane& open() {
    const std::string name = "pane" + std::to_string(panes_.size());
    panes_.push_back(server_.open(
        {.window_name = name,
         .title = name,
         .directory = "/",
         .argv = {"/bin/sh", "-c", "stty raw -echo; exec cat >\"$1\"", "sh",
                  file_of(panes_.size())},
         .log_command_tag = name}));
    // Raw, or the terminal would hold a long line back.
    while (!orch::file::exists(file_of(panes_.size() - 1))) ::usleep(1000);
    return panes_.back();
  }

  const tmux::Server& server() const { return server_; }
  const std::vector<tmux::Pane>& all() const { return panes_; }
  std::string file_of(std::size_t i) const {
    return box_.path("out" + std::to_string(i));
  }

  // What one would type oneself.
  void call(std::vector<std::string> args, const std::string& input) const {
    args.insert(args.begin(), {"tmux", "-S", server_.socket()});
    if (!orch::process::run({.argv = args, .input = input}).ok()) ++failures;
  }
  void joined_call(const tmux::Pane& pane, const std::string& text) const {
    call({"load-buffer", "-b", "bench", "-", ";", "paste-buffer", "-p", "-d",
          "-b", "bench", "-t", pane.id, ";", "send-keys", "-t", pane.id,
          "Enter"},
         text);
  }
  void two_calls(const tmux::Pane& pane) const {
    call({"load-buffer", "-b", "bench", "-", ";", "paste-buffer", "-p", "-d",
          "-b", "bench", "-t", pane.id},
         kText);
    call({"send-keys", "-t", pane.id, "Enter"}, "");
  }
  static inline int failures = 0;

 private:
  orch::test::Sandbox box_;
  tmux::Server server_;
  std::vector<tmux::Pane> panes_;
};

void require_typed(const std::vector<tmux::Paste>& outcomes) {
  for (const tmux::Paste p : outcomes)
    if (p != tmux::Paste::Typed) ++Panes::failures;
}

template <typename Act>
double time_of(const Act& act) {
  const double start = now_ms();
  act();
  return now_ms() - start;
}

void bench_one(Panes& panes, int rounds) {
  const tmux::Pane pane = panes.open();
  std::vector<double> ours, theirs;
  for (int i = -10; i < rounds; ++i) {
    const double a = time_of([&] {
      require_typed(panes.server().type({{pane, kShort, {"Enter"}}}));
    });
    const double b = time_of([&] { panes.joined_call(pane, kShort); });
    if (i < 0) continue;  // warm-up
    ours.push_back(a);
    theirs.push_back(b);
  }
  report(
      "send and submit 100 bytes to one pane, against one joined client call",
      ours, theirs, 1.1);
}

void bench_broadcast(Panes& panes, int rounds) {
  while (panes.all().size() < kPanes) panes.open();
  std::vector<tmux::Typing> typings;
  for (const tmux::Pane& pane : panes.all())
    typings.push_back({pane, kText, {"Enter"}});
  std::vector<tmux::Typing> each = typings;
  for (std::size_t i = 0; i < each.size(); ++i)
    each[i].text += std::to_string(i);
  std::vector<double> ours, own, one, two, looks;
  for (int i = 0; i < rounds; ++i) {
    ours.push_back(
        time_of([&] { require_typed(panes.server().type(typings)); }));
    own.push_back(time_of([&] { require_typed(panes.server().type(each)); }));
    one.push_back(time_of([&] {
      for (const tmux::Pane& pane : panes.all()) panes.joined_call(pane, kText);
    }));
    two.push_back(time_of([&] {
      for (const tmux::Pane& pane : panes.all()) panes.two_calls(pane);
    }));
    looks.push_back(time_of([&] { panes.server().look_at(panes.all()); }));
  }
  const std::string size = "2 KB to " + std::to_string(kPanes) + " panes";
  report(size + ", against one client call for each", ours, one, 1.0 / 85);
  report(size + ", against two client calls for each", ours, two, 1.0 / 150);
  report("a text of its own for each pane, against two client calls", own, two);
  report("a look at " + std::to_string(kPanes) + " panes, against typing",
         looks, ours);
}

// Eight processes at one pane; each line must come whole, once, in order.
void check_senders(Panes& panes, int senders, int messages) {
  const tmux::Pane pane = panes.open();
  const std::string file = panes.file_of(panes.all().size() - 1);
  std::vector<pid_t> children;
  for (int s = 0; s < senders; ++s) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (int n = 0; n < messages; ++n) {
        const std::string text = "<" + std::to_string(s) + " " +
                                 std::to_string(n) + " " + kText + ">";
        if (panes.server().type({{pane, text, {"Enter"}}})[0] !=
            tmux::Paste::Typed)
          ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0) ++Panes::failures;
  }
  const auto count_of = [&](const std::string& bytes) {
    return std::count(bytes.begin(), bytes.end(), '>');
  };
  std::string bytes;
  for (int i = 0; i < 5000 && count_of(bytes) < senders * messages; ++i) {
    bytes = orch::file::find_contents(file).value_or("");
    ::usleep(2000);
  }
  std::map<int, int> next;
  int whole = 0, wrong = 0;
  for (const std::string& line : orch::text::split_list(bytes, '\r')) {
    int s = 0, n = 0, end = 0;
    const bool is_whole =
        std::sscanf(line.c_str(), "<%d %d %n", &s, &n, &end) == 2 &&
        line.substr(static_cast<std::size_t>(end)) == kText + ">";
    if (is_whole && next[s]++ == n)
      ++whole;
    else
      ++wrong;
  }
  const int sent = senders * messages;
  orch::bench::report_count(
      std::to_string(senders) + " senders at one pane, not whole or in order",
      std::max(wrong, sent - whole), 0, static_cast<std::size_t>(sent));
}

}  // namespace

int main(int argc, char** argv) {
  argc = orch::bench::begin_rows(argc, argv);
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  Panes panes;
  bench_one(panes, rounds * 20);
  check_senders(panes, 8, 200);
  bench_broadcast(panes, rounds);
  orch::bench::report_count("messages: what failed", Panes::failures, 0, 1);
  return Panes::failures == 0 ? 0 : 1;
}
