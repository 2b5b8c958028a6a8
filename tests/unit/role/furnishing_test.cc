// SPDX-License-Identifier: MIT
#include "role/furnishing.h"

#include <gtest/gtest.h>

#include "role/role.h"
#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;
using Strings = std::vector<std::string>;

Furnishing parsed(const std::string& yaml) {
  return parse_role("name: x\n" + yaml, "r.yaml").furnishing;
}

std::string refusal_of(const std::string& yaml) {
  return thrown_by([&] { parsed(yaml); });
}

TEST(FurnishingKeys, GiveEveryFieldItsValue) {
  const Furnishing f = parsed(R"(copy: [.env, 'config/local.*', ./a//b/]
link: node_modules
setup: ["npm ci", 'make -C "x"']
setup_timeout: 90s
env: {NODE_ENV: test, URL: "http://127.0.0.1:{port.PORT}/{branch}", E: ""}
ports: [PORT, DB_PORT]
)");
  EXPECT_EQ(f.copy, (Strings{".env", "config/local.*", "a/b"}));
  EXPECT_EQ(f.link, Strings{"node_modules"});
  EXPECT_EQ(f.setup, (Strings{"npm ci", "make -C \"x\""}));
  EXPECT_EQ(f.setup_timeout_ms, 90000);
  EXPECT_EQ(f.environment, (std::vector<std::pair<std::string, std::string>>{
                               {"NODE_ENV", "test"},
                               {"URL", "http://127.0.0.1:{port.PORT}/{branch}"},
                               {"E", ""}}));
  EXPECT_EQ(f.ports, (Strings{"PORT", "DB_PORT"}));
}

TEST(FurnishingKeys, AreAllOptional) {
  const Furnishing f = parsed("");
  EXPECT_EQ(f, Furnishing());
  EXPECT_EQ(f.setup_timeout_ms, 600000);
}

TEST(FurnishingKeys, RefuseAPathThatIsNotInTheWorktree) {
  EXPECT_EQ(refusal_of("copy: [a, /etc/passwd]\n"),
            "usage: r.yaml:2:11: '/etc/passwd' is absolute; paths begin at the "
            "top of the main worktree");
  EXPECT_EQ(refusal_of("link: ../x\n"),
            "usage: r.yaml:2:7: '../x' leads out of the worktree");
  EXPECT_EQ(refusal_of("copy:\n  - a/../../x\n"),
            "usage: r.yaml:3:5: 'a/../../x' leads out of the worktree");
  EXPECT_EQ(refusal_of("copy: [.git/config]\n"),
            "usage: r.yaml:2:8: '.git/config' lies in a git directory");
  EXPECT_EQ(refusal_of("copy: [sub/.GIT]\n"),
            "usage: r.yaml:2:8: 'sub/.GIT' lies in a git directory");
  for (const char* empty : {"''", "'.'", "'./'"})
    EXPECT_TRUE(refusal_of("link: [" + std::string(empty) + "]\n")
                    .ends_with("' names no file"))
        << empty;
  EXPECT_EQ(refusal_of("copy: ['a/**/b']\n"),
            "usage: r.yaml:2:8: 'a/**/b' has '**'; a pattern stands for one "
            "part");
  EXPECT_EQ(refusal_of("copy: [\"a\\0b\"]\n"),
            "usage: r.yaml:2:8: a text holds a NUL");
}

TEST(FurnishingKeys, RefuseAVariableThatIsNotTheirs) {
  for (const char* name : {"GIT_DIR", "ORCH_AGENT", "PATH", "HOME", "TMUX",
                           "TMUX_PANE", "LD_PRELOAD", "LD_LIBRARY_PATH"}) {
    EXPECT_EQ(refusal_of("env:\n  OK: 1\n  " + std::string(name) + ": x\n"),
              "usage: r.yaml:4:3: the variable '" + std::string(name) +
                  "' is not for a role to set");
    EXPECT_EQ(refusal_of("ports: [" + std::string(name) + "]\n"),
              "usage: r.yaml:2:9: the variable '" + std::string(name) +
                  "' is not for a role to set");
  }
  EXPECT_EQ(refusal_of("env: {1A: x}\n"),
            "usage: r.yaml:2:7: '1A' is no name of a variable");
  EXPECT_EQ(refusal_of("env: {A-B: x}\n"),
            "usage: r.yaml:2:7: 'A-B' is no name of a variable");
  EXPECT_EQ(refusal_of("env: {\"A=B\": x}\n"),
            "usage: r.yaml:2:7: 'A=B' is no name of a variable");
  EXPECT_EQ(refusal_of("ports: ['']\n"),
            "usage: r.yaml:2:9: '' is no name of a variable");
  EXPECT_EQ(refusal_of("ports: [A, A]\n"),
            "usage: r.yaml:2:12: 'A' is named twice");
  EXPECT_EQ(refusal_of("ports: [A]\nenv: {A: 1}\n"),
            "usage: r.yaml:3:7: 'A' is one of 'ports' already");
  EXPECT_EQ(refusal_of("env: {A: [1]}\n"),
            "usage: r.yaml:2:10: 'A' must be a text");
  EXPECT_EQ(refusal_of("env: {A: \"x\\0\"}\n"),
            "usage: r.yaml:2:10: a text holds a NUL");
}

TEST(FurnishingKeys, RefuseAnUnknownPlaceholder) {
  EXPECT_EQ(refusal_of("env: {A: '{worktre}'}\n"),
            "usage: r.yaml:2:10: unknown placeholder '{worktre}', did you mean "
            "'worktree'?");
  EXPECT_EQ(refusal_of("ports: [PORT]\nenv: {A: '{port.PORTS}'}\n"),
            "usage: r.yaml:3:10: unknown placeholder '{port.PORTS}', did you "
            "mean 'port.PORT'?");
  // A runtime's, which means nothing here.
  EXPECT_EQ(refusal_of("env: {A: '{libexec}'}\n"),
            "usage: r.yaml:2:10: unknown placeholder '{libexec}'");
  EXPECT_EQ(parsed("env: {A: '${worktre} {\"a\":1} {main_worktree:json}'}\n")
                .environment.size(),
            1U);
}

TEST(FurnishingKeys, RefuseCommandsThatCannotRun) {
  EXPECT_EQ(refusal_of("setup: [make, ' ']\n"),
            "usage: r.yaml:2:15: 'setup' holds an empty command");
  EXPECT_EQ(refusal_of("setup: [\"a\\0b\"]\n"),
            "usage: r.yaml:2:9: a text holds a NUL");
  for (const char* bad : {"soon", "0", "-1", "0s"})
    EXPECT_EQ(refusal_of("setup_timeout: " + std::string(bad) + "\n"),
              "usage: r.yaml:2:16: '" + std::string(bad) +
                  "' is no duration above 0 (90s, 10m)");
}

}  // namespace
}  // namespace orch::role
