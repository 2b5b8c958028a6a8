// SPDX-License-Identifier: MIT
#include "trial/trial.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "agent/agent.h"
#include "agent/program.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "message/message.h"
#include "process/process.h"
#include "setup/setup.h"
#include "text/text.h"

namespace orch::trial {
namespace {

constexpr char kQuestion[] =
    "This checks that messages reach you. Answer with the word ok; change "
    "nothing and run nothing.";
constexpr std::int64_t kSubmitMs = 30'000;
constexpr std::int64_t kAnswerMs = 120'000;
constexpr std::int64_t kExitMs = 20'000;
constexpr std::int64_t kSliceMs = 500, kTurnMs = 50;
constexpr std::size_t kLastLines = 4, kLastBytes = 400;

// A repository of its own below a directory that goes with it.
class Scratch {
 public:
  explicit Scratch(const Asked& asked) {
    const char* tmp = std::getenv("TMPDIR");
    root_ = std::string(tmp && *tmp == '/' ? tmp : "/tmp") +
            "/git-orch-check-XXXXXX";
    if (!::mkdtemp(root_.data()))
      throw io_error("cannot make '" + root_ + "'", errno);
    const std::string top = root_ + "/repo";
    git({"git", "init", "--quiet", top});
    const auto found = repository::find(top);
    if (!found) throw Error(ErrorCode::Io, "cannot make a repository");
    repository_ = *found;
    setup::init(repository_, setup::Hooks::Leave, hook::Foreign::Refuse,
                setup::Listing::Unlisted);
    git({"git", "-C", top, "config", "orch.tmuxSocket", root_ + "/tmux"});
    file::write_atomically(
        repository_.orch_dir() + "/runtimes/" + asked.runtime.name + ".yaml",
        asked.file);
  }
  // A tick that a hook of the agent has started may be at work in it.
  ~Scratch() {
    const std::string locks = repository_.orch_dir() + "/lock/";
    const auto take = [&](const char* name) {
      return file::Lock::take(locks + name, file::Lock::Mode::Exclusive, 10'000,
                              "the last tick");
    };
    try {
      const auto waiting = take("tick-next"), running = take("tick");
      file::remove_tree(root_);
    } catch (const Error&) {
      // It stays below the temporary directory, as after a kill.
    }
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const repository::Repository& repository() const { return repository_; }

 private:
  static void git(const std::vector<std::string>& argv) {
    const auto outcome = process::run({.argv = argv});
    if (!outcome.ok())
      throw Error(ErrorCode::Io, "cannot make a repository: " +
                                     std::string(text::trim(outcome.errors)));
  }
  std::string root_;
  repository::Repository repository_;
};

class Trial {
 public:
  Trial(const Asked& asked, const std::string& version,
        const std::function<void(const Step&)>& told)
      : runtime_(asked.runtime),
        submit_(
            runtime::submit_for(runtime_, runtime::find_version(version), {})),
        told_(told),
        scratch_(asked),
        store_(hook::open_store(repository())) {
    agent_ = agent::register_directory(store_, repository().worktree, "tester");
    store::Transaction transaction(store_);
    message_ = message::queue(
        store_, agent_, {.sender = "person", .text = kQuestion}, clock::now());
    transaction.commit();
  }

  void go(Result& out) {
    try {
      take_steps(out);
    } catch (const Error&) {
      end();
      throw;
    }
    end();
  }

 private:
  void take_steps(Result& out) {
    using Act = Step (Trial::*)();
    for (const Act act : {&Trial::start, &Trial::ready, &Trial::submit,
                          &Trial::receipt, &Trial::answer, &Trial::exit}) {
      const std::int64_t begin = clock::steady();
      Step step = (this->*act)();
      step.ms = clock::steady() - begin;
      told_(step);
      out.steps.push_back(step);
      if (step.verdict == Verdict::Failed) break;
    }
  }

  const repository::Repository& repository() const {
    return scratch_.repository();
  }
  store::Agent row() {
    return agent::observed(
        store::find_agent(store_, agent_.id).value_or(agent_));
  }
  bool is_over() {
    const std::string state = row().state;
    return state == "exited" || state == "lost" || state == "stopped";
  }
  std::string level() {
    const auto message = store::find_message(store_, message_);
    return message ? message->level : "";
  }
  bool has_reached(const char* wanted) {
    return store::level_rank(level()) >= store::level_rank(wanted);
  }

  // Until `reached`, with `meanwhile` between; false when the time is over or
  // the agent has ended.
  bool await(
      const std::function<bool()>& reached, std::int64_t limit_ms,
      const std::function<void()>& meanwhile = [] {}) {
    const std::int64_t end = clock::steady() + limit_ms;
    while (clock::steady() < end) {
      meanwhile();
      if (hook::fold_until(
              repository(), store_, [&] { return reached() || is_over(); },
              kSliceMs))
        return reached();
    }
    return reached();
  }

  // The lowest lines of a pane that lives, or the end of what was printed.
  std::string last_words(const store::Agent& agent) {
    std::string text;
    if (!is_over())
      text = message::server_of(repository())
                 .look_at({message::pane_of(agent)})[0]
                 .text;
    if (text.empty()) text = agent::log_tail(repository(), agent, 20);
    std::vector<std::string> lines = text::split_list(text, '\n');
    if (lines.size() > kLastLines)
      lines.erase(lines.begin(),
                  lines.end() - static_cast<std::ptrdiff_t>(kLastLines));
    return text::cut(text::join(lines, " / "), kLastBytes);
  }

  Step failed(const char* name, const std::string& why) {
    Step step{name, Verdict::Failed, 0, why};
    const store::Agent agent = row();
    if (is_over()) {
      step.detail += "; the program ended";
      if (agent.exit_status)
        step.detail += " with status " + std::to_string(*agent.exit_status);
    }
    const std::string shown = agent::shown_state(repository(), agent);
    if (!shown.empty()) step.detail += "; the screen shows " + shown;
    const std::string last = last_words(agent);
    if (!last.empty()) step.detail += "; last: " + last;
    return step;
  }

  Step start() {
    agent::start_all(
        repository(), store_, {agent_},
        {.runtime = runtime_.name, .wait_ready = false, .with_brief = false});
    if (!await([&] { return row().pid != 0; }, runtime_.start_timeout_ms))
      return failed("start", "no process");
    return {"start", Verdict::Ok, 0, "process " + std::to_string(row().pid)};
  }

  Step ready() {
    try {
      agent_ = agent::await_ready(repository(), store_, row());
    } catch (const Error& e) {
      return failed("ready", e.what());
    }
    if (agent_.state == "needs-human")
      return failed("ready", "it waits for a person");
    const std::string& source = agent_.state_source;
    return {"ready", Verdict::Ok, 0,
            source == "screen" ? "by its screen"
            : source == "hook" ? "by a hook"
                               : "and took its message at once"};
  }

  Step submit() {
    const auto server = message::server_of(repository());
    const auto pane = message::pane_of(row());
    if (runtime_.paste == runtime::Paste::None) {
      // The pane is ours and empty: an Enter shows the next prompt.
      server.type({{pane, "", submit_.keys}});
      return {"submit", Verdict::Skipped, 0,
              "nothing is typed into this runtime"};
    }
    if (!await([&] { return has_reached("typed"); }, kSubmitMs,
               [&] { message::deliver_all(repository(), store_); }))
      return failed("submit", "the message is " + level());
    return {"submit", Verdict::Ok, 0, text::join(submit_.keys, " ")};
  }

  Step receipt() {
    if (!await([&] { return has_reached("submitted"); }, kSubmitMs,
               [&] { message::deliver_all(repository(), store_); }))
      return failed("receipt", "the message is " + level());
    return {"receipt", Verdict::Ok, 0, level()};
  }

  Step answer() {
    if (!await([&] { return row().state == "idle"; }, kAnswerMs))
      return failed("answer", "the agent is " + row().state);
    return {"answer", Verdict::Ok, 0, "idle again"};
  }

  Step exit() {
    const auto server = message::server_of(repository());
    const auto pane = message::pane_of(row());
    if (runtime_.exit_text.empty() && runtime_.exit_keys.empty())
      return {"exit", Verdict::Skipped, 0, "by a signal only"};
    if (!runtime_.exit_text.empty())
      message::type_command(repository(), store_, row(), runtime_.exit_text);
    // A hook speaks before the prompt reads: keys may come too early.
    const auto press = [&] {
      if (!runtime_.exit_keys.empty())
        server.type({{pane, "", runtime_.exit_keys}});
    };
    if (!await([&] { return is_over(); }, kExitMs, press))
      return failed("exit", "it is still there");
    return {"exit", Verdict::Ok, 0, row().state};
  }

  void end() {
    const tmux::Pane pane = message::pane_of(row());
    agent::stop(repository(), store_, row());
    // The launcher outlives the agent to write down how it ended, and would
    // make a spool again where everything has been removed.
    const auto is_gone = [&] {
      return !process::is_alive({pane.pid, pane.start});
    };
    for (std::int64_t left = kExitMs; left > 0 && !is_gone(); left -= kTurnMs)
      hook::fold_until(repository(), store_, is_gone, kTurnMs);
    message::server_of(repository()).clear_leftovers();
  }

  runtime::Runtime runtime_;
  runtime::Submit submit_;
  const std::function<void(const Step&)>& told_;
  Scratch scratch_;
  store::Store store_;
  store::Agent agent_;
  std::int64_t message_ = 0;
};

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  return verdict == Verdict::Ok       ? "ok"
         : verdict == Verdict::Failed ? "failed"
                                      : "skipped";
}

bool Result::passed() const {
  return std::none_of(steps.begin(), steps.end(), [](const Step& s) {
    return s.verdict == Verdict::Failed;
  });
}

Result run(const Asked& asked, const std::function<void(const Step&)>& told) {
  Result out;
  out.program = agent::require_program(asked.runtime);
  tmux::require_usable();
  const std::int64_t begin = clock::steady();
  out.version = agent::installed_versions({asked.runtime}).front();
  Step version{"version", Verdict::Ok, clock::steady() - begin, out.version};
  if (asked.runtime.print_version.empty()) {
    version.verdict = Verdict::Skipped;
    version.detail = "the runtime does not say how";
  } else if (out.version.empty()) {
    version.verdict = Verdict::Failed;
    version.detail = "no version in what it prints";
  }
  told(version);
  out.steps.push_back(version);
  if (version.verdict != Verdict::Failed)
    Trial(asked, out.version, told).go(out);
  return out;
}

}  // namespace orch::trial
