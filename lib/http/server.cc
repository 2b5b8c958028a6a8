// SPDX-License-Identifier: MIT
#include "http/server.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>

#include "http/listen.h"
#include "http/session.h"

namespace orch::http {
namespace {

// Descriptors must be left for stores and programs.
Limits that_fit(Limits limits) {
  constexpr std::size_t kOthers = 128, kLeast = 16;
  rlimit most{};
  if (::getrlimit(RLIMIT_NOFILE, &most) != 0) return limits;
  const std::size_t room =
      most.rlim_cur > kOthers + kLeast ? most.rlim_cur - kOthers : kLeast;
  limits.connections = std::min(limits.connections, room);
  limits.streams = std::min(limits.streams, limits.connections / 2 + 1);
  return limits;
}

}  // namespace

Server::Server(Loop& loop, file::Descriptor socket, Site site, Limits limits)
    : state_(std::make_shared<State>(loop, std::move(site), that_fit(limits))) {
  state_->socket = std::move(socket);
  // The state outlives every step that the loop still has.
  loop.on_readable(state_->socket.get(), [state = state_] { state->accept(); });
}

Server::~Server() { state_->end(); }

void Server::State::accept() {
  constexpr int kAtOnce = 32;
  for (int i = 0; i < kAtOnce && !ended; ++i) {
    file::Descriptor fd = accept_from(socket);
    if (!fd) return;
    if (sessions.size() >= limits.connections && !drop_idle()) {
      refuse(fd);
      continue;
    }
    const auto session = open_session(shared_from_this(), std::move(fd));
    sessions.push_back(session);
    session->start();
  }
}

// The one that has waited longest for its client to ask something.
bool Server::State::drop_idle() {
  for (const auto& session : sessions)
    if (session->is_idle()) {
      const auto kept = session;
      kept->close();
      return true;
    }
  return false;
}

void Server::State::refuse(const file::Descriptor& fd) const {
  Response response{.status = 503, .body = "too many connections\n"};
  response.headers.emplace_back("Retry-After", "1");
  const std::string text =
      head_of(response, site.headers, Length::Counted, Connection::Close) +
      response.body;
  [[maybe_unused]] const ssize_t sent =
      ::send(fd.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Server::State::remove(const Session* session) {
  sessions.remove_if([&](const auto& s) { return s.get() == session; });
}

void Server::State::end() {
  ended = true;
  const auto all = sessions;
  for (const auto& session : all) session->close();
  sessions.clear();
}

}  // namespace orch::http
