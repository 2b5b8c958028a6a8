// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Numbers as OpenMetrics 1.0 writes them down, for Prometheus and others that
// collect. Pure: values in, text out.
namespace orch::openmetrics {

enum class Type { Gauge, Counter, Histogram };

// Names of labels are ours; values are any bytes. What is not UTF-8 becomes
// U+FFFD.
using Labels = std::vector<std::pair<std::string, std::string>>;

struct Sample {
  std::string suffix;  // _total, _bucket …, or none
  Labels labels;
  double value = 0;
};

struct Family {
  std::string name;  // ends in the unit, when there is one
  Type type = Type::Gauge;
  std::string unit;  // seconds, bytes, or none
  std::string help;
  std::vector<Sample> samples;
};

// Adds a sample of a gauge or counter, with the suffix that its type demands.
void add(Family& family, const Labels& labels, double value);

// Adds the samples of one histogram. `up_to`: ascending upper ends, with how
// many values were at most so large; the last end is without limit.
struct Bucket {
  double up_to = 0;
  std::int64_t count = 0;
};
void add_histogram(Family& family, const Labels& labels,
                   const std::vector<Bucket>& up_to, std::int64_t count,
                   double sum);

std::string_view type_name(Type type);

// Families without samples are left out. `labels` are given to every sample,
// before its own. Ends in "# EOF".
std::string to_text(const std::vector<Family>& families,
                    const Labels& labels = {});

}  // namespace orch::openmetrics
