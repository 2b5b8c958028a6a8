// SPDX-License-Identifier: MIT
#include "broker/broker.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error/error.h"

namespace orch::broker {
namespace {

constexpr char kSocket[] = "broker";
constexpr std::size_t kMost = 128 * 1024;  // of one message
constexpr int kStreams = 3;
constexpr int kBacklog = 64;

// A socket's path may have 107 bytes (unix(7)); a directory that is open is
// reached by less.
sockaddr_un address_in(const file::Descriptor& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path =
      "/proc/self/fd/" + std::to_string(directory.get()) + "/" + kSocket;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

file::Descriptor open_directory(const std::string& path) {
  file::Descriptor fd(
      ::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) throw io_error("cannot open '" + path + "'", errno);
  return fd;
}

// SOCK_SEQPACKET: one message is one call, whole or not at all.
file::Descriptor new_socket() {
  file::Descriptor fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) throw io_error("cannot make a socket", errno);
  return fd;
}

std::string packed(const Request& request) {
  std::string out = request.program + '\0';
  for (const std::string& arg : request.args) out += arg + '\0';
  return out;
}

std::optional<Request> unpacked(const std::string& bytes) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find('\0', at);
    if (end == std::string::npos) return std::nullopt;
    parts.push_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  if (parts.empty()) return std::nullopt;
  return Request{parts[0], {parts.begin() + 1, parts.end()}};
}

union Control {
  char bytes[CMSG_SPACE(sizeof(int) * kStreams)];
  cmsghdr align;
};

bool send_with_streams(int fd, const std::string& bytes) {
  const int streams[kStreams] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof streams);
  std::memcpy(CMSG_DATA(header), streams, sizeof streams);
  return ::sendmsg(fd, &message, MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

// The message and the descriptors that came with it, which are ours to close
// whatever the message is.
std::optional<std::string> receive_with_streams(
    int fd, std::array<file::Descriptor, kStreams>* streams) {
  std::string bytes(kMost, '\0');
  iovec part{bytes.data(), bytes.size()};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  const ssize_t got = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return std::nullopt;
  std::size_t count = 0;
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < n; ++i) {
      int stream = -1;
      std::memcpy(&stream, CMSG_DATA(h) + i * sizeof(int), sizeof stream);
      file::Descriptor own(stream);
      if (count < streams->size()) (*streams)[count++] = std::move(own);
    }
  }
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
      count != streams->size())
    return std::nullopt;
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

bool is_behind(const Repository& repository) {
  struct stat seen {};
  return ::stat((repository.orch_dir() + "/" + kSocket).c_str(), &seen) == 0 &&
         S_ISSOCK(seen.st_mode);
}

Answer call(const Repository& repository, const Request& request) {
  const std::string bytes = packed(request);
  if (bytes.size() > kMost)
    throw Error(ErrorCode::Usage, "too long for a call out of the sandbox",
                "pass the text on standard input");
  const auto directory = open_directory(repository.orch_dir());
  const auto fd = new_socket();
  const sockaddr_un address = address_in(directory);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0)
    throw io_error("cannot reach what runs commands for this sandbox", errno);
  if (!send_with_streams(fd.get(), bytes))
    throw io_error("cannot ask outside the sandbox", errno);
  std::string reply(kMost, '\0');
  ssize_t got = 0;
  do {
    got = ::recv(fd.get(), reply.data(), reply.size(), 0);
  } while (got < 0 && errno == EINTR);
  reply.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t end = reply.find('\0');
  if (end == std::string::npos)
    throw Error(ErrorCode::Io, "nobody answered outside the sandbox");
  return {std::atoi(reply.c_str()), reply.substr(end + 1)};
}

Door::Door(const std::string& path) : fd_(new_socket()) {
  const auto directory = open_directory(path);
  file::remove(file::join(path, kSocket));
  const sockaddr_un address = address_in(directory);
  if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::listen(fd_.get(), kBacklog) != 0)
    throw io_error("cannot listen in '" + path + "'", errno);
}

file::Descriptor Door::accept() const {
  return file::Descriptor(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

std::optional<Caller> receive(file::Descriptor connection) {
  Caller caller;
  caller.connection = std::move(connection);
  const timeval patience{1, 0};
  ::setsockopt(caller.connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience,
               sizeof patience);
  const auto bytes =
      receive_with_streams(caller.connection.get(), &caller.streams);
  auto request = bytes ? unpacked(*bytes) : std::nullopt;
  if (!request) return std::nullopt;
  caller.request = *std::move(request);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(caller.connection.get(), SOL_SOCKET, SO_PEERCRED, &peer,
                   &size) == 0)
    caller.peer = peer.pid;
  return caller;
}

void answer(const Caller& caller, const Answer& answer) {
  std::string bytes = std::to_string(answer.status) + '\0' + answer.note;
  if (bytes.size() > kMost) bytes.resize(kMost);
  // Who asked may be gone.
  [[maybe_unused]] const ssize_t sent =
      ::send(caller.connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace orch::broker
