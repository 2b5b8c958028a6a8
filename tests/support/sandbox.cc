// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include <cstdlib>
#include <stdexcept>

#include "clock/clock.h"
#include "file/file.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::test {
namespace {

std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool started = false;
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      started = true;
    } else if (c == ' ') {
      if (started) words.push_back(word);
      word.clear();
      started = false;
    } else {
      word += c;
      started = true;
    }
  }
  if (started) words.push_back(word);
  return words;
}

}  // namespace

json::Value Result::json() const {
  const auto parsed = json::parse(out);
  if (!parsed) ADD_FAILURE() << "not JSON: " << out << err;
  return parsed.value_or(json::Value());
}

// Or the test goes on with what is not there, and ends without a word.
json::Value Result::data() const {
  json::Value data = json()["data"];
  if (data == json::Value())
    throw std::runtime_error("no data in: " + out + err);
  return data;
}

std::vector<std::string> Result::lines() const {
  auto all = text::split(out, '\n');
  if (!all.empty() && all.back().empty()) all.pop_back();
  return all;
}

Sandbox::Sandbox(const std::string& where) {
  std::string pattern = where + "/orch-test-XXXXXX";
  if (!::mkdtemp(pattern.data())) std::abort();
  root_ = file::resolve(pattern);
  for (const char* d : {"home", "run", "tmp"})
    file::make_private_directories(path(d));
  const char* outer = std::getenv("PATH");
  environment_ = {
      {"HOME", path("home")},
      {"XDG_RUNTIME_DIR", path("run")},
      {"TMPDIR", path("tmp")},
      {"PATH", std::string(ORCH_BUILD_DIR) + "/bin:" + (outer ? outer : "")},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"ORCH_TEST_PATIENCE_MS", "60000"},
      {"GIT_CEILING_DIRECTORIES", root_},
      {"LC_ALL", "C.UTF-8"},
      {"TERM", "xterm"},
      {"NO_COLOR", "1"}};
  write(path("home") + "/.gitconfig",
        "[user]\n\tname = Ada Test\n\temail = ada@example.org\n"
        "[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n"
        "[gc]\n\tauto = 0\n"
        // What is not about the daemon is so without one.
        "[orch]\n\tdaemon = off\n");
}

Sandbox::~Sandbox() {
  end_agents();
  if (::testing::Test::HasFailure()) {
    std::fprintf(stderr, "left for a look: %s\n", root_.c_str());
    return;
  }
  // Detached children of the last hooks may still be writing.
  eventually(
      [&] {
        try {
          file::remove_tree(root_);
          return true;
        } catch (const std::exception&) {
          return false;
        }
      },
      5);
}

// Only what this sandbox started: its processes have their working directory,
// or that of the repository they serve, below its root.
void Sandbox::end_agents() const {
  for (const std::string& name : file::names_in("/proc")) {
    if (name[0] < '0' || name[0] > '9') continue;
    std::string environment;
    try {
      environment =
          file::find_contents("/proc/" + name + "/environ").value_or("");
    } catch (const std::exception&) {
      continue;
    }
    if (environment.find("HOME=" + path("home")) == std::string::npos) continue;
    ::kill(static_cast<pid_t>(std::atoi(name.c_str())), SIGKILL);
  }
}

std::string Sandbox::path(const std::string& name) const {
  return file::join(root_, name);
}

void Sandbox::set(const std::string& name, const std::string& value) {
  environment_[name] = value;
}

namespace {

// No program of a test runs longer. Benchmarks, with their large repositories,
// set another limit.
int limit_ms() {
  const char* const seconds = std::getenv("ORCH_TEST_LIMIT_S");
  return (seconds ? std::atoi(seconds) : 400) * 1000;
}

}  // namespace

Result Sandbox::run_in(const std::string& directory,
                       const std::vector<std::string>& argv,
                       const std::string& input) const {
  process::Program program{.argv = {"/usr/bin/env", "-i"},
                           .directory = directory,
                           .input = input,
                           .timeout_ms = limit_ms()};
  // To nobody in particular, kill(1) would send it to all of our own group.
  if (argv.front() == "kill")
    for (std::size_t i = 1; i < argv.size(); ++i)
      if (argv[i].empty() || argv[i] == "0" || (i > 1 && argv[i][0] == '-')) {
        ADD_FAILURE() << "no process to send it to: " << text::join(argv, " ");
        return {1, "", ""};
      }
  for (const auto& [name, value] : environment_)
    program.argv.push_back(name + "=" + value);
  program.argv.insert(program.argv.end(), argv.begin(), argv.end());
  const process::Outcome outcome = process::run(program);
  if (outcome.timed_out)
    ADD_FAILURE() << "ran too long: " << text::join(argv, " ");
  return {outcome.status, outcome.output, outcome.errors};
}

Result Sandbox::type(const std::string& line, const std::string& input) const {
  return run_in(repo_, split_line(line), input);
}

Result Sandbox::type_in(const std::string& directory, const std::string& line,
                        const std::string& input) const {
  return run_in(directory, split_line(line), input);
}

std::string Sandbox::ok(const std::string& line) const {
  return ok_in(repo_, line);
}

std::string Sandbox::ok_in(const std::string& directory,
                           const std::string& line) const {
  const Result r = run_in(directory, split_line(line));
  EXPECT_EQ(r.status, 0) << "$ " << line << "\n" << r.out << r.err;
  return r.out;
}

void Sandbox::make_repository(const std::string& name) {
  repo_ = path(name);
  ok_in(root_, "git init -q " + name);
  for (const char* file : {"one.txt", "two.txt", "three.txt"}) {
    std::string lines;
    for (int i = 1; i <= 20; ++i) lines += "line " + std::to_string(i) + "\n";
    write(repo_ + "/" + file, lines);
  }
  ok("git add .");
  ok("git commit -qm first");
}

std::string Sandbox::worktree(const std::string& spec_id,
                              const std::string& role) const {
  return repo_ + ".orch/" + spec_id + "/" + role;
}

std::string Sandbox::sql(const std::string& query) const {
  return run_in(repo_, {"sqlite3", "-cmd", ".timeout 10000",
                        ".git/orch/orch.db", query})
      .out;
}

void Sandbox::write(const std::string& file_path,
                    const std::string& bytes) const {
  file::make_directories(file::parent_of(file_path));
  file::write_atomically(file_path, bytes, 0644);
}

std::string Sandbox::read(const std::string& file_path) const {
  return file::find_contents(file_path).value_or("");
}

void Sandbox::script(const std::string& role, const std::string& text) const {
  write(repo_ + "/.git/orch/scripts/" + role + ".script", text);
}

std::string Sandbox::fingerprint() const {
  std::string out;
  for (const char* line : {"git for-each-ref", "git rev-parse --verify -q HEAD",
                           "git ls-files --stage", "git status --porcelain",
                           "git worktree list --porcelain"})
    out += type(line).out + "\n";
  out += read(repo_ + "/.git/config") + read(repo_ + "/.git/HEAD");
  for (const std::string& name : file::names_in(repo_ + "/.git/hooks"))
    out += name + " ";
  for (const std::string& name : file::names_in(root_)) out += name + " ";
  for (const std::string& name : file::names_in(repo_ + "/.git/orch/journal"))
    out += name + " ";
  return out;
}

bool eventually(const std::function<bool()>& condition, int seconds) {
  const std::int64_t deadline = clock::steady() + seconds * 1000;
  const auto holds = [&] {
    try {
      return condition();
    } catch (const std::exception&) {
      return false;
    }
  };
  while (!holds()) {
    if (clock::steady() > deadline) return false;
    const timespec pause{0, 10 * 1000 * 1000};
    ::nanosleep(&pause, nullptr);
  }
  return true;
}

::testing::AssertionResult holds(const std::string& text,
                                 const std::string& part) {
  if (text.find(part) != std::string::npos)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no '" << part << "' in:\n" << text;
}

}  // namespace orch::test
