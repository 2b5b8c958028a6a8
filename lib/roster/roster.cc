// SPDX-License-Identifier: MIT
#include "roster/roster.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "file/file.h"
#include "text/text.h"

namespace orch::roster {
namespace {

std::string directory() {
  const std::string state = state_directory();
  return state.empty() ? "" : state + "/repositories";
}

// As repository::find writes it: one path, one entry.
bool is_plain(const std::string& path) {
  if (!path.starts_with("/")) return false;
  for (const char* part : {"/../", "/./", "//"})
    if ((path + "/").find(part) != std::string::npos) return false;
  return true;
}

}  // namespace

// The state directory of the XDG Base Directory Specification, whose paths must
// be absolute.
std::string state_directory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && state[0] == '/')
    return std::string(state) + "/git-orch";
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') return "";
  return std::string(home) + "/.local/state/git-orch";
}

std::string id_of(const std::string& common_dir) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx",
                static_cast<unsigned long long>(text::hash(common_dir)));
  return digits.data();
}

void note(const std::string& common_dir) noexcept {
  try {
    const std::string in = directory();
    if (in.empty()) return;
    const std::string link = file::join(in, id_of(common_dir));
    if (::symlink(common_dir.c_str(), link.c_str()) == 0) return;
    if (file::exists(link)) return;
    file::make_private_directories(in);
    // When somebody was faster, it is there.
    if (::symlink(common_dir.c_str(), link.c_str()) != 0) return;
  } catch (const std::exception&) {
    return;  // a home that cannot be written to
  }
}

void forget(const std::string& common_dir) noexcept {
  try {
    const std::string in = directory();
    if (!in.empty()) file::remove(file::join(in, id_of(common_dir)));
  } catch (const std::exception&) {
    return;
  }
}

std::vector<Entry> list() {
  std::vector<Entry> out;
  const std::string in = directory();
  if (in.empty()) return out;
  for (const std::string& id : file::names_in(in)) {
    const auto target = file::link_target(file::join(in, id));
    if (!target || id != id_of(*target) || !is_plain(*target)) continue;
    out.push_back({id, *target, file::is_directory(*target + "/orch")});
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) {
    return a.common_dir < b.common_dir;
  });
  return out;
}

}  // namespace orch::roster
