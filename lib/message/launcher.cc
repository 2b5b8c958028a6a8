// SPDX-License-Identifier: MIT
#include "message/launcher.h"

#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::message {

std::string run_launched_by(const repository::Repository& repository,
                            pid_t pid) {
  try {
    const auto words = text::split(
        file::find_contents("/proc/" + std::to_string(pid) + "/cmdline")
            .value_or(""),
        '\0');
    return words.size() > 1 && file::name_of(words[0]) == kLauncher &&
                   words[1].starts_with(repository.orch_dir() + "/run/")
               ? file::name_of(file::parent_of(words[1]))
               : "";
  } catch (const Error&) {
    return "";
  }
}

}  // namespace orch::message
