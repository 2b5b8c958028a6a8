// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

// How long things took, of all time, as histograms: durations in microseconds,
// sorted into buckets with fixed upper ends.
namespace orch::store {

struct Histogram {
  std::string what;  // hook, fold, tick …
  // Upper end in microseconds and how many were at most so long (all that are
  // in lower buckets, too). The last is -1: without end.
  std::vector<std::pair<std::int64_t, std::int64_t>> up_to;
  std::int64_t count = 0;
  std::int64_t sum_us = 0;
};

// The upper ends, ascending, without the last.
const std::vector<std::int64_t>& bucket_ends_us();

// Some of them before they are written.
class Durations {
 public:
  // Less than none, as after a clock was put back, is none.
  void add(const std::string& what, std::int64_t us);
  bool empty() const { return buckets_.empty(); }
  // Adds them to those that are kept. Within a Transaction.
  void write(Store& store) const;
  // Alone, without those that are kept.
  std::vector<Histogram> histograms() const;

 private:
  struct Bucket {
    std::int64_t count = 0, sum_us = 0;
  };
  std::map<std::pair<std::string, std::int64_t>, Bucket> buckets_;
};

// Those that are kept, by name.
std::vector<Histogram> list_durations(Store& store);

// From sending a message to each level that it has reached, computed from the
// messages: typed, submitted, read, acked; from queueing a branch to its
// landing: landing; of gates: gate. Without those that never happened.
std::vector<Histogram> measure_durations(Store& store);

}  // namespace orch::store
