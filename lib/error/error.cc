// SPDX-License-Identifier: MIT
#include "error/error.h"

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace orch {

std::string_view error_code_name(ErrorCode code) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "usage",
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
  return kNames[static_cast<std::size_t>(code)];
}

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Usage:
      return kUsage;
    case ErrorCode::RefusedByPolicy:
      return kRefused;
    case ErrorCode::Timeout:
      return kNotReached;
    case ErrorCode::Contended:
      return kTryAgain;
    default:
      return kFatal;
  }
}

Error io_error(const std::string& what, int error_number) {
  std::string cause = std::strerror(error_number);
  if (!cause.empty())
    cause[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(cause[0])));
  std::string hint;
  if (error_number == ENOSPC) hint = "free some disk space and try again";
  return Error(ErrorCode::Io, what + ": " + cause, hint);
}

}  // namespace orch
