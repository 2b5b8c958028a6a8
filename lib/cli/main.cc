// SPDX-License-Identifier: MIT
//
// The main of every command: parse, run, and turn what was thrown into the
// exit code, the message and the next thing to type.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "cli/command.h"
#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "json/value.h"
#include "log/log.h"
#include "repository/repository.h"
#include "text/text.h"

namespace {

using orch::Error;
using orch::cli::kCommand;

bool wants_json(const std::vector<std::string>& args) {
  const auto dashes = std::find(args.begin(), args.end(), "--");
  return std::find(args.begin(), dashes, "--json") != dashes;
}

void print_lines(const char* prefix, const std::string& text) {
  for (const std::string& line :
       orch::text::split(orch::text::printable_lines(text), '\n'))
    std::fprintf(stderr, "%s%s\n", prefix, line.c_str());
}

int fail(const Error& error, bool as_json) {
  const bool usage = error.code() == orch::ErrorCode::Usage &&
                     dynamic_cast<const orch::UsageError*>(&error);
  if (as_json) {
    const orch::json::Object body{{"code", orch::error_code_name(error.code())},
                                  {"message", error.what()},
                                  {"hint", error.hint()}};
    std::puts(
        orch::json::to_text(
            orch::json::Object{{"version", 1}, {"ok", false}, {"error", body}})
            .c_str());
  } else {
    print_lines(usage ? "error: " : "fatal: ", error.what());
    if (usage) std::fputs(orch::cli::usage_text(kCommand).c_str(), stderr);
    if (!error.hint().empty()) print_lines("hint: ", error.hint());
  }
  return orch::exit_code_of(error.code());
}

void log_failure(const Error& error) {
  if (error.code() != orch::ErrorCode::Corrupt &&
      error.code() != orch::ErrorCode::Io)
    return;
  const auto repository =
      orch::repository::find(orch::file::current_directory());
  if (repository && orch::repository::is_initialised(*repository))
    orch::log::write(repository->orch_dir(), "verbs", orch::log::Level::Error,
                     std::string(kCommand.name) + ": " + error.what());
}

int open_manual() {
  const std::string page = kCommand.name == "orch"
                               ? "git-orch"
                               : "git-orch-" + std::string(kCommand.name);
  ::execlp("man", "man", page.c_str(), nullptr);
  std::fputs(orch::cli::usage_text(kCommand).c_str(), stdout);
  return orch::kDone;
}

// The texts that the build, completion and `git orch` ask a command for.
bool answer_about_itself(const std::string& arg) {
  const auto say = [](const std::string& text) {
    std::fputs(text.c_str(), stdout);
    return true;
  };
  if (arg == "-h") return say(orch::cli::usage_text(kCommand));
  if (arg == "--git-completion-helper")
    return say(orch::cli::completion_text(kCommand));
  if (arg == "--orch-synopsis") return say(orch::cli::synopsis_page(kCommand));
  if (arg == "--orch-options") return say(orch::cli::options_page(kCommand));
  if (arg == "--orch-summary")
    return say(std::to_string(static_cast<int>(kCommand.group)) + "\t" +
               std::string(kCommand.summary) + "\n");
  return false;
}

// The store of a sandboxed agent is outside, and so is who runs its verbs.
std::optional<int> run_outside(const std::vector<std::string>& args) {
  const auto repository =
      orch::repository::find(orch::file::current_directory());
  if (!repository || !orch::broker::is_behind(*repository)) return std::nullopt;
  const auto answer = orch::broker::call(
      *repository, {"git-orch-" + std::string(kCommand.name), args});
  std::fputs(answer.note.c_str(), stderr);
  return answer.status;
}

int run(const std::vector<std::string>& args) {
  if (args.size() == 1 && answer_about_itself(args[0])) return orch::kDone;
  if (!args.empty() && args[0] == "--help") return open_manual();
  try {
    if (const auto status = run_outside(args)) return *status;
    const auto invocation = orch::cli::Invocation::parse(kCommand, args);
    if (invocation.has("help")) {
      std::fputs(orch::cli::usage_text(kCommand).c_str(), stdout);
      return orch::kDone;
    }
    return kCommand.run(invocation);
  } catch (const Error& error) {
    try {
      log_failure(error);
    } catch (const Error&) {
      // The first failure is the one to report.
    }
    return fail(error, wants_json(args));
  } catch (const std::exception& error) {
    return fail(Error(orch::ErrorCode::Io,
                      std::string("unexpected failure: ") + error.what()),
                wants_json(args));
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away ends us as it ends git: silently.
  ::signal(SIGPIPE, SIG_DFL);
  return orch::cli::end_answer(run({argv + 1, argv + argc}));
}
