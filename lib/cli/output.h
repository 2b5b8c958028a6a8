// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "json/value.h"

// One answer in its three forms: a table or text for people, --porcelain and
// --json for programs. stdout is the answer and nothing else.
namespace orch::cli {

// Whether a stream is a terminal.
enum class Stream { Out, Error };
bool is_terminal(Stream stream);

enum class Tone { Plain, Good, Busy, Bad, Faint, Strong };
// `text`, coloured when wants_colour(); never changes its width.
std::string toned(std::string_view text, Tone tone);
// The tone in which an agent's state, or a message's level, is shown.
Tone tone_of(std::string_view state);

// A table for people. Cells are made printable and, on a terminal, the widest
// columns are clipped to its width.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  void add(std::vector<std::string> cells, std::vector<Tone> tones = {});
  bool empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<Tone> tones;
  };
  std::vector<std::string> headings_;
  std::vector<Row> rows_;
};

struct Answer {
  json::Object data;
  // The member of `data` that is the listing, and its fields in the order of
  // the contract; empty for commands that list nothing.
  std::string rows = {};
  std::vector<std::string> fields = {};
  std::string human = {};  // for people, with its newline
  int exit_code = 0;
};

// Prints it in the form that was asked for and returns its exit code.
int print(const Invocation& invocation, const Answer& answer);

// What a program ends with that would end with `status`: an answer that could
// not be written to its end is told on stderr, and fatal, as it is to git. What
// was done stays done.
int end_answer(int status) noexcept;

// A line on stderr for people who watch: shown on a terminal only, and not
// with -q.
void progress(const Invocation& invocation, const std::string& line);
// A note on stderr that is no error; not with -q.
void note(const Invocation& invocation, const std::string& line);

}  // namespace orch::cli
