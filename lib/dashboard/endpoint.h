// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

// What can be asked for with GET /api/<name>, and the verb that says the same.
namespace orch::dashboard {

struct Question {
  std::string name;          // of the endpoint: "status", "agent/log"
  http::Pairs parameters;    // those that it takes, in its own order
  std::string text() const;  // one for each question
  std::string parameter(std::string_view name) const;  // empty: not given
};

// The names of all endpoints that a verb answers, sorted.
std::vector<std::string> endpoint_names();

// Absent when there is no such endpoint. Throws Error{Usage} for a parameter
// that it does not take, or a value that is none.
std::optional<Question> find_question(std::string_view name,
                                      const http::Pairs& parameters);

// The verb and its arguments that answer it, "--json" among them.
struct Call {
  std::string verb;
  std::vector<std::string> arguments;
};
Call call_of(const Question& question);

}  // namespace orch::dashboard
