// SPDX-License-Identifier: MIT
#include "process/become.h"

#include <unistd.h>

namespace orch::process {

void become(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& a : argv)
    pointers.push_back(const_cast<char*>(a.c_str()));
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
}

}  // namespace orch::process
