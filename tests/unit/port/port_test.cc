// SPDX-License-Identifier: MIT
#include "port/port.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "file/file.h"

namespace orch::port {
namespace {

// Listens on a port that the kernel chooses.
struct Listening {
  file::Descriptor fd;
  int port = 0;
};

Listening listen_on_four() {
  Listening l{file::Descriptor(::socket(AF_INET, SOCK_STREAM, 0))};
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  EXPECT_EQ(::bind(l.fd.get(), reinterpret_cast<sockaddr*>(&a), size), 0);
  EXPECT_EQ(::listen(l.fd.get(), 1), 0);
  ::getsockname(l.fd.get(), reinterpret_cast<sockaddr*>(&a), &size);
  l.port = ntohs(a.sin_port);
  return l;
}

TEST(Port, IsNotFreeWhileSomebodyListens) {
  Listening l = listen_on_four();
  ASSERT_GT(l.port, 0);
  EXPECT_FALSE(is_free(l.port, Ask::Unused));
  EXPECT_FALSE(is_free(l.port, Ask::NobodyHears));
  l.fd.reset();
  EXPECT_TRUE(is_free(l.port, Ask::Unused));
}

TEST(Port, IsNotFreeWhileSomebodyListensOnSixOnly) {
  const file::Descriptor fd(::socket(AF_INET6, SOCK_STREAM, 0));
  if (!fd) GTEST_SKIP() << "no IPv6";
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_in6 a{};
  a.sin6_family = AF_INET6;
  a.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof a;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), size) != 0)
    GTEST_SKIP() << "no ::1";
  ::listen(fd.get(), 1);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&a), &size);
  EXPECT_FALSE(is_free(ntohs(a.sin6_port), Ask::Unused));
}

// The side that closes first keeps the port for a minute.
TEST(Port, IsHeardByNobodyWhileConnectionsAreClosing) {
  Listening l = listen_on_four();
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  a.sin_port = htons(static_cast<std::uint16_t>(l.port));
  file::Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&a), sizeof a),
            0);
  file::Descriptor served(::accept(l.fd.get(), nullptr, nullptr));
  const int on = 1;
  ::setsockopt(l.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(served.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  served.reset();
  client.reset();
  l.fd.reset();
  EXPECT_FALSE(is_free(l.port, Ask::Unused));
  EXPECT_TRUE(is_free(l.port, Ask::NobodyHears));
}

}  // namespace
}  // namespace orch::port
