// SPDX-License-Identifier: MIT
#include "vitals/parse.h"

#include <gtest/gtest.h>

#include "vitals/vitals.h"

namespace orch::vitals {
namespace {

TEST(VitalSigns, AreReadFromTheKernelsText) {
  const auto load = parse_load("0.50 1.25 2.00 3/456 7890\n");
  ASSERT_TRUE(load);
  EXPECT_EQ(load->one, 0.5);
  EXPECT_EQ(load->five, 1.25);
  EXPECT_EQ(load->fifteen, 2.0);
  EXPECT_EQ(parse_uptime("12345.67 23456.78\n"), 12345);
  const Memory memory = parse_memory(
      "MemTotal:        2048 kB\nMemFree: 1 kB\nMemAvailable: 1024 kB\n"
      "SwapTotal: 100 kB\nSwapFree: 40 kB\nHugePages_Total: 0\n");
  EXPECT_EQ(memory.total, 2048 * 1024);
  EXPECT_EQ(memory.available, 1024 * 1024);
  EXPECT_EQ(memory.swap_total, 100 * 1024);
  EXPECT_EQ(memory.swap_used, 60 * 1024);
}

TEST(VitalSigns, AreAbsentWhereTheTextSaysNothing) {
  for (const char* text : {"", "x", "1 2", "1 x 3", "-1 2 3", "nan 1 1"})
    EXPECT_FALSE(parse_load(text)) << text;
  for (const char* text : {"", "x", "-5 1", "inf 1", "1e300 1"})
    EXPECT_FALSE(parse_uptime(text)) << text;
  const Memory memory =
      parse_memory("MemTotal: x kB\nMemAvailable: 5 MB\nSwapFree: 3 kB\n");
  EXPECT_FALSE(memory.total);
  EXPECT_FALSE(memory.available);
  EXPECT_FALSE(memory.swap_used);
  for (const char* text : {"", "cpu0 1 2 3 4 5\n", "cpu 1 2\n"})
    EXPECT_FALSE(parse_ticks(text)) << text;
}

TEST(VitalSigns, TellHowBusyTheCpusWereInBetween) {
  const auto before =
      parse_ticks("cpu  100 0 100 700 100 0 0 0 90 0\ncpu0 1 1 1 1 1\n");
  const auto after = parse_ticks("cpu  130 0 110 750 110 0 0 0 95 0\n");
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->all, 1000U);
  EXPECT_EQ(before->busy, 200U);
  EXPECT_EQ(percent_between(*before, *after), 40.0);
  EXPECT_FALSE(percent_between(*before, *before));
  EXPECT_FALSE(percent_between(*after, *before));
}

TEST(VitalSigns, OfThisMachineAreTold) {
  const Vitals v = measure("/", 0);
  EXPECT_FALSE(v.cpu_percent);
  EXPECT_GT(v.memory.total.value_or(0), 0);
  EXPECT_GT(v.cpus.value_or(0), 0);
  EXPECT_GT(v.processes.value_or(0), 0);
  EXPECT_GE(v.disk_total.value_or(0), v.disk_free.value_or(1));
  EXPECT_FALSE(measure("/no/such/place", 0).disk_total);
}

}  // namespace
}  // namespace orch::vitals
