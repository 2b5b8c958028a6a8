// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dashboard/endpoint.h"
#include "dashboard/reply.h"
#include "repository/repository.h"
#include "store/store.h"

namespace orch::dashboard {

// One repository as all clients read it: its store, and what was answered last.
// For one thread.
class ViewCache {
 public:
  explicit ViewCache(repository::Repository repository);

  // The answer, folded; absent when the verb's program has to say it: give that
  // to keep(), with how long it took. Never throws: errors are answers.
  std::optional<Reply> read(const Question& question);
  void keep(const Question& question, const Reply& reply, std::int64_t took_ms);

  // Makes what was asked for lately anew, once for all clients.
  struct Look {
    bool is_gone = false;
    std::vector<std::string> changed;  // names of endpoints, sorted, each once
    std::int64_t took_ms = 0;
  };
  Look look();
  // The names of what has changed in the last minute: for a client that may
  // have read it before and hears from now on.
  std::vector<std::string> changed_lately() const;

 private:
  struct Entry {
    Question question;
    Reply reply;
    std::string told;  // the tag that clients have or were told of
    bool is_view = false;
    bool is_told = true;  // of a program: that it may have changed
    std::int64_t mark = 0, made_ms = 0, asked_ms = 0, changed_ms = 0;
    std::int64_t took_ms = 0;
  };

  // Opened, and again when another lies in its place; null when there is none.
  // Throws when the repository is gone.
  store::Store* store();
  void fold();
  Reply make(const Question& question);
  bool is_fresh(const Entry& entry) const;
  void refresh(Entry& entry, Look& look);
  void forget_old();

  const repository::Repository repository_;
  std::optional<store::Store> store_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::int64_t> running_;  // programs: mark_ before
  std::int64_t mark_ = 0;  // rises with every change that we have seen
  std::int64_t seen_ = 0;  // the store's own mark
};

}  // namespace orch::dashboard
