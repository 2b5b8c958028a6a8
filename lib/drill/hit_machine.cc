// SPDX-License-Identifier: MIT
//
// The machine: no time, no memory, no room, a slow git, another clock.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "drill/memory.h"
#include "drill/trouble.h"
#include "error/error.h"
#include "file/file.h"
#include "process/detached.h"
#include "process/signal.h"
#include "process/terminal.h"
#include "text/words.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kPressureMs = 3000, kSlowMs = 3000, kMovedMs = 2500;
constexpr std::int64_t kMemoryMs = 5000, kLeastBytes = 16 << 20;
constexpr std::int64_t kHourMs = 3600 * 1000;
constexpr rlim_t kSmallFile = 4096;

// Children of ours that are ended by their numbers, at the latest with us.
class Pressure {
 public:
  Pressure(Arena& arena, const std::vector<std::string>& argv,
           unsigned int count) {
    for (unsigned int i = 0; i < count; ++i) {
      process::Program program = arena.git_program({});
      program.argv = argv;
      program.dies_with_us = true;
      const auto started = process::start_detached_into(
          program, arena.directory() + "/tmp/pressure-" + std::to_string(i));
      if (!started) continue;
      children_.push_back(*started);
      offer(started->pid);
    }
  }
  ~Pressure() { end(); }
  Pressure(const Pressure&) = delete;
  Pressure& operator=(const Pressure&) = delete;

  bool is_there() const { return !children_.empty(); }
  void end() {
    for (const process::Identity& child : children_) {
      process::send_signal(child.pid, SIGKILL);
      process::await_child(child);
    }
    children_.clear();
  }

 private:
  // To who has to end something for want of memory (proc(5)): nobody else goes
  // first.
  static void offer(pid_t pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/oom_score_adj";
    const file::Descriptor out(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    constexpr std::string_view kFirst = "1000";
    if (out && ::write(out.get(), kFirst.data(), kFirst.size()) < 0)
      return;  // it is as likely as others, then
  }

  std::vector<process::Identity> children_;
};

Trouble press(Scene& scene, const std::vector<std::string>& argv,
              unsigned int count) {
  const auto pressure =
      std::make_shared<Pressure>(scene.team.arena(), argv, count);
  if (!pressure->is_there()) throw Skip{"no '" + argv[0] + "' on PATH"};
  return {.mend =
              [pressure] {
                pressure->end();
                return true;
              },
          .lasts_ms = kPressureMs};
}

// Reads so much into memory, again and again.
Trouble take_memory(Scene& scene) {
  const std::int64_t bytes =
      memory_to_take(file::find_contents("/proc/meminfo").value_or(""));
  if (bytes < kLeastBytes) throw Skip{"there is no memory to take"};
  Trouble trouble = press(
      scene,
      {"dd", "if=/dev/zero", "of=/dev/null", "bs=" + std::to_string(bytes)}, 1);
  trouble.lasts_ms = kMemoryMs;
  return trouble;
}

// All that is left, to the last byte.
void fill(const std::string& path) {
  const file::Descriptor out(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!out) throw Skip{"the disk cannot be filled"};
  const std::string bytes(1 << 20, 'x');
  for (std::size_t size = bytes.size(); size > 0;)
    if (::write(out.get(), bytes.data(), size) <= 0) size /= 2;
}

// What came while nothing could be written is in no conversation.
void note_unwritten(Scene& scene, const history::Records& before) {
  const auto now = scene.team.records();
  if (!now) return;
  auto& out = scene.team.witness().unwritten;
  for (const history::Message& m : now->messages) {
    const auto was =
        std::find_if(before.messages.begin(), before.messages.end(),
                     [&](const history::Message& b) { return b.key == m.key; });
    if (was == before.messages.end() ||
        (was->level != "read" && was->level != "acked"))
      out.push_back(m.id);
  }
}

// No file of our programs can grow: what a machine offers where no file system
// of our own can be mounted.
Trouble limit_files(const std::string& why) {
  rlimit before{};
  if (::getrlimit(RLIMIT_FSIZE, &before) != 0)
    throw Skip{why + ", and no limit of file sizes"};
  ::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
  rlimit limit = before;
  limit.rlim_cur = kSmallFile;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0)
    throw Skip{why + ", and no limit of file sizes"};
  return {.mend =
              [before] {
                ::setrlimit(RLIMIT_FSIZE, &before);
                ::signal(SIGXFSZ, SIG_DFL);
                return true;
              },
          .lasts_ms = kPressureMs};
}

Trouble fill_disk(Scene& scene) {
  Arena& arena = scene.team.arena();
  const auto before = scene.team.records();
  if (!before) throw Skip{"the store cannot be read"};
  Trouble trouble;
  if (!arena.why_no_disk().empty()) {
    trouble = limit_files(arena.why_no_disk());
  } else {
    const std::string path = arena.directory() + "/tmp/filler";
    fill(path);
    trouble = {.mend =
                   [path] {
                     file::remove(path);
                     return true;
                   },
               .lasts_ms = kPressureMs};
  }
  trouble.mend = [&scene, before, again = trouble.mend] {
    again();
    note_unwritten(scene, *before);
    return true;
  };
  return trouble;
}

Trouble slow_git(Scene& scene) {
  const auto git = process::find_on_path("git");
  if (!git) throw Skip{"there is no git"};
  const std::string path = scene.team.arena().tools() + "/git";
  file::write_atomically(
      path,
      "#!/bin/sh\nsleep 0.1\nexec " + text::shell_word(*git) + " \"$@\"\n",
      0700);
  return {.mend =
              [path] {
                file::remove(path);
                return true;
              },
          .lasts_ms = kSlowMs};
}

Trouble move_clock(Scene& scene, const Planned& planned) {
  scene.team.move_clock(planned.form == "back" ? -kHourMs : kHourMs);
  return {.mend =
              [&scene] {
                scene.team.move_clock(0);
                return true;
              },
          .lasts_ms = kMovedMs};
}

}  // namespace

Trouble hit_machine(Scene& scene, const Planned& planned) {
  const std::string_view kind = planned.kind->name;
  if (kind == "cpu")
    return press(scene, {"sha256sum", "/dev/zero"},
                 std::max(1U, std::thread::hardware_concurrency()));
  if (kind == "memory") return take_memory(scene);
  if (kind == "disk-full") return fill_disk(scene);
  if (kind == "slow-git") return slow_git(scene);
  return move_clock(scene, planned);
}

}  // namespace orch::drill
