// SPDX-License-Identifier: MIT
#pragma once

#include <termios.h>

#include <cstddef>
#include <string>
#include <vector>

#include "file/file.h"

// A terminal that is redrawn in place. What stood on it before is there again
// afterwards, also after SIGTERM, SIGHUP and Ctrl-C.
namespace orch::terminal {

// Whether both standard input and output are a terminal.
bool is_interactive();

enum class Key {
  None,  // nothing was typed: something else has happened, or time is over
  Text,  // characters
  Up,
  Down,
  Enter,
  Escape,
  Erase,   // Backspace
  Resize,  // the terminal has another size
  End,     // Ctrl-C, a signal, or nobody types any more
};
struct Press {
  Key key = Key::None;
  std::string text;  // of Key::Text, UTF-8
};

class Screen {
 public:
  // Throws Error{Usage} unless is_interactive().
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  std::size_t rows() const { return rows_; }
  // Shows these lines from the top and nothing below them; only those that have
  // changed are written, in one go. What is longer than the terminal is wide is
  // cut by it, lines that are too many are left out.
  void draw(const std::vector<std::string>& lines);
  // Waits for a key, for `also` to become readable (-1: nothing), at most
  // `timeout_ms`.
  Press wait(int also, int timeout_ms);

  // Gives the terminal to another program, and takes it back.
  void leave();
  void enter();

 private:
  void measure();
  Press decode(std::string bytes);

  termios before_{};
  file::Descriptor signals_;
  std::vector<std::string> shown_;
  std::size_t rows_ = 24;
  std::string pending_;  // typed, not taken yet
};

}  // namespace orch::terminal
