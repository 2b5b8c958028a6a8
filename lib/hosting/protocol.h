// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hosting/answers.h"

// What the program of orch.forgeCommand is asked and answers: one JSON object
// each way, as git-orch-open-pr(1) documents it.
namespace orch::hosting {

struct Wanted {
  std::string title, body, base, head;
  bool draft = false;
};
struct Known {
  std::int64_t number = 0;
  std::string url, base, head;
};

std::string open_question(const std::string& remote_url, const Wanted& wanted);
std::string sync_question(const std::string& remote_url,
                          const std::vector<Known>& known,
                          const std::string& memory);

struct CommandAnswer {
  Failure failure;
  bool unchanged = false;  // since what `memory` stands for
  bool existed = false;    // it was open already
  std::string memory;      // given back with the next question
  Pulls pulls;
};
// Of an answer to the first, `pulls` has the one that is open now.
CommandAnswer read_open(std::string_view body, std::int64_t now_ms);
CommandAnswer read_sync(std::string_view body, const std::vector<Known>& known,
                        std::int64_t now_ms);

}  // namespace orch::hosting
