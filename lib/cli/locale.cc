// SPDX-License-Identifier: MIT
#include "cli/locale.h"

#include <strings.h>

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace orch::cli {

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    return ::strcasestr(value, "utf-8") != nullptr ||
           ::strcasestr(value, "utf8") != nullptr;
  }
  return false;
}

}  // namespace orch::cli
