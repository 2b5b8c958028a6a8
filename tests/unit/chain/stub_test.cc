// SPDX-License-Identifier: MIT
#include "chain/stub.h"

#include <sys/resource.h>
#include <unistd.h>

#include "chain/chain.h"
#include "error/error.h"
#include "unit/scratch.h"

namespace orch::chain {
namespace {

const std::string kProgram = "/opt/x/libexec/git-orch/hooks/post-commit";

class Stub : public ::testing::Test {
 protected:
  static std::string empty() {
    std::ifstream in(
        std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/hooks/chain/stub",
        std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string made() const {
    return scratch.write("hook", stub_for(empty(), kProgram).value());
  }
  test::Scratch scratch;
};

TEST_F(Stub, KnowsItsProgramWhereverItIs) {
  const std::string path = made();
  EXPECT_EQ(program_of(path), kProgram);
  EXPECT_TRUE(is_ours(path));
  const std::string moved = scratch.path("hook.legacy");
  ASSERT_EQ(::rename(path.c_str(), moved.c_str()), 0);
  EXPECT_TRUE(is_ours(moved));
}

TEST_F(Stub, HasItsWordsWhereInstallersShowThem) {
  const std::string shown = stub_for(empty(), kProgram).value().substr(0, 1024);
  EXPECT_NE(shown.find("git orch hooks uninstall"), std::string::npos);
  EXPECT_NE(shown.find(kProgram), std::string::npos);
}

TEST_F(Stub, HasRoomForAKilobyte) {
  EXPECT_TRUE(stub_for(empty(), std::string(1023, 'x')));
  EXPECT_FALSE(stub_for(empty(), std::string(1024, 'x')));
  EXPECT_FALSE(stub_for("", kProgram));
}

TEST_F(Stub, TellsWhatWasAppended) {
  EXPECT_EQ(added_to(made()), "");
  const std::string path =
      scratch.write("hook", stub_for(empty(), kProgram).value() + "line\n");
  EXPECT_EQ(added_to(path), "line\n");
  EXPECT_TRUE(is_ours(path));
}

TEST_F(Stub, IsNotAnythingElse) {
  EXPECT_FALSE(program_of(scratch.path("absent")));
  EXPECT_FALSE(program_of(scratch.write("script", "#!/bin/sh\n")));
  EXPECT_FALSE(program_of(scratch.write("empty", "")));
  EXPECT_FALSE(program_of(scratch.write("words", empty().substr(4))));
  EXPECT_FALSE(is_ours(scratch.write("blank", empty())));
  EXPECT_FALSE(program_of(scratch.root()));
}

// Who takes it for a foreign hook leaves ours behind, or puts it aside.
TEST_F(Stub, IsNotDeniedByWhoCannotLook) {
  const std::string path = made();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_THROW(program_of(path), Error);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(program_of(path), kProgram);
}

TEST_F(Stub, IsALinkToAProgramAsWell) {
  const std::string link = scratch.path("link");
  ASSERT_EQ(::symlink(kProgram.c_str(), link.c_str()), 0);
  EXPECT_TRUE(is_ours(link));
  const std::string other = scratch.path("other");
  ASSERT_EQ(::symlink("/bin/true", other.c_str()), 0);
  EXPECT_FALSE(is_ours(other));
}

}  // namespace
}  // namespace orch::chain
