// SPDX-License-Identifier: MIT
#include "store/durations.h"

#include <algorithm>

#include "store/database.h"

namespace orch::store {
namespace {

constexpr std::int64_t kNoEnd = -1;

std::int64_t end_of(std::int64_t us) {
  const auto& ends = bucket_ends_us();
  const auto end = std::lower_bound(ends.begin(), ends.end(), us);
  return end == ends.end() ? kNoEnd : *end;
}

Histogram empty_histogram(const std::string& what) {
  Histogram h{.what = what};
  for (const std::int64_t end : bucket_ends_us()) h.up_to.emplace_back(end, 0);
  h.up_to.emplace_back(kNoEnd, 0);
  return h;
}

// Counts a bucket in, and in all that are wider. An end that is none of ours,
// as from another version, belongs to the next wider one.
void add_to(Histogram& h, std::int64_t end, std::int64_t count,
            std::int64_t sum_us) {
  h.count += count;
  h.sum_us += sum_us;
  for (auto& [up_to, all] : h.up_to)
    if (up_to == kNoEnd || (end != kNoEnd && up_to >= end)) all += count;
}

// Rows of a name, a duration in milliseconds and how often.
void measure(Store& store, const char* sql, Durations& out) {
  Statement s(store.database(), sql);
  while (s.step())
    if (!s.is_null(1)) out.add(s.text(0), s.integer(1) * 1000);
}

}  // namespace

const std::vector<std::int64_t>& bucket_ends_us() {
  static const std::vector<std::int64_t> ends = {
      100,       250,       500,        1000,        2500,       5000,
      10000,     25000,     50000,      100000,      250000,     500000,
      1000000,   2500000,   5000000,    10000000,    30000000,   60000000,
      300000000, 900000000, 3600000000, 14400000000, 86400000000};
  return ends;
}

void Durations::add(const std::string& what, std::int64_t us) {
  us = std::max<std::int64_t>(us, 0);
  Bucket& bucket = buckets_[{what, end_of(us)}];
  ++bucket.count;
  bucket.sum_us += us;
}

void Durations::write(Store& store) const {
  Statement s(store.database(),
              "INSERT INTO durations VALUES (?, ?, ?, ?) "
              "ON CONFLICT (what, up_to_us) DO UPDATE SET "
              "count = count + excluded.count, "
              "sum_us = sum_us + excluded.sum_us");
  for (const auto& [key, bucket] : buckets_)
    s.bind(key.first, key.second, bucket.count, bucket.sum_us).run();
}

std::vector<Histogram> Durations::histograms() const {
  std::vector<Histogram> out;
  for (const auto& [key, bucket] : buckets_) {
    if (out.empty() || out.back().what != key.first)
      out.push_back(empty_histogram(key.first));
    add_to(out.back(), key.second, bucket.count, bucket.sum_us);
  }
  return out;
}

std::vector<Histogram> list_durations(Store& store) {
  std::vector<Histogram> out;
  Statement s(store.database(),
              "SELECT what, up_to_us, count, sum_us FROM durations "
              "ORDER BY what");
  while (s.step()) {
    if (out.empty() || out.back().what != s.text(0))
      out.push_back(empty_histogram(s.text(0)));
    add_to(out.back(), s.integer(1), s.integer(2), s.integer(3));
  }
  return out;
}

std::vector<Histogram> measure_durations(Store& store) {
  Durations out;
  {
    Statement s(store.database(),
                "SELECT typed_at - sent_at, submitted_at - sent_at, "
                "read_at - sent_at, acked_at - sent_at FROM messages");
    constexpr const char* kLevels[] = {"typed", "submitted", "read", "acked"};
    while (s.step())
      for (int i = 0; i < 4; ++i)
        if (!s.is_null(i)) out.add(kLevels[i], s.integer(i) * 1000);
  }
  measure(store,
          "SELECT 'landing', ended_at - queued_at FROM landings "
          "WHERE status IN ('landed', 'undone')",
          out);
  measure(store, "SELECT 'gate', duration_ms FROM gates", out);
  return out.histograms();
}

}  // namespace orch::store
