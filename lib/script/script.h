// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

// The script of the built-in agent: one step a line, words as a shell would
// split them ("…" keeps blanks), "#" starts a comment. Pure.
namespace orch::script {

struct Step {
  std::string verb;
  std::vector<std::string> words;  // behind the verb
  int line = 0;                    // from 1
};

// The steps that a script may use, with what each needs:
//   await-message [WORD]   end the turn; go on at a message (that holds WORD)
//   await-file PATH        wait until the file exists
//   say TEXT...            print
//   edit FILE LINE TEXT    replace a line (from 1)
//   append FILE TEXT       add a line at the end, creating the file
//   commit MESSAGE         commit everything in the worktree
//   run PROGRAM ARG...     run a program without a shell
//   eat-enter N            ignore the next N submit keys
//   dialog TEXT            open an approval dialog, as real agent CLIs do
//   limit TEXT             say a usage-limit text and be limited
//   hang                   stay busy for ever
//   no-ack                 acknowledge no message from here on
//   die-at-prompt          be killed at the next prompt, when the hook has
//                          told of it and before anything is written down
//   exit STATUS            end
// FILE may be @text:N, the N-th tracked text file of five lines or more, or
// @agent, a file that no other agent has: agent-7.txt.
// Throws Error{Usage} with file:line for an unknown step or missing words.
std::vector<Step> parse(std::string_view text, const std::string& file);

// A terminal's input as an agent CLI sees it: typed keys and bracketed pastes
// collect in a draft that a carriage return submits.
class Draft {
 public:
  // Takes one byte; true when it submitted (the draft is then in `submitted`).
  bool take(char byte);
  const std::string& text() const { return text_; }
  const std::string& submitted() const { return submitted_; }
  // Inside a paste, a carriage return is text (tmux makes it of a newline).
  bool in_paste() const { return in_paste_; }

 private:
  void end_sequence();

  std::string text_, submitted_, sequence_;
  bool in_paste_ = false;
};

}  // namespace orch::script
