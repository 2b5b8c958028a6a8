// SPDX-License-Identifier: MIT
#include "furnishing/commands.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "file/tail.h"
#include "installation/installation.h"
#include "process/group.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::furnishing {
namespace {

// Where a success is written down: with the worktree it goes, too.
std::string stamp_path(const Repository& repository,
                       const store::Agent& agent) {
  const auto here = repository::find(agent.worktree);
  if (here && here->common_dir == repository.common_dir &&
      here->is_linked_worktree() &&
      here->worktree == file::resolve(agent.worktree))
    return file::join(here->git_dir, repository::kSetUpFile);
  return repository.orch_dir() + "/setup/" + std::to_string(agent.id);
}

// Equal for the same commands, in the same place, with the same variables.
std::string stamp_text(const store::Agent& agent,
                       const role::Furnishing& furnishing,
                       const Variables& variables) {
  std::string all = agent.worktree + '\0';
  for (const std::string& command : furnishing.setup) all += command + '\0';
  for (const auto& [name, value] : variables) all += name + '=' + value + '\0';
  return std::to_string(text::hash(all)) + "\n";
}

// The output of all commands, of bounded size. That a disk is full shall not
// end what is being set up.
class Log {
 public:
  explicit Log(std::string path) : path_(std::move(path)) {
    file::make_private_directories(file::parent_of(path_));
    file::remove(path_ + ".1");
    start();
  }
  void add(std::string_view bytes) {
    if (size_ + bytes.size() > kFileBytes) {
      file::rename(path_, path_ + ".1");
      start();
    }
    size_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // The end of it, each line indented; starts with a newline unless empty.
  std::string last_lines() const {
    constexpr std::size_t kLines = 5;
    constexpr std::int64_t kBytes = 4096;
    const std::string tail = file::find_tail(path_, kBytes).value_or("");
    auto lines = text::split(text::trim_end(tail), '\n');
    if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
    std::string out;
    for (const std::string& line : lines)
      if (!line.empty()) out += "\n    " + text::printable(line);
    return out;
  }

 private:
  static constexpr std::size_t kFileBytes = 4 << 20;

  void start() {
    fd_ = file::Descriptor(
        ::open(path_.c_str(),
               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_) throw io_error("cannot write '" + path_ + "'", errno);
    size_ = 0;
  }

  std::string path_;
  file::Descriptor fd_;
  std::size_t size_ = 0;
};

process::Program program_of(const store::Agent& agent,
                            const std::string& command,
                            const Variables& variables, std::int64_t left_ms) {
  process::Program program{
      .argv = {"/bin/sh", "-c", "exec /bin/sh -c \"$1\" </dev/null", "sh",
               command},
      .directory = agent.worktree,
      .environment = variables,
      .keep = process::Environment::ForAgent,
      .timeout_ms = static_cast<int>(std::min<std::int64_t>(left_ms, INT_MAX)),
      .dies_with_us = true};
  const char* path = std::getenv("PATH");
  program.environment.emplace_back(
      "PATH", installation::bin_directory() + ":" +
                  (path ? path : "/usr/local/bin:/usr/bin:/bin"));
  return program;
}

class SetUp {
 public:
  SetUp(const Repository& repository, const store::Agent& agent,
        const role::Furnishing& furnishing)
      : agent_(agent),
        furnishing_(furnishing),
        log_path_(repository.orch_dir() + "/log/setup-" +
                  std::to_string(agent.id)),
        log_(log_path_),
        ends_at_(clock::steady() + furnishing.setup_timeout_ms) {}

  void run(std::size_t n, const Variables& variables) {
    const std::string& command = furnishing_.setup[n];
    log_.add("$ " + command + "\n");
    const std::int64_t left =
        std::max<std::int64_t>(1, ends_at_ - clock::steady());
    const auto ended =
        process::run_apart(program_of(agent_, command, variables, left),
                           [&](std::string_view bytes) { log_.add(bytes); });
    if (ended.interrupted != 0) ::raise(ended.interrupted);
    if (ended.outcome.timed_out)
      fail(ErrorCode::Timeout, n,
           " did not end in " +
               text::duration_text(furnishing_.setup_timeout_ms));
    if (!ended.outcome.ok())
      fail(ErrorCode::Io, n,
           " failed with status " + std::to_string(ended.outcome.status));
  }

 private:
  [[noreturn]] void fail(ErrorCode code, std::size_t n,
                         const std::string& how) const {
    throw Error(code,
                "set-up command " + std::to_string(n + 1) + " of " +
                    std::to_string(furnishing_.setup.size()) + how + ": " +
                    text::printable(furnishing_.setup[n]) + log_.last_lines(),
                "all that it printed is in '" + log_path_ +
                    "'; when it is mended: git orch agent start " +
                    agent_.address);
  }

  const store::Agent& agent_;
  const role::Furnishing& furnishing_;
  std::string log_path_;
  Log log_;
  std::int64_t ends_at_;
};

}  // namespace

void run_setup(const Repository& repository, const store::Agent& agent,
               const role::Furnishing& furnishing, const Variables& variables,
               const Listener& listener) {
  const std::string stamp = stamp_path(repository, agent);
  if (furnishing.setup.empty()) return file::remove(stamp);
  const std::string wanted = stamp_text(agent, furnishing, variables);
  if (file::find_contents(stamp) == wanted) return;
  file::remove(stamp);
  SetUp set_up(repository, agent, furnishing);
  const std::size_t count = furnishing.setup.size();
  for (std::size_t n = 0; n < count; ++n) {
    if (listener.progress)
      listener.progress("setting up " + agent.address + ": " +
                        text::printable(furnishing.setup[n]) + " (" +
                        std::to_string(n + 1) + "/" + std::to_string(count) +
                        ")");
    set_up.run(n, variables);
  }
  file::make_private_directories(file::parent_of(stamp));
  file::write_atomically(stamp, wanted);
}

}  // namespace orch::furnishing
