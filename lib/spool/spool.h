// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "event/record.h"
#include "file/file.h"

// The store's write-ahead inbox (docs/spool.md): hook programs append, `hook`
// folds. Not a second truth: what is here has not been told yet.
namespace orch::spool {

// A record with a fresh id and the present time.
event::Record new_record(
    std::string_view kind,
    std::vector<std::pair<std::string, std::string>> fields);

// A record that folders can read already, and that `sync` makes durable: when
// that returns, it survives kill -9 and a power cut. Between the two, another
// process can be started that folds it. Throws Error{Io} when it could not be
// made durable.
class Written {
 public:
  explicit Written(file::Descriptor fd) : fd_(std::move(fd)) {}
  void sync() const;

 private:
  file::Descriptor fd_;  // none: it is durable already
};
// Waits for no other process. Throws Error{Io}.
Written write(const std::string& orch_dir, const event::Record& record);

// Both in one.
void append(const std::string& orch_dir, const event::Record& record);

// Whether there is anything to fold: two stat calls.
bool is_empty(const std::string& orch_dir);

// Bytes not yet folded.
std::size_t pending_bytes(const std::string& orch_dir);

// How many records that is, torn ones left out. Waits for nobody, so one that
// is being written may be missing.
std::size_t count_records(const std::string& orch_dir);

// What writers had appended when it was set aside. Nobody appends to it any
// more; it stays on disk until `discard`.
struct Batch {
  std::string path;
  std::vector<event::Record> records;
  std::string torn;     // bytes that belong to no whole record
  bool in_use = false;  // a writer was stopped in it: more may come
};

// Sets the live file aside and reads it, together with what earlier, killed
// folders left. The caller holds the fold lock (`fold_lock_path`).
std::vector<Batch> set_aside(const std::string& orch_dir);

// Removes a folded batch, unless it is in use; a torn tail is kept as
// spool/torn-* first.
void discard(const std::string& orch_dir, const Batch& batch);

std::string fold_lock_path(const std::string& orch_dir);

}  // namespace orch::spool
