// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "config/config.h"
#include "repository/repository.h"

// The remote of a branch; private to `pullrequest`.
namespace orch::pullrequest {

using repository::Repository;

// orch.remote, else that of the branch, else the only one, else origin; empty:
// there is none. Throws Error{UnknownName} when orch.remote names none.
std::string remote_of(const Repository& repository,
                      const config::Config& config, const std::string& branch);
// Its address: as it is written, where that names a host, else as git reads it.
std::string url_of(const Repository& repository, const config::Config& config,
                   const std::string& remote);

enum class There {
  Yes,      // at our tip
  No,       // not there
  Behind,   // at another commit
  Unknown,  // the remote does not answer
};
There look_at(const Repository& repository, const std::string& remote,
              const std::string& branch, const std::string& tip);

// Pushes this one branch, never by force. Returns git's refusal; empty: it is
// there.
std::string push(const Repository& repository, const std::string& remote,
                 const std::string& branch);

}  // namespace orch::pullrequest
