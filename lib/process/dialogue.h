// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "process/process.h"

// A child that one talks with: questions go to its standard input, answers come
// from its standard output.
namespace orch::process {

class Dialogue {
 public:
  // Starts the program; its `input` and `timeout_ms` are not used. Throws
  // Error{Io} only when no process can be made.
  explicit Dialogue(const Program& program);
  // Closes its input and waits a moment, then ends it.
  ~Dialogue();
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  // Writes `question` and reads until `is_answered` says so of all that came
  // since, which is returned. What is there when the time is over, or when the
  // child has ended, is returned, too.
  std::string ask(std::string_view question,
                  const std::function<bool(const std::string&)>& is_answered,
                  int timeout_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace orch::process
