// SPDX-License-Identifier: MIT
#include "openmetrics/openmetrics.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/openmetrics.h"

namespace orch::openmetrics {
namespace {

using test::read_openmetrics;

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

TEST(OpenMetrics, AreFamiliesOfSamples) {
  Family events{.name = "a_events", .type = Type::Counter, .help = "Events."};
  add(events, {{"type", "note"}}, 3);
  Family size{.name = "a_size_bytes", .unit = "bytes", .help = "How big."};
  add(size, {}, 1.5);
  Family none{.name = "a_none", .help = "Nothing."};
  const std::string text =
      to_text({events, none, size}, {{"repository", "/r"}});
  EXPECT_EQ(text,
            "# TYPE a_events counter\n"
            "# HELP a_events Events.\n"
            "a_events_total{repository=\"/r\",type=\"note\"} 3\n"
            "# TYPE a_size_bytes gauge\n"
            "# UNIT a_size_bytes bytes\n"
            "# HELP a_size_bytes How big.\n"
            "a_size_bytes{repository=\"/r\"} 1.5\n"
            "# EOF\n");
  EXPECT_EQ(read_openmetrics(text).error, "");
  EXPECT_EQ(to_text({}), "# EOF\n");
  EXPECT_EQ(read_openmetrics("# EOF\n").error, "");
}

TEST(OpenMetrics, OfAHistogramHaveBucketsCountAndSum) {
  Family f{.name = "a_seconds",
           .type = Type::Histogram,
           .unit = "seconds",
           .help = "How long."};
  add_histogram(f, {{"of", "x"}}, {{0.0001, 1}, {1, 2}, {kNoEnd, 3}}, 3, 90.5);
  const std::string text = to_text({f});
  EXPECT_EQ(text,
            "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n"
            "# HELP a_seconds How long.\n"
            "a_seconds_bucket{of=\"x\",le=\"0.0001\"} 1\n"
            "a_seconds_bucket{of=\"x\",le=\"1.0\"} 2\n"
            "a_seconds_bucket{of=\"x\",le=\"+Inf\"} 3\n"
            "a_seconds_count{of=\"x\"} 3\n"
            "a_seconds_sum{of=\"x\"} 90.5\n"
            "# EOF\n");
  EXPECT_EQ(read_openmetrics(text).error, "");
}

TEST(OpenMetrics, KeepHostileNamesInTheirLabels) {
  const std::string hostile = "a\"} 9\n# EOF\n\\x{le=\"\xff";
  Family f{.name = "a_b", .help = "One\ntwo \\ three."};
  add(f, {{"name", hostile}}, 7);
  const auto read = read_openmetrics(to_text({f}));
  EXPECT_EQ(read.error, "");
  ASSERT_EQ(read.metrics.size(), 1U);
  EXPECT_EQ(read.metrics[0].labels.at("name"),
            "a\"} 9\n# EOF\n\\x{le=\"\xef\xbf\xbd");
  EXPECT_EQ(read.metrics[0].value, 7);
}

TEST(OpenMetrics, AreReadStrictly) {
  const auto is_refused = [](const std::string& text) {
    return !read_openmetrics(text).error.empty();
  };
  const std::string head = "# TYPE a counter\n";
  EXPECT_FALSE(is_refused(head + "a_total 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total 1\n"));
  EXPECT_TRUE(is_refused(head + "a 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total -1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total 1\na_total 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total{b=\"c} 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total{b=\"\\x\"} 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total one\n# EOF\n"));
  EXPECT_TRUE(is_refused("a_total 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(head + "# EOF\n"));
  EXPECT_TRUE(is_refused(head + "a_total 1\n\n# EOF\n"));
  EXPECT_TRUE(is_refused("# TYPE a gauge\n# UNIT a bytes\na 1\n# EOF\n"));
  const std::string h = "# TYPE a histogram\n";
  EXPECT_FALSE(
      is_refused(h + "a_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(h + "a_count 1\na_sum 1\n# EOF\n"));
  EXPECT_TRUE(
      is_refused(h + "a_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1\n# EOF\n"));
  EXPECT_TRUE(is_refused(h + "a_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\n"
                             "a_count 1\na_sum 1\n# EOF\n"));
}

}  // namespace
}  // namespace orch::openmetrics
