// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What agent CLIs write down about the tokens of a conversation, in files with
// a line of JSON for each thing that happened. Claude Code repeats a message as
// it grows, each time with all that it has used; Codex tells totals of the
// conversation, which begin anew when it is resumed. Lines of others say
// nothing here. Pure: text in, numbers out.
namespace orch::transcript {

struct Tokens {
  std::int64_t input = 0;                   // that the model read anew
  std::int64_t output = 0;                  // reasoning included
  std::int64_t cached = 0;                  // that it had in its cache
  std::optional<std::int64_t> cost_micros;  // of a US dollar, when it is stated

  bool operator==(const Tokens&) const = default;
  bool is_none() const {
    return input == 0 && output == 0 && cached == 0 && !cost_micros;
  }
  void add(const Tokens& other);
};

// What was used, by when (milliseconds since 1970) and by which model.
struct Used {
  std::int64_t at = 0;
  std::string model;  // empty: not told
  Tokens tokens;
};

// Reads lines in their order, also when they come in parts: what it has to
// remember is one line of text.
class Reader {
 public:
  // `state`: of an earlier reader, or empty. What is newer than `floor_at`
  // counts; older lines are only remembered.
  explicit Reader(const std::string& state, std::int64_t floor_at = 0);

  // A line without its end. Absent when it says nothing new.
  std::optional<Used> read(std::string_view line);
  std::string state() const;
  // The newest line that it has counted; `floor_at` before the first.
  std::int64_t newest_at() const { return newest_at_; }

 private:
  std::optional<Used> counted(std::int64_t at, const std::string& model,
                              const Tokens& tokens);

  std::int64_t floor_at_, newest_at_;
  std::string model_;
  std::optional<Tokens> total_;  // of the conversation, as it was told last
  // Messages that may come again, the newest last, and what they had used.
  std::deque<std::pair<std::string, Tokens>> recent_;
};

}  // namespace orch::transcript
