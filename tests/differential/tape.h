// SPDX-License-Identifier: MIT
#pragma once

#include <rapidcheck.h>
#include <stdlib.h>

#include <cstdint>
#include <string>
#include <vector>

// Random choices that shrink: a property takes its choices from a tape of
// numbers, and a smaller tape is a simpler history.
namespace orch::differential {

class Tape {
 public:
  explicit Tape(std::vector<std::uint16_t> numbers)
      : numbers_(std::move(numbers)) {}

  // A number below `n`; 0 when the tape has run out.
  std::size_t below(std::size_t n) {
    if (next_ >= numbers_.size() || n == 0) return 0;
    return numbers_[next_++] % n;
  }
  bool one_in(std::size_t n) { return below(n) == n - 1; }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::vector<std::uint16_t> numbers_;
  std::size_t next_ = 0;
};

inline bool is_full() { return ::getenv("ORCH_TEST_FULL") != nullptr; }

// Runs `property` on `few` tapes of `length`, or on `many` for the full run.
// The seed is ORCH_TEST_SEED; RC_PARAMS="noshrink=1" shows the first failure.
template <typename Property>
bool holds_on_tapes(const char* what, int few, int many, std::size_t length,
                    Property property) {
  const char* const seed = ::getenv("ORCH_TEST_SEED");
  const char* const more = ::getenv("RC_PARAMS");
  const std::string settings =
      std::string("seed=") + (seed ? seed : "20261121") +
      " max_success=" + std::to_string(is_full() ? many : few) + " " +
      (more ? more : "");
  ::setenv("RC_PARAMS", settings.c_str(), 1);
  const auto numbers = rc::gen::resize(
      rc::kNominalSize, rc::gen::container<std::vector<std::uint16_t>>(
                            length, rc::gen::arbitrary<std::uint16_t>()));
  return rc::check(what, [&] { property(Tape(*numbers)); });
}

}  // namespace orch::differential
