// SPDX-License-Identifier: MIT
#include "doorbell/doorbell.h"

#include <unistd.h>

#include "broker/broker.h"
#include "clock/stopwatch.h"
#include "daemon/daemon.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"
#include "spool/spool.h"

namespace orch::doorbell {
namespace {

// Before main.
const std::int64_t kStarted = clock::steady_us();

// For how long the program has run. The record's id does not depend on it.
void stamp(event::Record& record) {
  record.fields.emplace_back(event::kMicroseconds,
                             std::to_string(clock::steady_us() - kStarted));
}

// A child that waits for its turn has not folded yet.
bool somebody_waits(const std::string& orch_dir) {
  const std::string path = orch_dir + "/lock/tick-next";
  if (!file::exists(path)) return false;
  return !file::Lock::try_take(path, file::Lock::Mode::Exclusive);
}

// The child comes to its feet while the disk syncs.
void write_and_ring(const repository::Repository& repository,
                    const event::Record& record) {
  const auto written = spool::write(repository.orch_dir(), record);
  ring(repository);
  written.sync();
}

// The store of a sandboxed agent is outside. Who listens there trusts nothing
// but what the socket says of its caller.
bool tell_outside(const repository::Repository& repository,
                  std::string_view kind, const Fields& fields) {
  if (!broker::is_behind(repository)) return false;
  broker::Request request{"record", {std::string(kind)}};
  for (const auto& [name, value] : fields) {
    request.args.push_back(name);
    request.args.push_back(value);
  }
  broker::call(repository, request);
  return true;
}

}  // namespace

void record(const repository::Repository& repository, std::string_view kind,
            Fields fields) {
  if (tell_outside(repository, kind, fields)) return;
  write_and_ring(repository, spool::new_record(kind, std::move(fields)));
}

void record_call_of_git(const repository::Repository& repository,
                        std::string_view kind, Fields fields) {
  event::Record record = spool::new_record(kind, std::move(fields));
  if (const auto git = process::find_identity(::getppid())) {
    std::vector<std::string> parts = {std::to_string(git->pid),
                                      std::to_string(git->start), record.kind};
    for (const auto& [name, value] : record.fields) parts.push_back(value);
    record.id = event::derived_id(parts);
  }
  stamp(record);
  write_and_ring(repository, record);
}

void ring(const repository::Repository& repository) {
  if (daemon::ring(repository.orch_dir())) return;
  if (somebody_waits(repository.orch_dir())) return;
  process::start_detached(
      {.argv = {installation::bin_directory() + "/git-orch-tick", "--behind",
                "--quiet"},
       .directory = repository.common_dir,
       .environment = {{"ORCH_GIT_DIR", repository.common_dir}},
       .keep = process::Environment::ForAgent});
}

}  // namespace orch::doorbell
