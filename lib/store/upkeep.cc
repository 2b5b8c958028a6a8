// SPDX-License-Identifier: MIT
#include "store/upkeep.h"

#include <sys/stat.h>

#include <optional>

#include "spool/spool.h"
#include "store/database.h"

namespace orch::store {
namespace {

Swept sweep(Store& store, const char* look, const char* remove,
            std::int64_t before, Sweep sweep) {
  std::optional<Transaction> transaction;
  if (sweep == Sweep::Remove) transaction.emplace(store);
  Swept out;
  {
    Statement s(store.database(), look);
    s.bind(before);
    if (s.step()) out = {s.integer(0), s.integer(1)};
  }
  if (!transaction) return out;
  if (out.count > 0) Statement(store.database(), remove).bind(before).run();
  transaction->commit();
  return out;
}

}  // namespace

Swept sweep_folded(Store& store, std::int64_t before, Sweep how) {
  std::optional<file::Lock> lock;
  if (how == Sweep::Remove) {
    // Whoever folds holds this lock until the folded batch is gone.
    const std::string path = spool::fold_lock_path(store.orch_dir());
    file::make_private_directories(file::parent_of(path));
    lock = file::Lock::try_take(path, file::Lock::Mode::Exclusive);
    if (!lock) return {};
  }
  if (!spool::is_empty(store.orch_dir())) return {};
  return sweep(store,
               "SELECT count(*), coalesce(sum(length(event_id) + 8), 0) "
               "FROM folded WHERE at < ?",
               "DELETE FROM folded WHERE at < ?", before, how);
}

Swept sweep_verdicts(Store& store, std::int64_t before, Sweep how) {
  return sweep(store,
               "SELECT count(*), coalesce(sum(length(a_commit) + "
               "length(b_commit) + length(context) + length(paths) + "
               "length(types) + 8), 0) FROM verdicts WHERE created_at < ?",
               "DELETE FROM verdicts WHERE created_at < ?", before, how);
}

std::int64_t log_bytes(const Store& store) {
  struct stat s {};
  const std::string path = Store::path_in(store.orch_dir()) + "-wal";
  return ::stat(path.c_str(), &s) == 0 ? s.st_size : 0;
}

void tidy(Store& store) {
  const file::Lock gate = lock_gate(store.orch_dir());
  store.database().execute(
      "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002");
  store.database().write_log_back();
}

}  // namespace orch::store
