// SPDX-License-Identifier: MIT
#include "runtime/runtime.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "script/script.h"
#include "unit/scratch.h"

namespace orch::runtime {
namespace {

using test::thrown_by;
using Words = std::vector<std::string>;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string refusal_of(const std::string& yaml) {
  return thrown_by([&] { parse_runtime(yaml, "r.yaml"); });
}

TEST(RuntimeFile, GivesEveryFieldItsValue) {
  const Runtime r = parse_runtime(R"(name: tool
about: an agent
start: [tool, "--dir={worktree}"]
environment: {B: "2", A: one}
submit: [C-m, Enter]
process_names: [tool, node]
start_timeout: 45s
)",
                                  "r.yaml");
  EXPECT_EQ(r.name, "tool");
  EXPECT_EQ(r.about, "an agent");
  EXPECT_EQ(r.start, (Words{"tool", "--dir={worktree}"}));
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"B", "2"}, {"A", "one"}};
  EXPECT_EQ(r.environment, environment);
  EXPECT_EQ(r.submit, (Words{"C-m", "Enter"}));
  EXPECT_EQ(r.process_names, (Words{"tool", "node"}));
  EXPECT_EQ(r.start_timeout_ms, 45000);
}

TEST(RuntimeFile, SubmitsWithEnterAndWaitsHalfAMinuteByDefault) {
  const Runtime r = parse_runtime("name: t\nstart: tool\n", "r.yaml");
  EXPECT_EQ(r.start, Words{"tool"});
  EXPECT_EQ(r.submit, Words{"Enter"});
  EXPECT_EQ(r.start_timeout_ms, 30000);
}

TEST(RuntimeFile, IsRefusedWithItsPosition) {
  EXPECT_EQ(refusal_of("start: [x]\n"),
            "usage: r.yaml:1:1: 'name' is missing or no name");
  EXPECT_EQ(refusal_of("name: a/b\nstart: [x]\n"),
            "usage: r.yaml:1:1: 'name' is missing or no name");
  EXPECT_EQ(refusal_of("name: t\n"), "usage: r.yaml:1:1: 'start' is empty");
  EXPECT_EQ(refusal_of("name: t\nstart: {a: b}\n"),
            "usage: r.yaml:2:8: 'start' must be a list");
  EXPECT_EQ(refusal_of("name: t\nstart: x\nstart_timeout: 5x\n"),
            "usage: r.yaml:1:1: 'start_timeout' is no duration");
  EXPECT_EQ(refusal_of("name: t\nstart: x\nenvironment: [a]\n"),
            "usage: r.yaml:3:14: 'environment' must be a map");
  EXPECT_NE(refusal_of("name: t\nstart: x\nsubmitt: [a]\n")
                .find("did you mean 'submit'?"),
            std::string::npos);
}

TEST(StartArguments, ReplaceEachPlaceholderWithinItsArgument) {
  Runtime r;
  r.start = {"{libexec}/agent", "--in={worktree}:{worktree}", "{script}{run}",
             "{other}", "plain"};
  EXPECT_EQ(
      start_argv(r, {.libexec = "/lib exec",
                     .script = "s;rm",
                     .worktree = "/w",
                     .run = "r1"}),
      (Words{"/lib exec/agent", "--in=/w:/w", "s;rmr1", "{other}", "plain"}));
}

TEST(StartArguments, StayOneArgumentWhateverAValueHolds) {
  Runtime r;
  r.start = {"{worktree}"};
  const std::string odd = "a b\n'\"$(x)" + test::every_byte();
  EXPECT_EQ(start_argv(r, {.worktree = odd}), Words{odd});
  EXPECT_EQ(start_argv(r, {}), Words{""});
}

TEST(StartArguments, DoNotReplaceInsideAValue) {
  Runtime r;
  r.start = {"{libexec}", "{script}", "{worktree}"};
  EXPECT_EQ(start_argv(r, {.libexec = "/a/{script}",
                           .script = "/b/{worktree}",
                           .worktree = "/c/{run}",
                           .run = "R"}),
            (Words{"/a/{script}", "/b/{worktree}", "/c/{run}"}));
}

TEST(ShippedRuntimes, AreValidAndNamedAsTheirFiles) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           ORCH_SOURCE_DIR "/templates/runtimes")) {
    const std::string file = entry.path().filename();
    const Runtime r = parse_runtime(bytes_of(entry.path()), file);
    EXPECT_EQ(r.name + ".yaml", file);
    EXPECT_FALSE(r.process_names.empty()) << file;
    EXPECT_FALSE(r.about.empty()) << file;
    ++count;
  }
  EXPECT_GE(count, 1U);
}

TEST(ShippedScripts, AreValid) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           ORCH_SOURCE_DIR "/templates/scripts")) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().filename();
    EXPECT_FALSE(script::parse(bytes_of(entry.path()), file).empty()) << file;
    ++count;
  }
  EXPECT_GE(count, 4U);
}

}  // namespace
}  // namespace orch::runtime
