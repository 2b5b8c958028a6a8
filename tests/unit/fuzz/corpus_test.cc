// SPDX-License-Identifier: MIT
//
// What the fuzzers begin with, and what they have found once.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "fuzz/targets.h"

namespace orch::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = ORCH_SOURCE_DIR "/tests/fuzz/corpus";

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FuzzCorpus : public testing::TestWithParam<Target> {};

TEST_P(FuzzCorpus, KeepsItsPromises) {
  std::size_t files = 0;
  EXPECT_NO_THROW(GetParam().run(""));
  for (const auto& entry : fs::directory_iterator(kCorpus / GetParam().name)) {
    EXPECT_NO_THROW(GetParam().run(bytes_of(entry.path()))) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0U);
}

INSTANTIATE_TEST_SUITE_P(Every, FuzzCorpus, testing::ValuesIn(targets()),
                         [](const auto& each) { return each.param.name; });

TEST(FuzzCorpora, AreThoseOfTheFuzzersAndSmall) {
  std::set<std::string> names;
  for (const Target& target : targets()) names.insert(target.name);
  for (const auto& directory : fs::directory_iterator(kCorpus)) {
    EXPECT_TRUE(names.contains(directory.path().filename()))
        << directory.path();
    std::uintmax_t size = 0;
    for (const auto& entry : fs::directory_iterator(directory))
      size += entry.file_size();
    EXPECT_LE(size, 32U << 10) << directory.path();
  }
}

}  // namespace
}  // namespace orch::fuzz
