// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hosting/protocol.h"
#include "hosting/pull.h"
#include "hosting/response.h"

// The only way to a forge: its own program (gh, glab, tea, or a configured
// one), which has the log-in. Nobody is asked anything, no page is opened, no
// shell reads what we pass, and a body goes through a file. What a forge says
// no to is a value; only a program that is not what it is taken for is an
// Error.
namespace orch::forge {

struct Client {
  hosting::Kind kind = hosting::Kind::Gh;
  std::vector<std::string> argv;        // the program
  std::int64_t timeout_ms = 0;          // of each call
  std::string directory;                // where it runs: in the repository
  std::optional<hosting::Place> place;  // absent: as it finds out itself
  std::string remote_url;               // bare
};

struct Wish {
  std::string named;                 // what orch.forge says; may be empty
  std::vector<std::string> command;  // what orch.forgeCommand says
  std::int64_t timeout_ms = 0;
  std::string remote_url;
  std::string directory;
};
// The named one, else the one for the remote's host, else the configured
// program, else the only one on PATH that is what it claims to be. Without any,
// `why` says so. Throws Error{MissingTool} when the named one, or the one for
// the host, is another program of that name, and Error{Usage} for a bad name.
struct Choice {
  std::optional<Client> client;
  std::string why;
};
Choice choose(const Wish& wish);

struct Opened {
  hosting::Failure failure;
  std::optional<hosting::Pull> pull;  // number, url and status, at least
  bool existed = false;               // it was open already
};
Opened open(const Client& client, const hosting::Wanted& wanted);

// What became of pull requests since the answer that `memory` was given with:
// few and cheap questions tell whether anything did, and one question asks for
// all of them. GitHub and GitLab do; Gitea has neither, and is asked one by
// one.
struct Refreshed {
  hosting::Failure failure;
  bool unchanged = false;
  hosting::Pulls pulls;
  std::string memory;
};
Refreshed refresh(const Client& client,
                  const std::vector<hosting::Known>& known,
                  const std::string& memory);

// The log of a check that failed, as the forge has it; empty when it has none,
// or does not tell.
std::string fetch_log(const Client& client, const hosting::Check& check);

}  // namespace orch::forge
