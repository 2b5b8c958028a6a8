// SPDX-License-Identifier: MIT
#include "doorbell/doorbell.h"

#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"
#include "spool/spool.h"

namespace orch::doorbell {
namespace {

// A child that waits for its turn has not folded yet.
bool somebody_waits(const std::string& orch_dir) {
  const std::string path = orch_dir + "/lock/tick-next";
  if (!file::exists(path)) return false;
  return !file::Lock::try_take(path, file::Lock::Mode::Exclusive);
}

}  // namespace

void record(const repository::Repository& repository, std::string_view kind,
            Fields fields) {
  spool::append(repository.orch_dir(),
                spool::new_record(kind, std::move(fields)));
  ring(repository);
}

void ring(const repository::Repository& repository) {
  if (somebody_waits(repository.orch_dir())) return;
  process::start_detached(
      {.argv = {installation::bin_directory() + "/git-orch-tick", "--behind",
                "--quiet"},
       .directory = repository.common_dir,
       .environment = {{"GIT_DIR", repository.common_dir}},
       .keep = process::Environment::ForAgent});
}

}  // namespace orch::doorbell
