// SPDX-License-Identifier: MIT
//
// What libFuzzer calls. A Violation is not caught: the program aborts, and the
// input is kept.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  orch::fuzz::ORCH_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
