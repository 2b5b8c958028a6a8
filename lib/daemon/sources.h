// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "process/process.h"
#include "repository/repository.h"

// What wakes the daemon; private to `daemon`. While nothing of it happens, it
// does not run at all.
namespace orch::daemon {

using repository::Repository;

// SIGTERM, SIGINT and SIGHUP as something to wait for, from now on.
file::Descriptor open_signals();

// The wall clock: it also tells that the clock was set, and of the time that
// passed while the machine slept.
class Alarm {
 public:
  Alarm();
  // From now on, in milliseconds; absent: never, but when the clock is set.
  void set(std::optional<std::int64_t> in_ms) const;
  int descriptor() const { return fd_.get(); }
  void take() const;

 private:
  file::Descriptor fd_;
};

// Branches and packed refs, for moves that no hook tells of, and our own
// directory, for its end.
class RefWatch {
 public:
  explicit RefWatch(const Repository& repository);
  int descriptor() const { return fd_.get(); }
  // Whether something has moved since. Directories that are new are watched,
  // too.
  bool take();

 private:
  void add(const std::string& directory);

  file::Descriptor fd_;
  std::string common_dir_;
  std::map<int, std::string> directories_;
};

// Processes whose end is to be noticed.
class Lives {
 public:
  void watch(const std::vector<process::Identity>& processes);
  std::vector<int> descriptors() const;

 private:
  std::vector<std::pair<process::Identity, file::Descriptor>> watched_;
};

}  // namespace orch::daemon
