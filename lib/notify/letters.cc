// SPDX-License-Identifier: MIT
#include "notify/letters.h"

#include <algorithm>

#include "error/error.h"
#include "message/message.h"
#include "process/pool.h"
#include "text/text.h"
#include "tmux/tmux.h"

namespace orch::notify {
namespace {

constexpr std::size_t kSideBySide = 16;
constexpr std::size_t kKept = 4096;
constexpr std::size_t kMostSaid = 300;
constexpr int kCurlGraceMs = 1000;

std::string urgency_of(notice::Severity severity) {
  switch (severity) {
    case notice::Severity::Info:
      return "low";
    case notice::Severity::Warning:
      return "normal";
    case notice::Severity::Critical:
      break;
  }
  return "critical";
}

std::string posted(const Outgoing& o) {
  if (o.sink.type == notice::Type::Slack) return notice::slack_of(o.letter);
  if (o.sink.type == notice::Type::Discord) return notice::discord_of(o.letter);
  return notice::json_of(o.letter, o.sink);
}

// Absent: no program sends it.
std::optional<process::Program> program_of(
    const repository::Repository& repository, const Outgoing& o) {
  process::Program p{.directory = repository.common_dir,
                     .environment = {{"ORCH_NOTICE", o.letter.id()}},
                     .keep = process::Environment::ForAgent,
                     .timeout_ms = static_cast<int>(o.sink.timeout_ms)};
  switch (o.sink.type) {
    case notice::Type::Command:
      p.argv = o.sink.argv;
      p.input = notice::json_of(o.letter, o.sink) + "\n";
      return p;
    case notice::Type::Sendmail:
      p.argv = o.sink.argv;
      p.input = notice::mail_of(o.letter, o.sink);
      return p;
    case notice::Type::Webhook:
    case notice::Type::Slack:
    case notice::Type::Discord:
      // Without a configuration file of the user's, which may log.
      p.argv = {"curl", "-q", "--config", "-"};
      p.input = notice::curl_config(o.sink, posted(o));
      p.timeout_ms += kCurlGraceMs;
      return p;
    case notice::Type::Desktop:
      p.argv = {"notify-send",
                "--app-name=git orch",
                "--urgency=" + urgency_of(o.letter.severity()),
                "--",
                notice::headline(o.letter),
                notice::markup_of(notice::body(o.letter))};
      return p;
    case notice::Type::Tmux:
      break;
  }
  return std::nullopt;
}

std::string shown(const notice::Sink& sink, const std::string& said) {
  std::string line = text::join(
      text::split_list(notice::without_secrets(sink, said), '\n'), "; ");
  return text::cut(text::printable(line), kMostSaid);
}

std::optional<std::string> judge(const notice::Sink& sink,
                                 const process::Outcome& outcome) {
  if (outcome.ok()) return std::nullopt;
  if (outcome.timed_out) return "no answer within the time limit";
  std::string why = shown(sink, outcome.errors);
  if (why.empty()) why = shown(sink, outcome.output);
  return "exit status " + std::to_string(outcome.status) +
         (why.empty() ? "" : ": " + why);
}

std::optional<std::string> show_in_tmux(
    const repository::Repository& repository, const Outgoing& o) {
  try {
    const tmux::Server server =
        o.sink.to.empty() ? message::server_of(repository)
                          : tmux::Server(o.sink.to, "/dev/null", "", "");
    if (server.announce(notice::headline(o.letter)) > 0) return std::nullopt;
    return "nobody is attached to it";
  } catch (const Error& e) {
    return e.what();
  }
}

}  // namespace

std::vector<std::optional<std::string>> send_all(
    const repository::Repository& repository,
    const std::vector<Outgoing>& letters) {
  std::vector<std::optional<std::string>> out(letters.size());
  std::vector<process::Job> jobs;
  for (std::size_t i = 0; i < letters.size(); ++i)
    if (auto program = program_of(repository, letters[i]))
      jobs.push_back(
          {.id = i, .program = std::move(*program), .apart_keeping = kKept});
    else
      out[i] = show_in_tmux(repository, letters[i]);
  std::size_t next = 0;
  process::run_pool(
      [&]() -> std::optional<process::Job> {
        if (next == jobs.size()) return std::nullopt;
        return std::move(jobs[next++]);
      },
      [&](std::size_t id, const process::Outcome& outcome) {
        out[id] = judge(letters[id].sink, outcome);
      },
      kSideBySide);
  return out;
}

}  // namespace orch::notify
