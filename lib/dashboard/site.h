// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dashboard/access.h"
#include "dashboard/dashboard.h"
#include "dashboard/view_cache.h"
#include "dashboard/workers.h"
#include "dashboard/write.h"
#include "hook/store_watch.h"
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
  struct OpenRepository {
    std::string id;
    repository::Repository repository;
    std::shared_ptr<ViewCache> views;  // for the reader's thread alone
    Workers reader{1, kMostReads};
    std::vector<std::weak_ptr<http::Stream>> streams;
    bool looks = false, shall_look_again = false, is_gone = false;
    std::int64_t rests_until = 0, asked_ms = 0;  // by the steady clock
  };
  using OpenPtr = std::shared_ptr<OpenRepository>;

  void serve(const http::Request& request, const http::Answer& answer);
  void api(const http::Request& request, const std::string& name,
           const http::Answer& answer);
  void read(const http::Request& request, const OpenPtr& repo,
            const Question& question, const http::Answer& answer);
  void run(const http::Request& request, const OpenPtr& repo,
           const Question& question, const http::Answer& answer);
  void write(const http::Request& request, const OpenPtr& repo,
             const std::string& verb, const http::Answer& answer);
  http::Response stream(const OpenPtr& repo);
  Reply session(const OpenPtr& repo) const;
  Reply repositories() const;

  // Throws Error{UnknownName, NotARepository}.
  OpenPtr asked_repository(const http::Request& request);
  OpenPtr open_repository(const std::string& id,
                          const repository::Repository& repository);
  // Throws Error{Contended} when all are in use.
  void make_room();

  void noticed();
  void look(const OpenPtr& repo);
  void begin_look(const OpenPtr& repo);
  void looked(const OpenPtr& repo, const ViewCache::Look& look);
  static void tell(OpenRepository& repo, const std::string& text);

  http::Loop& loop_;
  const repository::Repository here_;
  const std::string here_id_;
  const Rules rules_;
  const Writes writes_;
  const std::int64_t started_at_;
  hook::StoreWatch watch_;
  std::map<std::string, OpenPtr> open_;
  // Who waits for a program that is running already.
  std::map<std::string, std::vector<std::pair<http::Request, http::Answer>>>
      running_;
  int writing_ = 0;
  Workers programs_, writers_;
};

}  // namespace orch::dashboard
