// SPDX-License-Identifier: MIT
#include "fault/fault_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "fault/loop.h"
#include "file/file.h"
#include "json/value.h"

namespace orch::test {
namespace {

const char* const kFaults[] = {"kill", "EIO", "ENOSPC", "EMFILE", "EINTR"};

std::vector<int> each_in_a_part_of_its_own(int calls, int wanted) {
  std::vector<int> out;
  wanted = std::min(wanted, calls);
  for (int i = 0; i < wanted; ++i) {
    const int from = calls * i / wanted, to = calls * (i + 1) / wanted;
    out.push_back(from + fault_first(to - from));
  }
  return out;
}

std::vector<int> every(int calls, int step) {
  std::vector<int> out;
  for (int n = fault_first(step); n <= calls; n += step) out.push_back(n);
  if (out.empty() && calls > 0) out.push_back(fault_first(calls));
  return out;
}

}  // namespace

bool faults_everywhere() { return std::getenv("ORCH_TEST_FAULTS") != nullptr; }

bool takes_its_time() {
  return faults_everywhere() || std::getenv("ORCH_TEST_FULL") != nullptr;
}

FaultPlan::FaultPlan(const std::vector<std::string>& counts, int sample,
                     int kill_step) {
  const char* const only = std::getenv("ORCH_TEST_FAULT");
  const char* const step = std::getenv("ORCH_TEST_FAULTS_STEP");
  for (std::size_t i = 0; i < std::size(kFaults); ++i) {
    Part part{kFaults[i], std::atoi(counts.at(i).c_str()), {}};
    const bool kills = part.fault == "kill";
    if (only && part.fault != only) continue;
    // The kill and one error by the seed.
    if (sample == 0 && !takes_its_time() && !kills &&
        static_cast<int>(i) != fault_first(4))
      continue;
    if (faults_everywhere())
      part.points = every(part.calls, step ? std::atoi(step) : 1);
    else if (kills && kill_step > 0)
      part.points = every(part.calls, fault_step(kill_step));
    else
      part.points = each_in_a_part_of_its_own(
          part.calls, fault_step(std::max(sample, 1), 12));
    parts_.push_back(std::move(part));
  }
}

int FaultPlan::total() const {
  std::size_t n = 0;
  for (const Part& part : parts_) n += part.points.size();
  return static_cast<int>(n);
}

int failures() {
  const auto* const result =
      ::testing::UnitTest::GetInstance()->current_test_info()->result();
  int n = 0;
  for (int i = 0; i < result->total_part_count(); ++i)
    if (result->GetTestPartResult(i).failed()) ++n;
  return n;
}

FaultProgress::FaultProgress(std::string what, int total)
    : what_(std::move(what)), total_(total), failed_before_(failures()) {
  if (const char* directory = std::getenv("ORCH_TEST_FAULTS"))
    path_ = std::string(directory) + "/" + what_;
  for (char& c : path_)
    if (c == ' ') c = '-';
  write();
}

void FaultProgress::write() const {
  if (path_.empty()) return;
  file::write_atomically(path_ + ".progress",
                         std::to_string(done_) + " " + std::to_string(total_) +
                             " " + std::to_string(fired_) + "\n",
                         0644);
}

void FaultProgress::add(bool fired) {
  ++done_;
  if (fired) ++fired_, ++of_this_;
  write();
}

void FaultProgress::end(const std::string& fault, int of) {
  if (path_.empty()) return;
  const int found = failures() - failed_before_;
  failed_before_ += found;
  const json::Object row = {{"what", what_},
                            {"fault", fault},
                            {"came", std::int64_t{of_this_}},
                            {"calls", std::int64_t{of}},
                            {"found", std::int64_t{found}}};
  of_this_ = 0;
  const std::string path = path_ + ".rows";
  file::write_atomically(path,
                         file::find_contents(path).value_or("") +
                             json::to_text(json::Value(row)) + "\n",
                         0644);
}

}  // namespace orch::test
