// SPDX-License-Identifier: MIT
#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "file/file.h"
#include "hook/fold.h"
#include "store/counts.h"

namespace orch::hook {

namespace {

void see_to_what_is_due(const Repository& repository, store::Store& store) {
  if (!store.is_read_only() && store::is_something_due(store, clock::now()))
    doorbell::ring(repository);
}

}  // namespace

std::optional<store::Store> find_store(const Repository& repository) {
  auto store = store::Store::find(repository.orch_dir());
  if (!store) return store;
  fold(repository, *store);
  see_to_what_is_due(repository, *store);
  return store;
}

store::Store open_store(const Repository& repository) {
  store::Store store = store::Store::open(repository.orch_dir());
  file::make_private_directories(repository.orch_dir() + "/spool");
  fold(repository, store);
  see_to_what_is_due(repository, store);
  return store;
}

std::optional<store::Store> store_for(const Repository& repository, Use use) {
  if (use == Use::Look) return find_store(repository);
  return open_store(repository);
}

}  // namespace orch::hook
