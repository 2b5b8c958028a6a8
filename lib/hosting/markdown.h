// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Texts for a forge: nothing that was written by somebody else acts there, be
// it a mention, a reference, a keyword that closes an issue, a quick action or
// mark-up.
namespace orch::hosting {

// One line as a code span, which shows every character as it is.
std::string code_span(std::string_view text);

// One line for a title, which forges show as it is but search for mentions and
// references: a word joiner keeps these apart. At most 250 bytes.
std::string title_text(std::string_view text);

struct TaskLine {
  std::string id, title, status;
};
struct TestLine {
  std::string role, type, result, commit;
};
struct ConflictLine {
  std::string a, b, kind;
  std::vector<std::string> paths;
};
struct Facts {
  std::string feature, feature_name, role, agent;
  std::string base, head;
  std::vector<std::string> subjects;  // newest first
  std::size_t commits = 0;            // there may be more than subjects
  std::vector<TaskLine> tasks;
  std::vector<TestLine> tests;
  std::vector<ConflictLine> conflicts;
};
// At most 60,000 bytes, so that every forge takes it.
std::string body_of(const Facts& facts);

}  // namespace orch::hosting
