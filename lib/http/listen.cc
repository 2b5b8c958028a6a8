// SPDX-License-Identifier: MIT
#include "http/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error/error.h"

namespace orch::http {
namespace {

constexpr int kBacklog = 512;

file::Descriptor new_socket(int family) {
  file::Descriptor fd(
      ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw io_error("cannot make a socket", errno);
  return fd;
}

void bind_and_listen(const file::Descriptor& fd, const sockaddr* address,
                     socklen_t size, const std::string& what) {
  if (::bind(fd.get(), address, size) != 0) {
    if (errno == EADDRINUSE)
      throw Error(ErrorCode::Exists, what + " is in use",
                  "git orch dashboard --port 0");
    throw io_error("cannot listen on " + what, errno);
  }
  if (::listen(fd.get(), kBacklog) != 0)
    throw io_error("cannot listen on " + what, errno);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.size() >= sizeof out.sun_path)
    throw Error(ErrorCode::Usage,
                "the path of a socket has at most 107 bytes: '" + path + "'");
  std::memcpy(out.sun_path, path.c_str(), path.size() + 1);
  return out;
}

void require_private(const std::string& directory) {
  struct stat s {};
  if (::stat(directory.c_str(), &s) != 0)
    throw io_error("cannot look at '" + directory + "'", errno);
  if (!S_ISDIR(s.st_mode) || s.st_uid != ::geteuid() ||
      (s.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(ErrorCode::InvalidDirectory,
                "the directory '" + directory + "' is not yours alone",
                // Not chmod: the directory may be everybody's, as /tmp is.
                "one of its own, which is made when it is not there: git orch "
                "dashboard --socket ~/.git-orch/dashboard.sock");
}

// Takes away what an ended server left. Throws when one answers.
void clear_place(const std::string& path, const sockaddr_un& address) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return;
  if (!S_ISSOCK(s.st_mode))
    throw Error(ErrorCode::Exists, "'" + path + "' exists and is no socket");
  const file::Descriptor probe = new_socket(AF_UNIX);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0 ||
      errno == EAGAIN)
    throw Error(ErrorCode::Exists, "a server listens on '" + path + "' already",
                "git orch dashboard --socket <another path>");
  ::unlink(path.c_str());
}

}  // namespace

file::Descriptor listen_loopback(const std::string& host, int port) {
  const auto number = static_cast<in_port_t>(port);
  const std::string what = "port " + std::to_string(port) + " of " + host;
  const int on = 1;
  if (host == "::1") {
    file::Descriptor fd = new_socket(AF_INET6);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(number);
    address.sin6_addr = in6addr_loopback;
    bind_and_listen(fd, reinterpret_cast<const sockaddr*>(&address),
                    sizeof address, what);
    return fd;
  }
  if (host != "127.0.0.1" && host != "localhost")
    throw Error(ErrorCode::Usage,
                "'" + host + "' is not this machine's loopback",
                "ssh -L, or a proxy with TLS in front: see git orch dashboard "
                "--help");
  file::Descriptor fd = new_socket(AF_INET);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(number);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind_and_listen(fd, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address, what);
  return fd;
}

int port_of(const file::Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address),
                    &size) != 0)
    throw io_error("cannot look at a socket", errno);
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

file::Descriptor listen_path(const std::string& path) {
  const sockaddr_un address = address_of(path);
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "."
                                : slash == 0               ? "/"
                                             : path.substr(0, slash);
  file::make_private_directories(directory);
  require_private(directory);
  clear_place(path, address);
  file::Descriptor fd = new_socket(AF_UNIX);
  // The file gets the mode that the socket has (unix(7)).
  if (::fchmod(fd.get(), 0600) != 0)
    throw io_error("cannot protect '" + path + "'", errno);
  bind_and_listen(fd, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address, "'" + path + "'");
  return fd;
}

file::Descriptor accept_from(const file::Descriptor& socket) {
  file::Descriptor fd(
      ::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const int on = 1;  // a unix socket refuses it, and needs it not
  if (fd) ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace orch::http
