// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

// The one exception of the suite. Doors and services throw it; two mains (of a
// command and of a hook) catch it. An outcome that the caller asks about is a
// value, never an exception.
namespace orch {

// What went wrong, as the machine form names it: the values of `error.code`.
enum class ErrorCode {
  Usage,
  NotARepository,
  NotInitialised,
  UnknownName,
  Ambiguous,
  Exists,
  InvalidDirectory,
  DuplicateAgent,
  DeadPane,
  Dirty,
  RefusedByPolicy,
  Timeout,
  Contended,
  MissingTool,
  Corrupt,
  Io,
};

// Exit codes of every program; git's own where git has one.
enum ExitCode : int {
  kDone = 0,        // done; the answer is yes
  kNo = 1,          // the answer is no: a conflict, a failed check
  kRefused = 2,     // refused by policy
  kNotReached = 3,  // the asked level or state was not reached in time
  kTryAgain = 4,    // contended or could not tell
  kFatal = 128,
  kUsage = 129,
};

// The name of `code` in the JSON envelope, for example "unknown_name".
std::string_view error_code_name(ErrorCode code);

// The exit code that goes with `code`.
int exit_code_of(ErrorCode code);

// `what()` is the message: lower case, no full stop, what failed first, the
// subject in single quotes, the cause after one colon. `hint()` is the next
// thing to type, or empty when we know none.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::string hint = {})
      : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

  ErrorCode code() const { return code_; }
  const std::string& hint() const { return hint_; }

 private:
  ErrorCode code_;
  std::string hint_;
};

// Wrong usage of a command line: exit code 129.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message, std::string hint = {})
      : Error(ErrorCode::Usage, message, std::move(hint)) {}
};

// An Error whose cause is `error_number` (an errno value): read-only and full
// file systems, permissions and missing files get the words git uses.
Error io_error(const std::string& what, int error_number);

}  // namespace orch
