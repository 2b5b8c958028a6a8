// SPDX-License-Identifier: MIT
#include "support/receiver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "text/case.h"

namespace orch::test {
namespace {

constexpr int kPatienceMs = 20000;

void say(int fd, const std::string& text) {
  (void)::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

// Reads until `bytes` holds `end`; false when the other side has gone.
bool read_to(int fd, std::string& bytes, const std::string& end) {
  std::array<char, 4096> buffer{};
  while (bytes.find(end) == std::string::npos) {
    pollfd ready{fd, POLLIN, 0};
    if (::poll(&ready, 1, kPatienceMs) <= 0) return false;
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) return false;
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return true;
}

std::string take_line(int fd, std::string& bytes) {
  if (!read_to(fd, bytes, "\r\n")) return "";
  const std::size_t end = bytes.find("\r\n");
  std::string line = bytes.substr(0, end);
  bytes.erase(0, end + 2);
  return line;
}

}  // namespace

Receiver::Receiver(Speaks speaks) : speaks_(speaks) {
  std::array<int, 2> ends{};
  listening_ =
      file::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listening_.get(), generic, size) != 0 ||
      ::listen(listening_.get(), 16) != 0 ||
      ::getsockname(listening_.get(), generic, &size) != 0 ||
      ::pipe2(ends.data(), O_CLOEXEC) != 0)
    std::abort();
  stop_read_ = file::Descriptor(ends[0]);
  stop_write_ = file::Descriptor(ends[1]);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() {
  say(stop_write_.get(), "");
  stop_write_ = file::Descriptor();
  thread_.join();
}

std::string Receiver::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<Receiver::Received> Receiver::all() const {
  const std::scoped_lock lock(mutex_);
  return received_;
}

void Receiver::keep(Received received) {
  const std::scoped_lock lock(mutex_);
  received_.push_back(std::move(received));
}

void Receiver::serve() {
  while (true) {
    std::array<pollfd, 2> fds{
        {{listening_.get(), POLLIN, 0}, {stop_read_.get(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0) return;
    file::Descriptor fd(
        ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    if (status_ == 0) {
      left_open_.push_back(std::move(fd));
      continue;
    }
    if (speaks_ == Speaks::Http)
      talk_http(fd.get());
    else
      talk_smtp(fd.get());
  }
}

void Receiver::talk_http(int fd) {
  std::string bytes;
  if (!read_to(fd, bytes, "\r\n\r\n")) return;
  const std::size_t end = bytes.find("\r\n\r\n");
  Received received{.head = bytes.substr(0, end),
                    .body = bytes.substr(end + 4)};
  const std::string lower = text::lower(received.head);
  const std::size_t at = lower.find("content-length:");
  const std::size_t length =
      at == std::string::npos
          ? 0
          : std::strtoull(lower.c_str() + at + 15, nullptr, 10);
  std::array<char, 4096> buffer{};
  while (received.body.size() < length) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) return;
    received.body.append(buffer.data(), static_cast<std::size_t>(n));
  }
  keep(std::move(received));
  say(fd, "HTTP/1.1 " + std::to_string(status_) +
              " Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

void Receiver::talk_smtp(int fd) {
  std::string bytes;
  Received received;
  say(fd, "220 receiver\r\n");
  while (true) {
    const std::string line = take_line(fd, bytes);
    if (line.empty()) return;
    const std::string verb = text::lower(line.substr(0, 4));
    if (verb == "quit") {
      say(fd, "221 bye\r\n");
      return;
    }
    if (verb != "data") {
      if (verb == "mail" || verb == "rcpt") received.head += line + "\n";
      say(fd, status_ == 200 ? "250 ok\r\n" : "451 try again later\r\n");
      continue;
    }
    say(fd, "354 go on\r\n");
    if (!read_to(fd, bytes, "\r\n.\r\n")) return;
    const std::size_t end = bytes.find("\r\n.\r\n");
    received.body = bytes.substr(0, end + 2);
    bytes.erase(0, end + 5);
    keep(std::move(received));
    received = {};
    say(fd, "250 kept\r\n");
  }
}

}  // namespace orch::test
