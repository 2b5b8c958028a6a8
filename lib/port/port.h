// SPDX-License-Identifier: MIT
#pragma once

// TCP ports of this machine, on 127.0.0.1 and, where there is one, on ::1.
namespace orch::port {

enum class Ask {
  Unused,      // nobody has it, nor had it a moment ago
  NobodyHears  // nobody listens there; connections may still be closing
};

// Tries to bind it, on both addresses. Nothing keeps it free afterwards.
bool is_free(int port, Ask ask);

}  // namespace orch::port
