// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <memory>

#include "http/server.h"

// One connection; private to `http`.
namespace orch::http {

class Session {
 public:
  virtual ~Session() = default;
  virtual void start() = 0;
  // Waits for its client to ask something: nothing is lost when it ends.
  virtual bool is_idle() const = 0;
  virtual void close() = 0;
};

struct Server::State : std::enable_shared_from_this<State> {
  State(Loop& l, Site s, const Limits& most)
      : loop(l), site(std::move(s)), limits(most) {}

  void accept();
  void remove(const Session* session);
  void end();

  Loop& loop;
  const Site site;
  const Limits limits;
  file::Descriptor socket;
  std::list<std::shared_ptr<Session>> sessions;  // the oldest first
  std::size_t streams = 0;
  bool ended = false;

 private:
  bool drop_idle();
  void refuse(const file::Descriptor& fd) const;
};

std::shared_ptr<Session> open_session(std::shared_ptr<Server::State> state,
                                      file::Descriptor socket);

}  // namespace orch::http
