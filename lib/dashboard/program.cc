// SPDX-License-Identifier: MIT
#include "dashboard/program.h"

#include <unistd.h>

#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"

namespace orch::dashboard {
namespace {

std::string path_of(const std::string& verb) {
  return installation::bin_directory() + "/git-orch-" + verb;
}

}  // namespace

void require_there(const repository::Repository& repository) {
  // Who writes while it is removed may leave the directory, and only that.
  if (!file::exists(repository.common_dir + "/HEAD"))
    throw Error(
        ErrorCode::NotARepository,
        "the repository '" + repository.common_dir + "' is not there any more");
}

bool is_installed(const std::string& verb) {
  return ::access(path_of(verb).c_str(), X_OK) == 0;
}

Reply run_verb(const repository::Repository& repository,
               const std::string& verb,
               const std::vector<std::string>& arguments, int timeout_ms) {
  try {
    require_there(repository);
    std::vector<std::string> argv{path_of(verb)};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto out =
        process::run({.argv = argv,
                      .directory = repository.common_dir,
                      .environment = {{"ORCH_GIT_DIR", repository.common_dir}},
                      .keep = process::Environment::ForAgent,
                      .timeout_ms = timeout_ms,
                      .dies_with_us = true});
    if (out.timed_out)
      throw Error(ErrorCode::Timeout,
                  "'git orch " + verb + "' was not done in time",
                  "git orch " + verb);
    return reply_of_program(out.output);
  } catch (const Error& e) {
    return reply_with(e);
  }
}

}  // namespace orch::dashboard
