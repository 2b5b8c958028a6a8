// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "file/file.h"
#include "http/loop.h"
#include "http/message.h"

// A small HTTP/1.1 server for few and known clients: what is odd is refused,
// not understood. It never sends what it was sent.
namespace orch::http {

struct Limits {
  std::size_t header = 16 * 1024;   // bytes of a request before its body
  std::size_t body = 256 * 1024;    // bytes
  std::size_t connections = 512;    // at once, streams among them
  std::size_t streams = 256;        // at once
  std::size_t waiting = 64 * 1024;  // bytes that a stream's client may lag
  int header_ms = 5000;             // from the first byte to the empty line
  int body_ms = 10'000;
  int write_ms = 10'000;
  int idle_ms = 60'000;  // between two requests
};

// Given once for each request, in the loop's thread.
using Answer = std::function<void(Response)>;

struct Site {
  Pairs headers = {};  // of every answer
  // What refuses a request before its body is read; absent: it may go on.
  std::function<std::optional<Response>(const Request&)> refuse;
  std::function<void(Request, Answer)> serve;
};

// Serves on `socket` while it lives. An answer that comes later is dropped.
class Server {
 public:
  Server(Loop& loop, file::Descriptor socket, Site site, Limits limits = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace orch::http
