// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "notice/sink.h"

namespace orch::notify {

// A sink, or a name under which one is configured and why there is none.
struct Configured {
  std::string name;
  notice::Sink sink;
  std::string problem;  // empty: it works; nothing secret is in it
  std::string hint;
};

// What orch.notify.* says, by name. Since a sink runs programs and sends out
// what happens here, only the configuration that this user alone writes counts.
std::vector<Configured> sinks_of(const config::Config& config);

}  // namespace orch::notify
