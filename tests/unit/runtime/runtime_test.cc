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
sandbox: {write: [~/.tool, /var/x, "{run_dir}/y"], read: [~/.tool/rc]}
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
  EXPECT_EQ(r.submits[0].keys, (Words{"C-m", "Enter"}));
  EXPECT_EQ(r.sandbox_write, (Words{"~/.tool", "/var/x", "{run_dir}/y"}));
  EXPECT_EQ(r.sandbox_read, Words{"~/.tool/rc"});
  EXPECT_EQ(r.process_names, (Words{"tool", "node"}));
  EXPECT_EQ(r.start_timeout_ms, 45000);
}

TEST(RuntimeFile, SubmitsWithEnterAndWaitsHalfAMinuteByDefault) {
  const Runtime r = parse_runtime("name: t\nstart: tool\n", "r.yaml");
  EXPECT_EQ(r.start, Words{"tool"});
  EXPECT_EQ(r.submits[0].keys, Words{"Enter"});
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

constexpr char kWhole[] = R"(version: 1
name: tool
about: an agent
stand_in: true
start: tool
resume: [tool, --go-on, "{conversation}"]
print_version: [tool, --version]
environment: {HOME_OF_IT: "{run_dir}"}
files:
  - {path: a/b.json, content: '{"x": "{libexec:json}"}'}
submit:
  - {cli: ">=2 <3", tmux: ">=3.4", keys: [C-m], delay_ms: 400, retry: 3}
  - {cli: "<2", keys: [Escape, Enter]}
  - {keys: [Enter]}
paste: none
compact: /compact
interrupt: [Escape]
exit: {text: /exit}
signs:
  - {state: idle, source: screen, lines: 3, pattern: '^> ', unless_below: x}
  - {state: busy, source: hook, event: tool}
  - {state: needs-human, source: title, text: 'a.b'}
  - {state: limited, source: protocol, event: status, priority: 99}
  - {state: exited, source: process}
limits:
  - {pattern: 'again at (.*)', lines: 4, reset: clock}
  - {text: 'no credit'}
)";

TEST(RuntimeFile, MaySayEverything) {
  const Runtime r = parse_runtime(kWhole, "r.yaml");
  EXPECT_TRUE(r.stand_in);
  EXPECT_EQ(r.resume, (Words{"tool", "--go-on", "{conversation}"}));
  EXPECT_EQ(r.print_version, (Words{"tool", "--version"}));
  ASSERT_EQ(r.files.size(), 1U);
  EXPECT_EQ(r.files[0].path, "a/b.json");
  EXPECT_EQ(r.files[0].content, R"({"x": "{libexec:json}"})");
  ASSERT_EQ(r.submits.size(), 3U);
  EXPECT_EQ(r.submits[0].keys, Words{"C-m"});
  EXPECT_EQ(r.submits[0].delay_ms, 400);
  EXPECT_EQ(r.submits[0].retry, 3);
  EXPECT_EQ(r.submits[1].retry, 5);
  EXPECT_EQ(r.paste, Paste::None);
  EXPECT_EQ(r.compact, "/compact");
  EXPECT_EQ(r.interrupt, Words{"Escape"});
  EXPECT_EQ(r.exit_text, "/exit");
  ASSERT_EQ(r.signs.size(), 5U);
  Words order;
  for (const Sign& s : r.signs)
    order.push_back(s.state + " " + std::string(source_name(s.source)) + " " +
                    std::to_string(s.priority));
  EXPECT_EQ(order,
            (Words{"limited protocol 99", "needs-human title 90",
                   "exited process 80", "busy hook 60", "idle screen 40"}));
  EXPECT_EQ(r.signs[4].lines, 3);
  EXPECT_TRUE(r.signs[4].unless_below);
  EXPECT_FALSE(r.signs[1].pattern->matches("axb"));
  ASSERT_EQ(r.limits.size(), 2U);
  EXPECT_EQ(reset_name(r.limits[0].reset), "clock");
  EXPECT_EQ(r.limits[1].reset, Reset::None);
}

TEST(RuntimeFile, IsRefusedForAWrongPart) {
  const auto with = [](const std::string& more) {
    return refusal_of("name: t\nstart: x\n" + more).substr(7);
  };
  EXPECT_EQ(with("version: 2\n"),
            "r.yaml:3:10: version 2 of the format is not known, only 1");
  EXPECT_EQ(with("paste: brackets\n"),
            "r.yaml:3:8: unknown paste 'brackets', did you mean 'bracketed'?");
  EXPECT_EQ(with("print_version: ['{libexc}/x']\n"),
            "r.yaml:3:17: unknown placeholder '{libexc}', did you mean "
            "'libexec'?");
  EXPECT_EQ(with("environment: {A: '{run:jsn}'}\n"),
            "r.yaml:3:18: unknown form 'jsn' of a placeholder, did you mean "
            "'json'?");
  EXPECT_EQ(with("environment: {'A=B': x}\n"),
            "r.yaml:3:22: 'A=B' is no name of a variable");
  EXPECT_EQ(with("resume: [x]\n"),
            "r.yaml:3:9: 'resume' without '{conversation}'");
  EXPECT_EQ(with("exit: {}\n"), "r.yaml:3:7: 'exit' needs 'text' or 'keys'");
  EXPECT_EQ(with("exit: {txt: x}\n"),
            "r.yaml:3:8: unknown key 'txt', did you mean 'text'?");
  EXPECT_EQ(with("submit:\n  - {keys: [a], cli: '2.x'}\n"),
            "r.yaml:4:22: '2.x' is no bound of versions (>=2.1, <3)");
  EXPECT_EQ(with("submit:\n  - {delay_ms: 5}\n"),
            "r.yaml:4:5: 'keys' is empty");
}

TEST(RuntimeFile, IsRefusedForASignThatCannotBe) {
  const auto sign = [](const std::string& text) {
    return refusal_of("name: t\nstart: x\nsigns:\n  - {" + text + "}\n")
        .substr(7);
  };
  EXPECT_EQ(sign("state: idel, source: process"),
            "r.yaml:4:13: unknown state 'idel', did you mean 'idle'?");
  EXPECT_EQ(sign("source: process"), "r.yaml:4:5: 'state' is missing");
  EXPECT_EQ(sign("state: idle, source: hok, event: x"),
            "r.yaml:4:27: unknown source 'hok', did you mean 'hook'?");
  EXPECT_EQ(sign("state: idle, source: hook, event: stpo"),
            "r.yaml:4:40: unknown event 'stpo', did you mean 'stop'?");
  EXPECT_EQ(sign("state: idle, source: hook"),
            "r.yaml:4:5: source 'hook' without 'event'");
  EXPECT_EQ(sign("state: idle, source: screen"),
            "r.yaml:4:5: source 'screen' without 'pattern' or 'text'");
  EXPECT_EQ(sign("state: idle, source: hook, event: stop, text: x"),
            "r.yaml:4:5: source 'hook' reads no 'pattern' or 'text'");
  EXPECT_EQ(sign("state: idle, source: title, text: x, lines: 2"),
            "r.yaml:4:50: 'lines' with source 'title'");
  EXPECT_EQ(sign("state: idle, source: screen, text: x, event: stop"),
            "r.yaml:4:51: 'event' with source 'screen'");
  EXPECT_EQ(sign("state: idle, source: screen, text: x, lines: 51"),
            "r.yaml:4:51: 'lines' must be from 1 to 50");
  EXPECT_EQ(sign("state: idle, source: screen, text: x, pattern: y"),
            "r.yaml:4:5: both 'pattern' and 'text'");
  EXPECT_EQ(sign("state: idle, source: screen, pattern: '(a'"),
            "r.yaml:4:44: 'pattern' is no pattern: ')' is missing behind "
            "character 2");
  EXPECT_EQ(sign("state: idle, source: screen, pattern: 'a*'"),
            "r.yaml:4:44: 'pattern' matches an empty line");
}

TEST(SandboxPaths, AreRefusedWithTheirPlace) {
  const auto with = [](const std::string& value) {
    return refusal_of("name: t\nstart: x\nsandbox: " + value + "\n").substr(7);
  };
  EXPECT_EQ(with("{write: [/a, b/c]}"),
            "r.yaml:3:23: 'b/c' does not begin with '/', '~/' or a "
            "placeholder");
  EXPECT_EQ(with("{write: ['~x']}"),
            "r.yaml:3:19: '~x' does not begin with '/', '~/' or a placeholder");
  EXPECT_EQ(with("{write: ['{worktre}/x']}"),
            "r.yaml:3:19: unknown placeholder '{worktre}', did you mean "
            "'worktree'?");
  EXPECT_EQ(with("{write: ['{conversation}']}"),
            "r.yaml:3:19: '{conversation}' is for 'resume' only");
  for (const char* path : {"/", "~/", "/.", "/a/../b", "~/..", "/a\\tb"})
    EXPECT_NE(
        with("{write: [\"" + std::string(path) + "\"]}").find("r.yaml:3:19: '"),
        std::string::npos)
        << path;
  EXPECT_EQ(with("{wirte: [/a]}"),
            "r.yaml:3:11: unknown key 'wirte', did you mean 'write'?");
  EXPECT_EQ(with("[/a]"), "r.yaml:3:10: 'sandbox' must be a map");
  const Runtime one =
      parse_runtime("name: t\nstart: x\nsandbox: {write: /a}\n", "r.yaml");
  EXPECT_EQ(one.sandbox_write, Words{"/a"});
}

TEST(SetUpFiles, StayBelowTheRunsOwnDirectory) {
  for (const char* path :
       {"/etc/passwd", "../x", "a/../b", "a//b", ".", "", "launch", "a/"})
    EXPECT_NE(refusal_of("name: t\nstart: x\nfiles:\n  - {path: '" +
                         std::string(path) + "', content: x}\n")
                  .find("'path' must be a name below the run's own directory"),
              std::string::npos)
        << path;
  EXPECT_NE(refusal_of("name: t\nstart: x\nfiles:\n  - {path: a}\n"
                       "  - {path: a}\n")
                .find("r.yaml:5:12: 'a' twice"),
            std::string::npos);
}

TEST(SubmitSequence, IsTheFirstThatFitsTheVersions) {
  const Runtime r = parse_runtime(kWhole, "r.yaml");
  EXPECT_EQ(submit_for(r, {2, 1}, {3, 4}).keys, Words{"C-m"});
  EXPECT_EQ(submit_for(r, {2, 1}, {3, 3}).keys, Words{"Enter"});
  EXPECT_EQ(submit_for(r, {1, 9}, {3, 3}).keys, (Words{"Escape", "Enter"}));
  EXPECT_EQ(submit_for(r, {3, 0}, {3, 4}).keys, Words{"Enter"});
  EXPECT_EQ(submit_for(r, {}, {}).keys, Words{"C-m"});
  EXPECT_EQ(submit_for(r, {}, {3, 3}).keys, (Words{"Escape", "Enter"}));
}

TEST(StartArguments, GoOnWithAConversation) {
  const Runtime r = parse_runtime(kWhole, "r.yaml");
  EXPECT_EQ(start_argv(r, {.conversation = "c 1"}),
            (Words{"tool", "--go-on", "c 1"}));
  EXPECT_EQ(start_argv(r, {}), Words{"tool"});
  Runtime cannot = r;
  cannot.resume.clear();
  EXPECT_EQ(start_argv(cannot, {.conversation = "c 1"}), Words{"tool"});
}

TEST(Placeholder, TakesTheFormOfItsPlace) {
  const Placeholders values = {.libexec = "/a 'b'\"\\", .run_dir = "/r\n"};
  EXPECT_EQ(fill("{libexec}", values), "/a 'b'\"\\");
  EXPECT_EQ(fill("{libexec:json}", values), R"(/a 'b'\"\\)");
  EXPECT_EQ(fill("{libexec:shell}/x", values), R"('/a '\''b'\''"\'/x)");
  EXPECT_EQ(fill("{libexec:shell:json}", values), R"('/a '\\''b'\\''\"\\')");
  EXPECT_EQ(fill("{run_dir:json}", values), R"(/r\u000a)");
  EXPECT_EQ(fill("${run_dir} { run_dir } {} {run_dir", values),
            "${run_dir} { run_dir } {} {run_dir");
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
    EXPECT_TRUE(r.stand_in || !r.process_names.empty()) << file;
    EXPECT_NE(bytes_of(entry.path()).find("\nversion: 1\n"), std::string::npos)
        << file;
    EXPECT_FALSE(r.about.empty()) << file;
    ++count;
  }
  EXPECT_EQ(count, 6U);
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
