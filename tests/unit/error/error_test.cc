// SPDX-License-Identifier: MIT
#include "error/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace orch {
namespace {

TEST(ErrorCodes, HaveTheNamesOfTheContractInOrder) {
  const char* names[] = {"usage",
                         "not_a_repository",
                         "not_initialised",
                         "unknown_name",
                         "ambiguous",
                         "exists",
                         "invalid_directory",
                         "duplicate_agent",
                         "dead_pane",
                         "dirty",
                         "refused_by_policy",
                         "timeout",
                         "contended",
                         "missing_tool",
                         "corrupt",
                         "io"};
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(error_code_name(static_cast<ErrorCode>(i)), names[i]);
  EXPECT_EQ(static_cast<int>(ErrorCode::Io), 15);
}

TEST(ErrorCodes, LeadToTheExitCodesOfTheContract) {
  EXPECT_EQ(exit_code_of(ErrorCode::Usage), 129);
  EXPECT_EQ(exit_code_of(ErrorCode::RefusedByPolicy), 2);
  EXPECT_EQ(exit_code_of(ErrorCode::Timeout), 3);
  EXPECT_EQ(exit_code_of(ErrorCode::Contended), 4);
  for (const ErrorCode fatal :
       {ErrorCode::NotARepository, ErrorCode::NotInitialised,
        ErrorCode::UnknownName, ErrorCode::Ambiguous, ErrorCode::Exists,
        ErrorCode::InvalidDirectory, ErrorCode::DuplicateAgent,
        ErrorCode::DeadPane, ErrorCode::Dirty, ErrorCode::MissingTool,
        ErrorCode::Corrupt, ErrorCode::Io})
    EXPECT_EQ(exit_code_of(fatal), 128) << error_code_name(fatal);
}

TEST(IoError, PutsTheCauseBehindOneColonInLowerCase) {
  const Error e = io_error("cannot open 'x'", ENOENT);
  EXPECT_STREQ(e.what(), "cannot open 'x': no such file or directory");
  EXPECT_EQ(e.code(), ErrorCode::Io);
  EXPECT_EQ(e.hint(), "");
}

TEST(IoError, KnowsWhatHelpsOnAFullDisk) {
  const Error e = io_error("cannot write", ENOSPC);
  EXPECT_STREQ(e.what(), "cannot write: no space left on device");
  EXPECT_EQ(e.hint(), "free some disk space and try again");
}

}  // namespace
}  // namespace orch
