// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "file/file.h"

namespace orch::http {

// A listening socket on 127.0.0.1 or ::1 ("localhost" is the former); port 0
// takes a free one. Throws Error{Usage} for every other host: this server is
// never reached from another machine. Throws Error{Exists} when the port is in
// use, Error{Io}.
file::Descriptor listen_loopback(const std::string& host, int port);
int port_of(const file::Descriptor& socket);

// A socket in the file system that only this user can connect to: mode 0600 in
// a directory of 0700, which is made when it is not there. What an ended
// server left there is replaced. Throws Error{InvalidDirectory} when others may
// enter the directory, Error{Exists} when a server listens there, Error{Io}.
file::Descriptor listen_path(const std::string& path);

// A connection that waits, not blocking; empty when there is none.
file::Descriptor accept_from(const file::Descriptor& socket);

}  // namespace orch::http
