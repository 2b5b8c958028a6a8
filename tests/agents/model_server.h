// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/sandbox.h"

// The model that a real agent CLI talks to in these tests: model-server.mjs on
// a loopback port, as long as this lives.
namespace orch::test {

// What reached the model.
struct Asked {
  std::int64_t turn = -1;         // of the script, from 0; -1: none wanted it
  std::vector<std::string> said;  // by whomever, oldest first
  std::string words;  // the whole conversation, "user: …" and so on
};

class ModelServer {
 public:
  // Answers from `turns`, a JSON array. The test fails when it cannot start.
  ModelServer(const Sandbox& box, const std::string& turns);
  ~ModelServer();
  ModelServer(const ModelServer&) = delete;
  ModelServer& operator=(const ModelServer&) = delete;

  int port() const { return port_; }
  // Oldest first, but for requests without tools: those are for titles.
  std::vector<Asked> asked() const;
  // How often something that starts so is in the whole conversation, as the
  // newest request has it.
  int times_asked(const std::string& start) const;

 private:
  const Sandbox& box_;
  std::string log_;
  int input_ = -1;  // when it closes, the server ends
  pid_t pid_ = 0;
  int port_ = 0;
};

}  // namespace orch::test
