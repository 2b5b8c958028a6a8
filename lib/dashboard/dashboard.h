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
  bool for_browser = false;  // a file that leads a browser to the page
};

// Where the page is. Who knows the address has the token.
struct Address {
  std::string url;
  std::string browser_file;  // the file's path; empty without one
};

// Serves until SIGINT, SIGTERM or SIGHUP. `ready` is called once, as soon as
// the page is answered. Ends the process, with status 0, when something that it
// does for a client hangs then; nothing of its own is left in either case.
// Throws what http::listen_loopback and http::listen_path throw, and Error{Io}.
void serve(const repository::Repository& repository, const Options& options,
           const std::function<void(const Address& address)>& ready);

}  // namespace orch::dashboard
