// SPDX-License-Identifier: MIT
#include "config/memory.h"

#include <utility>

#include "file/file.h"
#include "file/mode.h"

namespace orch::config {
namespace {

// git writes to where a link leads, and leaves the link.
std::string through_link(const std::string& path) {
  return file::link_target(path) ? file::resolve(path) : path;
}

}  // namespace

Memory::Memory(const std::string& file, std::string place)
    : file_(through_link(file)), place_(std::move(place)) {}

void Memory::change(const std::function<void()>& change) const {
  const auto now = file::find_contents(file_);
  const auto left = file::find_contents(after());
  // When we were killed in between, the file is as it was before, or nobody
  // knows who has changed it since.
  const bool fresh =
      !holds() || (!left && now == file::find_contents(before()));
  if (!holds()) {
    file::make_private_directories(file::parent_of(place_));
    file::write_atomically(now ? before() : none(), now.value_or(""));
  }
  change();
  const auto changed = file::find_contents(file_);
  if (fresh && changed == now)
    forget();
  else if (fresh || left == now)
    file::write_atomically(after(), changed.value_or(""));
}

bool Memory::holds() const {
  return file::exists(before()) || file::exists(none());
}

bool Memory::is_untouched() const {
  const auto left = file::find_contents(after());
  return left && file::find_contents(file_) == left;
}

bool Memory::put_back() const {
  const bool untouched = is_untouched();
  if (untouched) {
    if (const auto was = file::find_contents(before()))
      file::write_atomically(file_, *was, file::mode_of(file_, 0644));
    else
      file::remove(file_);
  }
  forget();
  return untouched;
}

void Memory::forget() const {
  for (const std::string& path : {after(), before(), none()})
    file::remove(path);
}

}  // namespace orch::config
