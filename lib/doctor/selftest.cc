// SPDX-License-Identifier: MIT
#include "doctor/selftest.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"
#include "process/signal.h"
#include "text/text.h"

namespace orch::doctor {
namespace {

constexpr int kTimeoutMs = 120 * 1000;
constexpr std::size_t kMostSaid = 300;
// A socket's path has 107 bytes at most.
constexpr std::size_t kLongestPlace = 60;

// Thrown by a step: what it saw instead of what it should.
struct Failure {
  std::string detail;
};

std::string last_line(const std::string& text) {
  const auto lines = text::split_list(text, '\n');
  return lines.empty() ? ""
                       : text::cut(text::printable(lines.back()), kMostSaid);
}

class Selftest {
 public:
  explicit Selftest(const std::function<void(const Step&)>& tell)
      : tell_(tell) {
    const char* place = std::getenv("TMPDIR");
    std::string pattern = place && *place == '/' ? place : "/tmp";
    if (pattern.size() > kLongestPlace) pattern = "/tmp";
    pattern += "/git-orch-selftest-XXXXXX";
    if (!::mkdtemp(pattern.data()))
      throw io_error("cannot make '" + pattern + "'", errno);
    root_ = file::resolve(pattern);
  }
  ~Selftest() {
    try {
      clear();
    } catch (const std::exception&) {
      // What is left names itself; the report is worth more.
    }
  }
  Selftest(const Selftest&) = delete;
  Selftest& operator=(const Selftest&) = delete;

  std::vector<Step> run() {
    const std::vector<std::pair<const char*, std::string (Selftest::*)()>>
        steps = {{"repository", &Selftest::make_repository},
                 {"init", &Selftest::init},
                 {"feature", &Selftest::make_feature},
                 {"hooks", &Selftest::commit},
                 {"agent", &Selftest::start_agent},
                 {"message", &Selftest::send},
                 {"conflict", &Selftest::find_conflict},
                 {"stop", &Selftest::stop_agent},
                 {"deinit", &Selftest::deinit},
                 {"clean-up", &Selftest::clean_up}};
    std::vector<Step> out;
    for (const auto& [name, step] : steps) {
      out.push_back(run_step(name, step));
      tell_(out.back());
      if (!out.back().ok) break;
    }
    return out;
  }

 private:
  Step run_step(const char* name, std::string (Selftest::*step)()) {
    Step out{.name = name};
    const std::int64_t begin = clock::steady();
    try {
      out.detail = (this->*step)();
      out.ok = true;
    } catch (const Failure& f) {
      out.detail = f.detail;
    } catch (const Error& e) {
      out.detail = e.what();
    }
    out.ms = clock::steady() - begin;
    return out;
  }

  std::string home() const { return file::join(root_, "home"); }
  std::string repo() const { return root_ + "/repo"; }
  std::string worktree(const std::string& role) const {
    return root_ + "/trees/001-selftest/" + role;
  }

  process::Outcome run_in(const std::string& directory,
                          const std::vector<std::string>& argv) const {
    return process::run(
        {.argv = argv,
         .directory = directory,
         .environment = {{"HOME", home()},
                         {"XDG_CONFIG_HOME", home() + "/config"},
                         {"XDG_STATE_HOME", home() + "/state"},
                         {"XDG_RUNTIME_DIR", root_ + "/run"},
                         {"GIT_CONFIG_NOSYSTEM", "1"},
                         {"GIT_CEILING_DIRECTORIES", root_}},
         .keep = process::Environment::ForAgent,
         .timeout_ms = kTimeoutMs});
  }
  std::string require(const std::string& directory,
                      const std::vector<std::string>& argv) const {
    const process::Outcome out = run_in(directory, argv);
    if (out.ok()) return out.output;
    const std::string said =
        last_line(out.errors.empty() ? out.output : out.errors);
    throw Failure{out.timed_out ? "'" + argv[1] + "' took too long"
                                : "'" + argv[1] + "' ended with " +
                                      std::to_string(out.status) +
                                      (said.empty() ? "" : ": " + said)};
  }
  std::string orch(std::vector<std::string> args) const {
    args.insert(args.begin(), installation::bin_directory() + "/git-orch");
    return require(repo(), args);
  }

  std::string make_repository() {
    for (const char* name : {"home", "run", "repo"})
      file::make_private_directories(file::join(root_, name));
    file::write_atomically(home() + "/.gitconfig",
                           "[user]\n\tname = selftest\n\temail = "
                           "selftest@example.invalid\n[orch]\n\tdaemon = "
                           "off\n\tworktreeRoot = " +
                               root_ + "/trees\n",
                           0600);
    require(repo(), {"git", "init", "-q"});
    file::write_atomically(repo() + "/greeting", "hello\n", 0644);
    require(repo(), {"git", "add", "greeting"});
    require(repo(), {"git", "commit", "-qm", "begin"});
    return root_;
  }
  std::string init() {
    orch({"init", "-q"});
    return "set up";
  }
  std::string make_feature() {
    orch({"init-feature", "001-selftest", "-q", "--roles",
          "overseer,impl-api,impl-ui"});
    return "three worktrees";
  }
  std::string write_as(const std::string& role, const std::string& text) {
    const std::string top = worktree(role);
    file::write_atomically(top + "/greeting", text, 0644);
    require(top, {"git", "commit", "-qam", "selftest-" + role});
    return "selftest-" + role;
  }
  std::string commit() {
    const std::string subject = write_as("impl-api", "good morning\n");
    if (orch({"recent", "--porcelain"}).find(subject) == std::string::npos)
      throw Failure{"a commit made no event: hooks do not run"};
    return "a commit made its event";
  }
  std::string start_agent() {
    orch({"agent", "start", "-q", "001-selftest/impl-api", "--runtime",
          "script"});
    return "a script runs in its pane";
  }
  std::string send() {
    orch({"send", "001-selftest/impl-api", "-q", "-m", "selftest", "--wait",
          "acked"});
    return "acknowledged by its reader";
  }
  std::string find_conflict() {
    write_as("impl-ui", "good evening\n");
    const process::Outcome out =
        run_in(repo(), {installation::bin_directory() + "/git-orch",
                        "check-conflicts", "feature/001-selftest/impl-api",
                        "feature/001-selftest/impl-ui"});
    if (out.status != kNo)
      throw Failure{"two sides of one line do not conflict: " +
                    last_line(out.errors + out.output)};
    return "found before a merge";
  }
  std::string stop_agent() {
    orch({"agent", "stop", "-q", "001-selftest/impl-api"});
    return "ended";
  }
  std::string deinit() {
    // Work that is not merged stays, and it says so.
    const process::Outcome out =
        run_in(repo(), {installation::bin_directory() + "/git-orch", "deinit",
                        "--purge", "-q"});
    if (out.status != kDone && out.status != kNo)
      throw Failure{last_line(out.errors)};
    if (file::exists(repo() + "/.git/hooks/post-commit"))
      throw Failure{"a hook is still there"};
    return "hooks and state are gone";
  }
  std::string clean_up() {
    clear();
    if (file::exists(root_)) throw Failure{"'" + root_ + "' is still there"};
    return "nothing is left";
  }

  // Ends what still runs with our home, which nothing else has.
  void clear() {
    if (!file::exists(root_)) return;
    const std::string mark = "HOME=" + home();
    const std::int64_t until = clock::steady() + kEndMs;
    for (auto left = process::processes_with(mark);
         !left.empty() && clock::steady() < until;
         left = process::processes_with(mark)) {
      const bool is_late = clock::steady() > until - kEndMs / 2;
      for (const auto& p : left)
        process::send_signal(p.identity.pid, is_late ? SIGKILL : SIGTERM);
      ::usleep(20000);
    }
    file::remove_tree(root_);
  }
  static constexpr std::int64_t kEndMs = 10000;

  const std::function<void(const Step&)>& tell_;
  std::string root_;
};

}  // namespace

std::vector<Step> selftest(const std::function<void(const Step&)>& tell) {
  return Selftest(tell).run();
}

}  // namespace orch::doctor
