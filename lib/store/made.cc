// SPDX-License-Identifier: MIT
#include "store/made.h"

#include "file/file.h"
#include "store/store.h"

namespace orch::store {
namespace {

std::string mark_in(const std::string& orch_dir) {
  return Store::path_in(orch_dir) + ".made";
}

}  // namespace

void note_made(const std::string& orch_dir) {
  if (!file::exists(mark_in(orch_dir)))
    file::write_atomically(mark_in(orch_dir), "");
}

void forget_made(const std::string& orch_dir) {
  file::remove(mark_in(orch_dir));
}

bool is_gone(const std::string& orch_dir) {
  return file::exists(mark_in(orch_dir)) &&
         !file::exists(Store::path_in(orch_dir));
}

}  // namespace orch::store
