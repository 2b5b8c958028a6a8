// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// Which faults come at which calls, and what is told about it.
namespace orch::test {

// Whether every fault is to come at every call (`./dev test --faults`): the
// variable names a directory for what is told.
bool faults_everywhere();
// Whether that, or `--full`, is asked for.
bool takes_its_time();

// At every call, or at a few by the seed.
class FaultPlan {
 public:
  struct Part {
    std::string fault;
    int calls = 0;
    std::vector<int> points;
  };
  // `counts` as `fault-at count` reports them. When not everywhere, each error
  // comes `sample` times (0: one of them once), and so does the kill, unless it
  // comes at every `kill_step`th call.
  FaultPlan(const std::vector<std::string>& counts, int sample,
            int kill_step = 0);

  const std::vector<Part>& parts() const { return parts_; }
  int total() const;

 private:
  std::vector<Part> parts_;
};

// Tells who runs the loops how far this one is, and what came of it.
class FaultProgress {
 public:
  // `what` is the subject of the loop.
  FaultProgress(std::string what, int total);
  void add(bool fired);
  // The row of one kind of fault, of so many calls.
  void end(const std::string& fault, int of);

 private:
  void write() const;

  std::string what_, path_;
  int total_ = 0, done_ = 0, fired_ = 0, of_this_ = 0, failed_before_ = 0;
};

// How many expectations of the running test have failed.
int failures();

}  // namespace orch::test
