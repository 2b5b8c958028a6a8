// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "repository/repository.h"

// The page and what it asks for, served by this process on the loopback.
namespace orch::dashboard {

enum class Writes { Refused, Allowed };

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;                    // 0: a free one
  std::string socket = {};         // a path: there instead
  std::vector<std::string> names;  // under which a proxy passes requests on
  Writes writes = Writes::Refused;
};

// Serves until SIGINT, SIGTERM or SIGHUP. `ready` is called once with the
// address of the page, which holds the token, as soon as it is answered.
// Throws what http::listen_loopback and http::listen_path throw.
void serve(const repository::Repository& repository, const Options& options,
           const std::function<void(const std::string& url)>& ready);

}  // namespace orch::dashboard
