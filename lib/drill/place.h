// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "file/file.h"

// The directory of an arena, as long as its drill goes on. Private to `drill`.
namespace orch::drill {

struct Place {
  std::string directory;  // resolved
  // Locked until the drill ends, in whatever way: to be closed by its end only.
  file::Descriptor held;
};

// Makes one in TMPDIR, or in /tmp where what is derived from that name would
// lead elsewhere: sockets have short names, and a colon ends a name in PATH.
// Throws Error{Io}.
Place make_place();

// Ends what drills of this user that were killed have left there, and removes
// it. Their directories; one whose processes do not end stays.
std::vector<std::string> clear_killed();

// From now on it is for a look, and nobody clears it away.
void mark_kept(const std::string& directory);

}  // namespace orch::drill
