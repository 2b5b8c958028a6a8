// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// A client that sends exactly the bytes that a test wants.
namespace orch::test {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// One connection. What is waited for comes within half a minute, whatever else
// comes, or is absent.
class HttpClient {
 public:
  explicit HttpClient(int port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<in_port_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  explicit HttpClient(const std::string& path) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
    connect_to(reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  ~HttpClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  HttpClient(HttpClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), bytes_(std::move(other.bytes_)) {}
  HttpClient& operator=(HttpClient&&) = delete;

  bool is_connected() const { return fd_ >= 0; }

  // False when the server takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // The next answer; absent when the connection ends before its end. `bodiless`
  // for an answer to HEAD.
  std::optional<HttpAnswer> read_answer(bool bodiless = false) {
    begin_to_wait();
    const auto head = read_on("\r\n\r\n");
    if (!head || head->size() < 12) return std::nullopt;
    HttpAnswer out;
    out.status = std::atoi(head->c_str() + 9);
    std::size_t at = head->find("\r\n") + 2;
    while (at + 2 < head->size()) {
      const std::size_t end = head->find("\r\n", at);
      const std::size_t colon = head->find(": ", at);
      std::string name = head->substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      out.headers[name] = head->substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    const std::string length = out.header("content-length");
    if (bodiless || length.empty()) return out;
    const std::size_t size = std::stoul(length);
    while (bytes_.size() < size)
      if (!read_more()) return std::nullopt;
    out.body = bytes_.substr(0, size);
    bytes_.erase(0, size);
    return out;
  }

  // All up to and with `mark`; absent when the connection ends before.
  std::optional<std::string> read_through(std::string_view mark) {
    begin_to_wait();
    return read_on(mark);
  }

  // Whether the server ends the connection.
  bool ends() {
    begin_to_wait();
    while (read_more()) {
    }
    return ended_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void begin_to_wait() { until_ = Clock::now() + std::chrono::seconds(30); }

  std::optional<std::string> read_on(std::string_view mark) {
    std::size_t at = 0;
    while ((at = bytes_.find(mark)) == std::string::npos)
      if (!read_more()) return std::nullopt;
    std::string out = bytes_.substr(0, at + mark.size());
    bytes_.erase(0, at + mark.size());
    return out;
  }

  void connect_to(const sockaddr* to, socklen_t size) {
    if (::connect(fd_, to, size) == 0) return;
    ::close(fd_);
    fd_ = -1;
  }

  bool read_more() {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until_ - Clock::now());
    pollfd p{fd_, POLLIN, 0};
    if (fd_ < 0 || left.count() <= 0 ||
        ::poll(&p, 1, static_cast<int>(left.count())) != 1)
      return false;
    char buffer[16 * 1024];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) bytes_.append(buffer, static_cast<std::size_t>(n));
    ended_ = n <= 0;
    return n > 0;
  }

  int fd_ = -1;
  std::string bytes_;
  Clock::time_point until_;
  bool ended_ = false;
};

}  // namespace orch::test
