// SPDX-License-Identifier: MIT
#include "config/config.h"

#include "process/process.h"
#include "unit/scratch.h"

namespace orch::config {
namespace {

class ConfigOf : public ::testing::Test {
 protected:
  ConfigOf() {
    process::run({.argv = {"git", "init", "-q", scratch.root()}});
    repository = *repository::find(scratch.root());
  }
  void set(const std::string& key, const std::string& value) const {
    process::run(
        {.argv = {"git", "config", key, value}, .directory = scratch.root()});
  }
  std::optional<std::uint64_t> size(const std::string& value) const {
    set("orch.maxUntracked", value);
    return Config::load(repository).find_size("orch.maxUntracked");
  }

  test::Scratch scratch;
  Repository repository;
};

TEST_F(ConfigOf, SizesHaveGitsUnits) {
  EXPECT_FALSE(Config::load(repository).find_size("orch.maxUntracked"));
  EXPECT_EQ(size("0"), 0U);
  EXPECT_EQ(size("17"), 17U);
  EXPECT_EQ(size("2k"), 2048U);
  EXPECT_EQ(size("3M"), 3U << 20);
  EXPECT_EQ(size("4g"), std::uint64_t{4} << 30);
}

TEST_F(ConfigOf, SizesThatAreNoneAreRefused) {
  for (const char* value : {"", "-1", "k", "1kb", "1t", "one", "1 k",
                            "99999999999999999999", "18446744073709551615k"}) {
    try {
      size(value);
      ADD_FAILURE() << "took '" << value << "'";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::Usage);
      EXPECT_EQ(std::string(e.what()),
                "bad value '" + std::string(value) + "' for orch.maxUntracked");
    }
  }
}

TEST_F(ConfigOf, ValuesBelowPrefixesAreComparable) {
  const auto values = [&] {
    return Config::load(repository).values_below({"filter.", "core.auto"});
  };
  const std::string none = values();
  set("user.name", "somebody");
  EXPECT_EQ(values(), none);
  set("filter.x.clean", "cat");
  const std::string one = values();
  EXPECT_NE(one, none);
  set("core.autocrlf", "input");
  EXPECT_NE(values(), one);
}

}  // namespace
}  // namespace orch::config
