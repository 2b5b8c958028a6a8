// SPDX-License-Identifier: MIT
#include "agents/real_agent.h"

#include <cstdlib>

#include "file/file.h"

namespace orch::test {
namespace {

// Where ./dev test --agents puts the CLI.
const std::string kPrograms =
    ORCH_SOURCE_DIR "/build/tools/agents/node_modules/.bin";

const std::string kConfig = ORCH_SOURCE_DIR "/tests/agents/codex/config.toml";
const std::string kRuntime = ORCH_SOURCE_DIR "/templates/runtimes/codex.yaml";

// Every place of each name.
std::string filled(
    const std::string& path,
    const std::vector<std::pair<std::string, std::string>>& values) {
  std::string text = file::load_contents(path);
  for (const auto& [name, value] : values)
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

}  // namespace

void RealAgent::SetUp() {
  ASSERT_TRUE(file::exists(kPrograms + "/codex"))
      << "there is no codex; ./dev test --agents gets it";
  const char* outer = std::getenv("PATH");
  box.set("PATH", std::string(ORCH_BUILD_DIR) + "/bin:" + kPrograms + ":" +
                      (outer ? outer : ""));
  box.set("LOOPBACK_KEY", "fake");
  box.make_repository();
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  worktree = box.worktree("001-a", "impl-api");
}

void RealAgent::teach(const std::string& turns) {
  const std::string first =
      R"([{"when":"^\\[orch message (\\d+) from orch\\]\\nYou are ",
           "shell":"git orch inbox --ack $1","always":true})";
  model = std::make_unique<ModelServer>(
      box, first + (turns.empty() ? "" : "," + turns) + "]");
  box.write(box.path("home") + "/.codex/config.toml",
            filled(kConfig, {{"@PORT@", std::to_string(model->port())}}));
}

void RealAgent::start(const std::string& sandbox,
                      const std::string& walls) const {
  box.write(
      box.repo() + "/.git/orch/runtimes/codex.yaml",
      filled(kRuntime, {{"- workspace-write", "- " + sandbox},
                        {"start_timeout: 60s", "start_timeout: 180s"},
                        // Where it lies may be out of sight: /tmp is.
                        {"    - ~/.codex/AGENTS.md\n",
                         "    - ~/.codex/AGENTS.md\n    - " ORCH_SOURCE_DIR
                         "/build/tools\n"}}));
  box.ok("git orch agent start impl-api --runtime codex -q " + walls);
}

json::Value RealAgent::agent() const {
  const json::Value data = box.type("git orch agent list --json").data();
  for (const json::Value& a : *data["agents"].as_array())
    if (a["role"] == json::Value("impl-api")) return a;
  return {};
}

std::string RealAgent::state() const {
  const json::Value a = agent();
  const std::string* state = a["state"].as_string();
  return state ? *state : "";
}

bool RealAgent::becomes(const std::string& wanted) const {
  return eventually([&] { return state() == wanted; }, 60);
}

std::string RealAgent::levels() const {
  return sql("SELECT kind || ' ' || level FROM messages ORDER BY id");
}

std::string RealAgent::sql(const std::string& statement) const {
  return box.run_in(box.repo(), {"sqlite3", ".git/orch/orch.db", statement})
      .out;
}

std::string RealAgent::screen() const {
  const std::string sockets = box.path("run/git-orch");
  std::string out;
  for (const std::string& name : file::names_in(sockets))
    out += box.run_in(box.repo(),
                      {"tmux", "-S", file::join(sockets, name), "capture-pane",
                       "-p", "-t", *agent()["pane"].as_string()})
               .out;
  return out;
}

}  // namespace orch::test
