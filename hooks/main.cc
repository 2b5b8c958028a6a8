// SPDX-License-Identifier: MIT
//
// The main of every hook program: leave at once where we have no business, do
// the one thing within a budget, then become the user's own hook of that name.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>

#include "chain/chain.h"
#include "error/error.h"
#include "file/file.h"
#include "hook.h"

namespace orch::hooks {
namespace {

void warn(const std::string& text) {
  std::fprintf(stderr, "warning: orch: %s\n", text.c_str());
}

// What we read from standard input is there again for the user's hook.
void give_back_input(const std::string& input) {
  const int fd = ::memfd_create("orch-hook-input", 0);
  if (fd < 0) throw io_error("cannot keep the hook's input", errno);
  file::write_all(fd, input, "the hook's input");
  ::lseek(fd, 0, SEEK_SET);
  ::dup2(fd, STDIN_FILENO);
  ::close(fd);
}

// Runs our part; false is a decided no.
bool run_ours(const Call& call) {
  try {
    return kHook.run(call);
  } catch (const std::exception& e) {
    warn(std::string(kHook.git_hook) + ": " + e.what());
    return true;
  }
}

}  // namespace

}  // namespace orch::hooks

int main(int argc, char** argv) {
  using namespace orch;
  std::string input;
  try {
    if (chain::answer_probe(argv[0], hooks::kHook.git_hook)) return kDone;
    const auto repository = repository::find(file::current_directory());
    if (repository && repository::is_initialised(*repository)) {
      if (hooks::kHook.reads_input) input = file::read_all(STDIN_FILENO);
      hooks::Call call{*repository, {argv + 1, argv + argc}, input};
      const bool yes = hooks::run_ours(call);
      if (!yes && hooks::kHook.refuses == hooks::Refuses::Yes) return kNo;
      if (hooks::kHook.reads_input) hooks::give_back_input(input);
    }
  } catch (const std::exception& e) {
    hooks::warn(std::string(hooks::kHook.git_hook) + ": " + e.what());
  }
  try {
    const std::string next = chain::find_next(argv[0], hooks::kHook.git_hook);
    if (next.empty()) return kDone;
    chain::become(next, argv);
    hooks::warn("cannot run '" + next + "'");
  } catch (const std::exception& e) {
    hooks::warn(std::string(hooks::kHook.git_hook) + ": " + e.what());
  }
  return kDone;
}
