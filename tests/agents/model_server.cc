// SPDX-License-Identifier: MIT
#include "agents/model_server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "text/text.h"

namespace orch::test {
namespace {

const std::string kProgram = ORCH_SOURCE_DIR "/tests/agents/model-server.mjs";

// Both ends close in programs that are started meanwhile, so that nobody else
// keeps the server alive.
std::array<int, 2> new_pipe() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return ends;
}

std::string first_line(int descriptor) {
  std::string line;
  char byte = 0;
  while (::read(descriptor, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

}  // namespace

ModelServer::ModelServer(const Sandbox& box, const std::string& turns)
    : box_(box), log_(box.path("model.log")) {
  const std::string script = box.path("turns.json");
  box.write(script, "{\"turns\":" + turns + "}");
  const auto in = new_pipe(), out = new_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const char* argv[] = {"node", kProgram.c_str(), script.c_str(), log_.c_str(),
                        nullptr};
  EXPECT_EQ(::posix_spawnp(&pid_, "node", &actions, nullptr,
                           const_cast<char**>(argv), environ),
            0)
      << "there is no node; ./dev test --agents gets it";
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  const auto said = json::parse(first_line(out[0]));
  ::close(out[0]);
  port_ = static_cast<int>(
      said.value_or(json::Value())["port"].as_integer().value_or(0));
  EXPECT_GT(port_, 0) << "the model server did not start";
}

ModelServer::~ModelServer() {
  ::close(input_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

std::vector<Asked> ModelServer::asked() const {
  std::vector<Asked> out;
  for (const std::string& line : text::split(box_.read(log_), '\n')) {
    const json::Value entry = json::parse(line).value_or(json::Value());
    const json::Array* tools = entry["tools"].as_array();
    const json::Array* words = entry["words"].as_array();
    if (!tools || tools->empty() || !words) continue;
    Asked a{.turn = entry["turn"].as_integer().value_or(-1)};
    for (const json::Value& word : *words)
      if (const std::string* text = word.as_string()) {
        a.said.push_back(text->substr(text->find(": ") + 2));
        a.words += *text + "\n";
      }
    out.push_back(std::move(a));
  }
  return out;
}

int ModelServer::times_asked(const std::string& start) const {
  const auto all = asked();
  if (all.empty()) return 0;
  return static_cast<int>(std::count_if(
      all.back().said.begin(), all.back().said.end(),
      [&](const std::string& text) { return text.starts_with(start); }));
}

}  // namespace orch::test
