// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

namespace orch::config {

// A configuration file as it was before we changed it. Its bytes and mode can
// be put back while nobody else has changed it since.
class Memory {
 public:
  // What is remembered lies in files whose names begin with `place`. A file
  // that is a symbolic link stays one.
  Memory(const std::string& file, std::string place);

  // Runs `change`, which may be nothing, and remembers. A person's change
  // between two calls stays that person's: the bytes are not put back then, nor
  // when a call was killed behind its change.
  void change(const std::function<void()>& change) const;

  // The path of the bytes that were there before us; it is absent when there
  // was no file, or nothing is remembered.
  std::string before() const { return place_ + ".before"; }

  // Whether something is remembered.
  bool holds() const;
  // Whether the file is as we left it.
  bool is_untouched() const;
  // Puts the file back as it was, or away when there was none, and forgets.
  // Does nothing but forget when it is not as we left it; whether it did.
  bool put_back() const;
  void forget() const;

 private:
  std::string none() const { return place_ + ".none"; }
  std::string after() const { return place_ + ".after"; }

  std::string file_, place_;
};

}  // namespace orch::config
