// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "agents/model_server.h"
#include "support/sandbox.h"

// A feature whose agent is a real agent CLI, with a model of the test's own.
namespace orch::test {

class RealAgent : public ::testing::Test {
 protected:
  // Its sandbox takes no program that lies below /tmp.
  RealAgent() : box("/var/tmp") {}
  void SetUp() override;

  // The model answers from `turns` (JSON) from now on. Two come first: what is
  // said at the start is answered, and a brief is acknowledged.
  void teach(const std::string& turns);
  // With a sandbox of the CLI's own: read-only, workspace-write, or none.
  void start(const std::string& sandbox = "danger-full-access",
             const std::string& walls = "--no-sandbox") const;

  json::Value agent() const;
  std::string state() const;
  bool becomes(const std::string& state) const;
  // "level" of each message to the agent, oldest first, one a line.
  std::string levels() const;
  std::string sql(const std::string& statement) const;
  // The pane as a person sees it.
  std::string screen() const;

  Sandbox box;
  std::string worktree;
  std::unique_ptr<ModelServer> model;
};

}  // namespace orch::test
