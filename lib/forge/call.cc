// SPDX-License-Identifier: MIT
#include "forge/call.h"

#include <signal.h>

#include <cerrno>
#include <cstdlib>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "process/group.h"

namespace orch::forge {
namespace {

constexpr std::size_t kMostAnswer = std::size_t{16} << 20;
constexpr int kWidth = 4;

using Variables = std::vector<std::pair<std::string, std::string>>;

// No prompt, no pager, no colour, no news of newer versions, no window.
const Variables& quiet() {
  static const Variables kQuiet = {{"GH_PROMPT_DISABLED", "1"},
                                   {"GH_NO_UPDATE_NOTIFIER", "1"},
                                   {"GH_SPINNER_DISABLED", "1"},
                                   {"GH_PAGER", "cat"},
                                   {"GLAB_CHECK_UPDATE", "false"},
                                   {"GLAB_SEND_TELEMETRY", "false"},
                                   {"NO_PROMPT", "1"},
                                   {"PAGER", "cat"},
                                   {"NO_COLOR", "1"},
                                   {"CLICOLOR", "0"},
                                   {"GIT_TERMINAL_PROMPT", "0"},
                                   {"QT_QPA_PLATFORM", "offscreen"}};
  return kQuiet;
}

Heard heard_of(const process::Outcome& outcome) {
  Heard out;
  out.ending = {outcome.status, outcome.timed_out, outcome.errors};
  out.response = hosting::parse_response(outcome.output);
  out.failure = hosting::failure_of(out.ending, out.response, clock::now());
  return out;
}

}  // namespace

process::Program program_of(const Client& client, const Call& call) {
  process::Program program{.argv = client.argv,
                           .directory = client.directory,
                           .input = call.input,
                           .environment = quiet(),
                           .keep = process::Environment::ForAgent,
                           .timeout_ms = static_cast<int>(client.timeout_ms),
                           .dies_with_us = true};
  program.argv.insert(program.argv.end(), call.args.begin(), call.args.end());
  return program;
}

Heard hear(const Client& client, const Call& call) {
  const auto ended = process::run_group(program_of(client, call), kMostAnswer);
  if (ended.interrupted != 0) ::raise(ended.interrupted);
  return heard_of(ended.outcome);
}

std::vector<Heard> hear_all(const Client& client,
                            const std::vector<Call>& calls) {
  std::vector<process::Program> programs;
  for (const Call& call : calls) programs.push_back(program_of(client, call));
  std::vector<Heard> out;
  for (const process::Outcome& outcome : process::run_all(programs, kWidth))
    out.push_back(heard_of(outcome));
  return out;
}

Letter::Letter(const std::string& bytes) {
  const char* top = std::getenv("TMPDIR");
  directory_ =
      std::string(top && *top == '/' ? top : "/tmp") + "/git-orch-forge-XXXXXX";
  if (!::mkdtemp(directory_.data()))
    throw io_error("cannot make '" + directory_ + "'", errno);
  path_ = directory_ + "/body";
  file::create_file(path_, bytes, 0600);
}

Letter::~Letter() {
  try {
    file::remove_tree(directory_);
  } catch (const Error&) {
    // What is left in a directory for temporary files hurts nobody.
  }
}

std::string encoded(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '/')
      out += "%2F";
    else
      out += c;
  }
  return out;
}

std::vector<std::string> api(const Client& client, const std::string& endpoint,
                             const std::vector<std::string>& more) {
  std::vector<std::string> out = {"api"};
  // tea shows no headers on its standard output.
  if (client.kind != hosting::Kind::Tea) {
    if (client.place) out.insert(out.end(), {"--hostname", client.place->host});
    out.emplace_back("--include");
  }
  out.insert(out.end(), more.begin(), more.end());
  out.push_back(endpoint);
  return out;
}

}  // namespace orch::forge
