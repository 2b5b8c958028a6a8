// SPDX-License-Identifier: MIT
#include "port/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "file/file.h"

namespace orch::port {
namespace {

// Without SO_REUSEADDR, a port whose connections are still closing cannot be
// bound; with it, only one on which somebody listens (socket(7)).
bool can_bind(const sockaddr* address, socklen_t size, Ask ask) {
  const file::Descriptor fd(
      ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return true;  // no such addresses here
  const int on = 1;
  if (ask == Ask::NobodyHears)
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  return ::bind(fd.get(), address, size) == 0 || errno == EADDRNOTAVAIL;
}

}  // namespace

bool is_free(int port, Ask ask) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(static_cast<std::uint16_t>(port));
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = four.sin_port;
  six.sin6_addr = in6addr_loopback;
  return can_bind(reinterpret_cast<const sockaddr*>(&four), sizeof four, ask) &&
         can_bind(reinterpret_cast<const sockaddr*>(&six), sizeof six, ask);
}

}  // namespace orch::port
