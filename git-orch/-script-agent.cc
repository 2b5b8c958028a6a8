// SPDX-License-Identifier: MIT
//
// git-orch--script-agent [<script> [<conversation>]]: a stand-in for an agent
// CLI. It shows a prompt, takes pasted messages, is busy or idle, calls its
// hooks and writes its conversation down as a real one does, and between two
// messages does what its script says. Without a script it acknowledges what it
// gets and waits.
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <string>
#include <vector>

#include "clock/clock.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/file.h"
#include "installation/installation.h"
#include "json/value.h"
#include "process/process.h"
#include "script/script.h"
#include "text/text.h"

namespace {

using orch::script::Step;

constexpr char kInterrupt = '\a';  // C-g

void show(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// Keys one by one, not echoed, pastes bracketed; put back at the end.
class Terminal {
 public:
  Terminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO));
    raw.c_iflag &= static_cast<tcflag_t>(~ICRNL);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    changed_ = true;
    show("\x1b[?2004h");
  }
  ~Terminal() {
    if (!changed_) return;
    show("\x1b[?2004l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

int run_program(const std::vector<std::string>& argv,
                const std::string& input = {}) {
  return orch::process::run({.argv = argv,
                             .input = input,
                             .keep = orch::process::Environment::ForGit,
                             .inherit_output = true})
      .status;
}

// What the conversation holds, one prompt a line; outside git orch nowhere.
class Conversation {
 public:
  explicit Conversation(std::string id)
      : id_(id.empty() ? orch::text::hex(orch::clock::random_bytes(8))
                       : std::move(id)) {
    if (const char* git_dir = std::getenv("ORCH_GIT_DIR"))
      path_ = std::string(git_dir) + "/orch/log/conversation-" + id_;
  }

  void add(const std::string& prompt) const {
    if (path_.empty()) return;
    FILE* out = std::fopen(path_.c_str(), "a");
    if (!out) return;
    const std::string line =
        orch::json::to_text(orch::json::Object{{"prompt", prompt}}) + "\n";
    std::fwrite(line.data(), 1, line.size(), out);
    std::fclose(out);
  }

  // Returns what the hook printed.
  std::string call_hook(const std::string& event,
                        const std::string& prompt = {},
                        const std::string& source = {},
                        const std::string& message = {}) const {
    return orch::process::run(
               {.argv = {orch::installation::libexec_directory() +
                             "/git-orch--agent-hook",
                         event},
                .input = orch::json::to_text(
                    orch::json::Object{{"session_id", id_},
                                       {"transcript_path", path_},
                                       {"prompt", prompt},
                                       {"source", source},
                                       {"message", message}}),
                .keep = orch::process::Environment::ForGit})
        .output;
  }

 private:
  std::string id_, path_;
};

bool is_text(const std::string& path) {
  if (orch::file::link_target(path)) return false;
  const auto bytes = orch::file::find_contents(path);
  if (!bytes || bytes->size() > (1 << 20)) return false;
  return bytes->find('\0') == std::string::npos &&
         orch::text::split(*bytes, '\n').size() > 5;
}

// @text:N (dot files left out), @agent, or the path itself.
std::string resolve_file(const std::string& word) {
  if (word == "@agent") {
    const char* number = std::getenv("ORCH_AGENT");
    return std::string("agent-") + (number ? number : "0") + ".txt";
  }
  constexpr std::string_view kText = "@text:";
  if (!word.starts_with(kText)) return word;
  long wanted = std::strtol(word.c_str() + kText.size(), nullptr, 10);
  const auto files = orch::process::run({.argv = {"git", "ls-files", "-z"}});
  for (const std::string& path : orch::text::split(files.output, '\0'))
    if (!path.empty() && path[0] != '.' && is_text(path) && --wanted == 0)
      return path;
  return "notes-" + word.substr(kText.size()) + ".txt";
}

void write_file(const std::string& path, const std::string& bytes) {
  FILE* out = std::fopen(path.c_str(), "w");
  if (!out) throw orch::io_error("cannot write '" + path + "'", errno);
  std::fwrite(bytes.data(), 1, bytes.size(), out);
  std::fclose(out);
}

class Agent {
 public:
  Agent(const std::vector<Step>& steps, std::string conversation)
      : steps_(steps.begin(), steps.end()),
        conversation_(std::move(conversation)) {}

  // Serves until `exit`; returns the status.
  int serve() {
    show("git orch script agent\n");
    call_hook("session-start");
    prompt();
    char byte = 0;
    while (!ended_) {
      const ssize_t n = ::read(STDIN_FILENO, &byte, 1);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      key(byte);
    }
    return status_;
  }

 private:
  void prompt() { show("\n> "); }

  void key(char byte) {
    if (byte == '\r' && eat_enter_ > 0 && !draft_.in_paste()) {
      --eat_enter_;
      return;
    }
    // A dialog drops what is typed and takes Enter for its default, Yes.
    if (in_dialog_) {
      if (byte != '\r') return;
      in_dialog_ = false;
      show("approved\n");
      call_hook("tool");
      play();
      return;
    }
    if (draft_.take(byte)) submit(draft_.submitted());
  }

  void submit(const std::string& text) {
    show(orch::text::printable_lines(text) + "\n* Working\n");
    limit_.clear();
    call_hook("prompt-submit", text);
    if (dies_at_prompt_) ::raise(SIGKILL);
    work_on(text);
  }

  void work_on(const std::string& text) {
    conversation_.add(text);
    const auto ids = orch::event::message_ids(text);
    if (!ids.empty() && acknowledges_) {
      std::vector<std::string> ack = {
          orch::installation::bin_directory() + "/git-orch-inbox", "--quiet"};
      for (const std::int64_t id : ids) {
        ack.emplace_back("--ack");
        ack.push_back(std::to_string(id));
      }
      run_program(ack);
    }
    if (orch::text::trim(text) == "exit" ||
        text.find("\nexit\n") != std::string::npos) {
      ended_ = true;
      return;
    }
    if (orch::text::trim(text) == "/compact") {
      conversation_.call_hook("session-start", "", "compact");
      end_turn();
      return;
    }
    const bool awaited = waiting_ && (wanted_.empty() ||
                                      text.find(wanted_) != std::string::npos);
    if (awaited) {
      waiting_ = false;
      play();
    } else {
      end_turn();
    }
  }

  // The hook at the end of a turn may give more to do.
  void end_turn() {
    if (ended_ || in_dialog_) return;
    const auto more =
        orch::json::parse(call_hook(limit_.empty() ? "stop" : "limited"));
    if (more && (*more)["reason"].as_string()) {
      const std::string text = *(*more)["reason"].as_string();
      show(orch::text::printable_lines(text) + "\n* Working\n");
      work_on(text);
      return;
    }
    prompt();
  }

  std::string call_hook(const std::string& event,
                        const std::string& text = {}) const {
    return conversation_.call_hook(event, text, "",
                                   event == "limited" ? limit_ : "");
  }

  // Steps up to the next await, then the turn ends.
  void play() {
    while (!steps_.empty() && !waiting_ && !in_dialog_ && !ended_) {
      const Step step = steps_.front();
      steps_.pop_front();
      try {
        act(step);
      } catch (const orch::Error& e) {
        show("line " + std::to_string(step.line) + ": " + e.what() + "\n");
      }
    }
    end_turn();
  }

 public:
  // The script runs from its first await on, so the first message (the brief)
  // starts the work.
  void arm() {
    if (!steps_.empty() && steps_.front().verb == "await-message") {
      await(steps_.front());
      steps_.pop_front();
    } else {
      waiting_ = true;
    }
  }

 private:
  void await(const Step& step) {
    waiting_ = true;
    wanted_ = step.words.empty() ? "" : step.words[0];
  }

  void act(const Step& step) {
    const auto& w = step.words;
    if (step.verb == "await-message") {
      await(step);
    } else if (step.verb == "await-file") {
      while (!orch::file::exists(w[0])) ::usleep(5000);
    } else if (step.verb == "say") {
      show(orch::text::join(w, " ") + "\n");
    } else if (step.verb == "edit") {
      edit(resolve_file(w[0]), std::strtoul(w[1].c_str(), nullptr, 10), w[2]);
    } else if (step.verb == "append") {
      const std::string path = resolve_file(w[0]);
      write_file(path,
                 orch::file::find_contents(path).value_or("") + w[1] + "\n");
    } else if (step.verb == "commit") {
      run_program({"git", "add", "--all"});
      run_program({"git", "commit", "--quiet", "-m", w[0]});
    } else if (step.verb == "run") {
      run_program(w);
    } else if (step.verb == "eat-enter") {
      eat_enter_ = std::atoi(w[0].c_str());
    } else if (step.verb == "dialog") {
      show(w[0] + "\n> 1. Yes\n  2. No\n");
      in_dialog_ = true;
      call_hook("needs-human");
    } else if (step.verb == "limit") {
      show(w[0] + "\n");
      limit_ = w[0];
    } else if (step.verb == "hang") {
      hang();
    } else if (step.verb == "no-ack") {
      acknowledges_ = false;
    } else if (step.verb == "die-at-prompt") {
      dies_at_prompt_ = true;
    } else if (step.verb == "exit") {
      status_ = std::atoi(w[0].c_str());
      ended_ = true;
    }
  }

  // Until it is interrupted.
  static void hang() {
    char byte = 0;
    while (byte != kInterrupt) {
      const ssize_t n = ::read(STDIN_FILENO, &byte, 1);
      if (n == 0 || (n < 0 && errno != EINTR)) ::pause();
    }
    show("interrupted\n");
  }

  static void edit(const std::string& path, std::size_t line,
                   const std::string& text) {
    auto lines =
        orch::text::split(orch::file::find_contents(path).value_or(""), '\n');
    if (lines.size() <= line) lines.resize(line + 1);
    lines[line == 0 ? 0 : line - 1] = text;
    write_file(path, orch::text::join(lines, "\n"));
  }

  std::deque<Step> steps_;
  Conversation conversation_;
  orch::script::Draft draft_;
  bool waiting_ = false, in_dialog_ = false, ended_ = false;
  std::string limit_;  // what it has said of one that is reached
  bool acknowledges_ = true, dies_at_prompt_ = false;
  std::string wanted_;
  int eat_enter_ = 0;
  int status_ = 0;
};

std::vector<Step> load(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "";
  if (path.empty()) return {};
  return orch::script::parse(orch::file::load_contents(path), path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3) {
    std::fputs("usage: git-orch--script-agent [<script> [<conversation>]]\n",
               stderr);
    return orch::kUsage;
  }
  try {
    Agent agent(load(argc, argv), argc > 2 ? argv[2] : "");
    agent.arm();
    const Terminal terminal;
    return agent.serve();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "orch: %s\n", e.what());
    return orch::kFatal;
  }
}
