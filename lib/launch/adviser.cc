// SPDX-License-Identifier: MIT
#include "launch/adviser.h"

#include <signal.h>

#include <cerrno>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "process/group.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::launch {
namespace {

constexpr std::int64_t kAdviseMs = 5 * 60 * 1000;
constexpr std::size_t kMostOutput = std::size_t{256} << 10;
constexpr std::size_t kMostReason = 300;
constexpr char kExamples[] =
    "git config --global orch.adviseCommand 'claude -p'\n"
    "git config --global orch.adviseCommand 'codex exec "
    "--skip-git-repo-check -'\n"
    "git orch plan <spec> --advise=/path/to/a/script";

config::Program program_of(const Repository& repository,
                           const std::string& command) {
  const auto config = config::Config::load(repository);
  if (!command.empty())
    return {config::parse_command(command, "--advise", kExamples),
            config::timeout_of(config, "orch.adviseTimeout", kAdviseMs)};
  auto program = config::find_program(
      config, "orch.adviseCommand", "orch.adviseTimeout", kAdviseMs, kExamples);
  if (!program)
    throw Error(ErrorCode::Usage,
                "orch.adviseCommand is not set: who shall be asked?",
                kExamples);
  return *std::move(program);
}

std::string scratch_directory() {
  const char* top = std::getenv("TMPDIR");
  std::string path = std::string(top && *top == '/' ? top : "/tmp") +
                     "/git-orch-advise-XXXXXX";
  if (!::mkdtemp(path.data()))
    throw io_error("cannot make '" + path + "'", errno);
  return path;
}

}  // namespace

Adviser::Adviser(const Repository& repository, const std::string& command)
    : program_(program_of(repository, command)),
      directory_(scratch_directory()) {}

Adviser::~Adviser() {
  try {
    file::remove_tree(directory_);
  } catch (const Error&) {
    // What is left in a directory for temporary files hurts nobody.
  }
}

std::string Adviser::ask(const std::string& prompt, const Tell& tell) const {
  tell("asking '" + program_.argv[0] + "'; at most " +
       text::duration_text(program_.timeout_ms));
  const auto ended =
      process::run_group({.argv = program_.argv,
                          .directory = directory_,
                          .input = prompt,
                          .keep = process::Environment::ForAgent,
                          .timeout_ms = static_cast<int>(program_.timeout_ms),
                          .dies_with_us = true},
                         kMostOutput);
  if (ended.interrupted != 0) {
    file::remove_tree(directory_);
    ::raise(ended.interrupted);
  }
  const process::Outcome& o = ended.outcome;
  if (o.timed_out)
    throw Error(ErrorCode::Timeout,
                "'" + program_.argv[0] + "' did not end in " +
                    text::duration_text(program_.timeout_ms),
                "git config --global orch.adviseTimeout 10m");
  if (o.status != 0)
    throw Error(
        ErrorCode::Io,
        "'" + program_.argv[0] + "' ended with status " +
            std::to_string(o.status) +
            (o.errors.empty()
                 ? ""
                 : ": " + text::cut(text::printable(text::trim(o.errors)),
                                    kMostReason)),
        "try the command by itself");
  return o.output;
}

}  // namespace orch::launch
