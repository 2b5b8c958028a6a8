// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>

#include "fuzz/targets.h"

namespace orch::fuzz {

const std::vector<Target>& targets() {
#define ORCH_FUZZ_LIST(name) {#name, name},
  static const std::vector<Target> kAll = {ORCH_FUZZ_TARGETS(ORCH_FUZZ_LIST)};
#undef ORCH_FUZZ_LIST
  return kAll;
}

std::string source_file(const std::string& path) {
  std::ifstream in(std::string(ORCH_SOURCE_DIR "/") + path, std::ios::binary);
  if (!in) throw std::runtime_error("there is no file '" + path + "'");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace orch::fuzz
