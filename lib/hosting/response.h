// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// What a forge's program printed: an answer of its server, and why there is
// none.
namespace orch::hosting {

// As `gh api --include` prints it: a status line, headers, an empty line and
// the body. Without a status line all of it is the body, and the status 0.
struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};
Response parse_response(std::string_view printed);

enum class Failing {
  Nothing,      // it did not fail
  NotLoggedIn,  // a person has to log in
  Limited,      // too many questions: not before `until_ms`
  Unreachable,  // no network, no answer in time
  Broken,       // the server failed, or its answer is cut off
  Refused,      // it answered no
};
struct Failure {
  Failing what = Failing::Nothing;
  std::string text;  // one line, printable
  std::optional<std::int64_t> until_ms;
  explicit operator bool() const { return what != Failing::Nothing; }
};

// How a call ended: `status` is the program's, `errors` what it complained of.
struct Ending {
  int status = 0;
  bool timed_out = false;
  std::string errors;
};
// What somebody outside complained of, as one line that is printable and has at
// most 300 bytes, its addresses bare.
std::string complaint_text(std::string_view said);
// Nothing for a call that succeeded, and for one that says "not modified".
Failure failure_of(const Ending& ending, const Response& response,
                   std::int64_t now_ms);
// An answer of which something is missing.
Failure cut_off(const std::string& what);

}  // namespace orch::hosting
