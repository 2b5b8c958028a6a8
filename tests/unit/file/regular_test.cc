// SPDX-License-Identifier: MIT
#include "file/regular.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/scratch.h"

namespace orch::file {
namespace {

class Regular : public ::testing::Test {
 protected:
  test::Scratch scratch;
};

TEST_F(Regular, IsReadWhole) {
  EXPECT_EQ(find_regular(scratch.path("none")), std::nullopt);
  scratch.write("a", "text\n");
  EXPECT_EQ(find_regular(scratch.path("a")), "text\n");
  ASSERT_EQ(::symlink(scratch.path("a").c_str(), scratch.path("b").c_str()), 0);
  EXPECT_EQ(find_regular(scratch.path("b")), "text\n");
}

TEST_F(Regular, IsNeitherAPipeNorADirectoryNorADevice) {
  ASSERT_EQ(::mkfifo(scratch.path("pipe").c_str(), 0600), 0);
  for (const std::string& odd :
       {scratch.path("pipe"), scratch.path(""), std::string("/dev/zero")})
    EXPECT_EQ(test::thrown_by([&] { find_regular(odd); }),
              "io: '" + odd + "' is not a regular file");
}

}  // namespace
}  // namespace orch::file
