// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dashboard/crew.h"
#include "dashboard/dashboard.h"
#include "dashboard/desk.h"
#include "dashboard/gate.h"
#include "dashboard/watch.h"
#include "dashboard/write.h"
#include "http/server.h"

// Routes and repositories, in the loop's thread; private to `dashboard`. A
// thread for each repository reads its store, so that one which is locked or
// slow holds up no other; a few run programs that read, a few those that write.
namespace orch::dashboard {

class Site {
 public:
  Site(http::Loop& loop, repository::Repository here, Rules rules,
       Writes writes);
  http::Site as_served();
  // At the end, when the loop runs no more: whether all threads have ended,
  // waiting for them until then by the steady clock. While one has not, neither
  // this nor the loop may go.
  bool end(std::int64_t until_ms);

 private:
  static constexpr std::size_t kMostReads = 1000;
  // One repository that somebody looks at.
  struct House {
    std::string id;
    repository::Repository repository;
    std::shared_ptr<Desk> desk;  // for the reader's thread alone
    Crew reader{1, kMostReads};
    std::vector<std::weak_ptr<http::Stream>> streams;
    bool looks = false, shall_look_again = false, is_gone = false;
    std::int64_t rests_until = 0, asked_ms = 0;  // by the steady clock
  };
  using HouseOf = std::shared_ptr<House>;

  void serve(const http::Request& request, const http::Answer& answer);
  void api(const http::Request& request, const std::string& name,
           const http::Answer& answer);
  void read(const http::Request& request, const HouseOf& house,
            const Question& question, const http::Answer& answer);
  void run(const http::Request& request, const HouseOf& house,
           const Question& question, const http::Answer& answer);
  void write(const http::Request& request, const HouseOf& house,
             const std::string& verb, const http::Answer& answer);
  http::Response stream(const HouseOf& house);
  Reply session(const HouseOf& house) const;
  Reply repositories() const;

  // Throws Error{UnknownName, NotARepository}.
  HouseOf house_of(const http::Request& request);
  HouseOf open_house(const std::string& id,
                     const repository::Repository& repository);
  // Throws Error{Contended} when all are in use.
  void make_room();

  void noticed();
  void look(const HouseOf& house);
  void begin_look(const HouseOf& house);
  void looked(const HouseOf& house, const Desk::Look& look);
  static void tell(House& house, const std::string& text);

  http::Loop& loop_;
  const repository::Repository here_;
  const std::string here_id_;
  const Rules rules_;
  const Writes writes_;
  const std::int64_t started_at_;
  Watch watch_;
  std::map<std::string, HouseOf> houses_;
  // Who waits for a program that is running already.
  std::map<std::string, std::vector<std::pair<http::Request, http::Answer>>>
      running_;
  int writing_ = 0;
  Crew programs_, writers_;
};

}  // namespace orch::dashboard
