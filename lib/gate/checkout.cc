// SPDX-License-Identifier: MIT
#include "gate/checkout.h"

#include <signal.h>
#include <stdlib.h>

#include <cerrno>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/worktrees_lock.h"
#include "process/process.h"
#include "process/signal.h"
#include "text/text.h"

namespace orch::gate {
namespace {

constexpr std::string_view kPrefix = "gate-";

// "<pid>-<start>-<random>": the tick clears those of dead owners alone.
std::string make_directory(const Repository& repository) {
  const std::string parent = repository.orch_dir() + "/tmp";
  file::make_private_directories(parent);
  const process::Identity self = process::self();
  std::string pattern = parent + "/" + std::to_string(self.pid) + "-" +
                        std::to_string(self.start) + "-XXXXXX";
  if (!::mkdtemp(pattern.data()))
    throw io_error("cannot create directory '" + pattern + "'", errno);
  return pattern;
}

// The worktree in it. The name is that of git's entry, too: it must be nobody
// else's.
std::string worktree_in(const std::string& directory) {
  return file::join(directory, std::string(kPrefix) + file::name_of(directory));
}

std::string entries_of(const Repository& repository) {
  return repository.common_dir + "/worktrees";
}

// The entry below git's worktrees/ that points at `path`.
void forget_entry(const Repository& repository, const std::string& path) {
  const std::string entries = entries_of(repository);
  for (const std::string& name : file::names_in(entries)) {
    const std::string entry = file::join(entries, name);
    const auto back = file::find_contents(entry + "/gitdir");
    // One that a kill left without is known by its name, which is ours alone.
    const std::string at(text::trim(back.value_or("")));
    const bool is_ours =
        at.empty() ? name == file::name_of(path) : at == path + "/.git";
    if (is_ours) file::remove_tree(entry);
  }
}

// They run in a directory that nobody else has ever known.
void end_processes_below(const std::string& directory) {
  for (const process::Seen& seen : process::processes_below(directory))
    if (process::is_alive(seen.identity))
      process::send_signal(seen.identity.pid, SIGKILL);
}

}  // namespace

Checkout::Checkout(const Repository& repository, const std::string& commit)
    : repository_(repository) {
  const auto id = git::find_commit(repository, commit);
  if (!id)
    throw Error(ErrorCode::UnknownName,
                "there is no commit '" + text::printable(commit) + "'");
  clear_left(repository);
  directory_ = make_directory(repository);
  path_ = worktree_in(directory_);
  try {
    const git::WorktreesLock lock(repository);
    git::require(repository, {.args = {"-c", "core.hooksPath=/dev/null", "-c",
                                       "checkout.workers=0", "worktree", "add",
                                       "--quiet", "--detach", path_, *id}});
  } catch (const Error&) {
    clear_checkout(repository, directory_);
    throw;
  }
}

Checkout::~Checkout() {
  try {
    clear_checkout(repository_, directory_);
  } catch (const Error&) {
    // What is left lies below orch/tmp, which the tick clears.
  }
}

void clear_checkout(const Repository& repository,
                    const std::string& directory) {
  const std::string path = worktree_in(directory);
  // git makes its entry before the directory.
  if (file::exists(path) ||
      file::exists(file::join(entries_of(repository), file::name_of(path)))) {
    end_processes_below(path);
    const git::WorktreesLock lock(repository);
    forget_entry(repository, path);
  }
  file::remove_tree(directory);
}

int clear_left(const Repository& repository) {
  const std::string all = repository.orch_dir() + "/tmp";
  int removed = 0;
  for (const std::string& name : file::names_in(all)) {
    const auto parts = text::split(name, '-');  // "<pid>-<start>-<random>"
    process::Identity owner;
    if (parts.size() == 3) {
      owner.pid = static_cast<pid_t>(std::atol(parts[0].c_str()));
      owner.start = std::strtoull(parts[1].c_str(), nullptr, 10);
    }
    if (owner.pid > 0 && process::is_alive(owner)) continue;
    clear_checkout(repository, file::join(all, name));
    ++removed;
  }
  return removed;
}

}  // namespace orch::gate
