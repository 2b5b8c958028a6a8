// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "file/file.h"

namespace orch::test {

// A server on a free port of the loopback interface that keeps what it is sent:
// HTTP posts, or mails by SMTP (RFC 5321). One connection after the other.
class Receiver {
 public:
  enum class Speaks { Http, Smtp };
  explicit Receiver(Speaks speaks);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  int port() const { return port_; }
  std::string url(const std::string& path) const;
  // What is answered from now on: the status of HTTP; 0 answers nothing at all
  // and leaves the connection open.
  void answer(int status) { status_ = status; }

  struct Received {
    std::string head;  // of HTTP: request line and headers; of SMTP: envelope
    std::string body;
  };
  std::vector<Received> all() const;

 private:
  void serve();
  void talk_http(int fd);
  void talk_smtp(int fd);
  void keep(Received received);

  Speaks speaks_;
  int port_ = 0;
  file::Descriptor listening_, stop_read_, stop_write_;
  std::atomic<int> status_ = 200;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  std::vector<file::Descriptor> left_open_;
  std::thread thread_;
};

}  // namespace orch::test
