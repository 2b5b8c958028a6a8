// SPDX-License-Identifier: MIT
#include "gate/gate.h"

#include <signal.h>

#include <cstdlib>

#include "clock/clock.h"
#include "error/error.h"
#include "installation/installation.h"
#include "process/signal.h"
#include "text/time.h"

namespace orch::gate {
namespace {

constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
constexpr int kKilled = 128 + 9;

// The end of what was printed, whole lines where there are any.
class Tail {
 public:
  void add(std::string_view bytes) {
    total_ += bytes.size();
    if (bytes.size() > 2 * kLogBytes)
      bytes.remove_prefix(bytes.size() - kLogBytes);
    kept_ += bytes;
    if (kept_.size() > 4 * kLogBytes) kept_.erase(0, kept_.size() - kLogBytes);
  }
  std::string text() const {
    if (total_ <= kLogBytes) return kept_;
    std::string out = kept_.substr(kept_.size() - kLogBytes);
    const std::size_t line = out.find('\n');
    if (line != std::string::npos && line + 1 < out.size())
      out.erase(0, line + 1);
    return "(the first " + std::to_string(total_ - out.size()) +
           " bytes are left out)\n" + out;
  }

 private:
  std::string kept_;
  std::uint64_t total_ = 0;
};

constexpr char kMark[] = "ORCH_GATE";

// The same for all that one run starts, and for nothing else.
std::string make_mark() {
  static int number = 0;
  const process::Identity self = process::self();
  return std::to_string(self.pid) + "-" + std::to_string(self.start) + "-" +
         std::to_string(++number);
}

// What has left the process group goes, too. Programs of ours that a git of the
// command's has started have work of their own to do, and end by themselves.
void end_what_is_left(const std::string& mark) {
  constexpr int kAttempts = 10;  // whoever forks meanwhile is found again
  for (int i = 0; i < kAttempts; ++i) {
    bool any = false;
    for (const process::Seen& seen :
         process::processes_with(std::string(kMark) + "=" + mark)) {
      if (seen.name.starts_with("git-orch") ||
          !process::is_alive(seen.identity))
        continue;
      any = process::send_signal(seen.identity.pid, SIGKILL) || any;
    }
    if (!any) return;
  }
}

process::Program program_of(const std::string& directory,
                            const Command& command, const std::string& mark) {
  const char* path = std::getenv("PATH");
  process::Program program{
      .argv = {"/bin/sh", "-c", "exec /bin/sh -c \"$1\" </dev/null", "sh",
               command.text},
      .directory = directory,
      .environment = command.environment,
      .keep = process::Environment::ForAgent,
      .timeout_ms = command.timeout_ms,
      .dies_with_us = true};
  program.environment.emplace_back(kMark, mark);
  program.environment.emplace_back(
      "PATH", installation::bin_directory() + ":" +
                  (path ? path : "/usr/local/bin:/usr/bin:/bin"));
  return program;
}

}  // namespace

std::string_view result_name(Result result) {
  switch (result) {
    case Result::Passed:
      return "passed";
    case Result::Failed:
      return "failed";
    case Result::CouldNotRun:
      break;
  }
  return "could-not-run";
}

Run run_command(const std::string& directory, const Command& command) {
  Run out;
  Tail tail;
  const std::int64_t begin = clock::steady();
  const std::string mark = make_mark();
  const auto ended =
      process::run_apart(program_of(directory, command, mark),
                         [&](process::Stream stream, std::string_view bytes) {
                           tail.add(bytes);
                           if (command.tell) command.tell(stream, bytes);
                         });
  out.duration_ms = clock::steady() - begin;
  end_what_is_left(mark);
  out.log = tail.text();
  out.status = ended.outcome.status;
  out.interrupted = ended.interrupted;
  if (ended.outcome.timed_out) {
    out.result = Result::Failed;
    out.reason = "it did not end in " + text::duration_text(command.timeout_ms);
  } else if (ended.interrupted != 0 || out.status == kKilled) {
    out.reason = "it was ended from outside";
  } else if (out.status == kNotFound || out.status == kNotExecutable) {
    out.reason = out.status == kNotFound ? "command not found"
                                         : "the command cannot be executed";
  } else if (out.status != 0) {
    out.result = Result::Failed;
    out.reason = out.status > 128
                     ? "it ended by signal " + std::to_string(out.status - 128)
                     : "it ended with status " + std::to_string(out.status);
  } else {
    out.result = Result::Passed;
  }
  return out;
}

}  // namespace orch::gate
