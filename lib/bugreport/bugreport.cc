// SPDX-License-Identifier: MIT
#include "bugreport/bugreport.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

#include "clock/clock.h"
#include "config/config.h"
#include "daemon/daemon.h"
#include "doctor/doctor.h"
#include "error/error.h"
#include "file/file.h"
#include "file/range.h"
#include "git/git.h"
#include "hook/install.h"
#include "installation/installation.h"
#include "process/process.h"
#include "spool/spool.h"
#include "store/events.h"
#include "store/features.h"
#include "store/health.h"
#include "store/notices.h"
#include "store/stats.h"
#include "text/case.h"
#include "text/text.h"
#include "text/time.h"
#include "tmux/tmux.h"
#include "zone/zone.h"

namespace orch::bugreport {
namespace {

constexpr std::size_t kEvents = 50;
constexpr std::int64_t kLogBytes = 4096;
constexpr std::size_t kMostOfALine = 500;

// Sections whose values help; of all others nothing is looked at.
constexpr std::array<std::string_view, 20> kSections = {
    "orch.",   "core.",    "extensions.", "hook.",  "merge.",
    "rebase.", "pull.",    "push.",       "fetch.", "commit.",
    "gc.",     "init.",    "feature.",    "index.", "worktree.",
    "branch.", "receive.", "remote.",     "safe.",  "submodule."};

class Report {
 public:
  Report(const std::optional<Repository>& repository, const Wanted& wanted)
      : repository_(repository), wanted_(wanted) {
    const char* home = std::getenv("HOME");
    if (home && std::string_view(home).size() > 1) home_ = home;
  }

  std::string run() {
    out_ =
        "A report of git orch. Nothing was sent. Look through it before you\n"
        "send it: what is secret was taken out as far as it can be "
        "recognised.\n\n"
        "What did you do?\n\n\nWhat did you expect?\n\n\nWhat happened "
        "instead?\n\n";
    part("versions", [&] { versions(); });
    part("doctor", [&] { checks(); });
    if (!repository_) return std::move(out_);
    part("configuration", [&] { settings(); });
    part("hooks", [&] { hooks(); });
    part("daemon", [&] { daemon_state(); });
    part("store", [&] { store_state(); });
    part("agents", [&] { agents(); });
    part("last events", [&] { events(); });
    part("logs", [&] { logs(); });
    return std::move(out_);
  }

 private:
  void part(const char* title, const std::function<void()>& collect) {
    out_ += "\n[" + std::string(title) + "]\n";
    try {
      collect();
    } catch (const std::exception& e) {
      line("cannot be collected: " + std::string(e.what()));
    }
  }

  // One line, whatever is in it.
  void line(const std::string& text) { put(redacted(text)); }
  // With a name of ours in front, which makes nothing behind it a secret.
  void line(const std::string& name, const std::string& text) {
    put(redacted(name) + redacted(text));
  }

  std::string redacted(const std::string& text) const {
    return text::redact(text::to_utf8(text), wanted_.addresses);
  }

  void put(std::string text) {
    if (!home_.empty())
      for (std::size_t at = text.find(home_); at != std::string::npos;
           at = text.find(home_, at + 1))
        text.replace(at, home_.size(), "~");
    out_ += text::cut(text::printable(text), kMostOfALine) + "\n";
  }

  void printed_by(const std::vector<std::string>& argv) {
    const auto outcome = process::run({.argv = argv, .timeout_ms = 10000});
    if (outcome.status == 127) {
      line(argv[0] + ": not installed");
      return;
    }
    for (const std::string& l : text::split_list(outcome.output, '\n')) line(l);
  }

  void versions() {
    printed_by({installation::bin_directory() + "/git-orch", "--version"});
    printed_by({"git", "version", "--build-options"});
    const auto tmux = tmux::installed_version();
    line(tmux ? "tmux " + std::to_string(tmux->major) + "." +
                    std::to_string(tmux->minor)
              : "no tmux");
    line("schema of the store: " + std::to_string(store::kSchemaVersion));
    utsname name{};
    if (::uname(&name) == 0)
      line(std::string(name.sysname) + " " + name.release + " " + name.machine);
    for (const std::string& l :
         text::split(file::find_contents("/etc/os-release").value_or(""), '\n'))
      if (l.starts_with("PRETTY_NAME=")) line(l);
    for (const char* program :
         {"claude", "codex", "gemini", "opencode", "gh", "glab", "tea", "curl"})
      if (const auto path = process::find_on_path(program)) line(*path);
    line("at " + text::iso_time(clock::now()));
  }

  void checks() {
    for (const doctor::Check& c : doctor::examine(repository_))
      line(c.status + " " + c.name, ": " + c.detail);
  }

  void settings() {
    const auto config = config::Config::load(*repository_);
    std::size_t others = 0;
    for (const std::string& key : config.keys_below("")) {
      const bool is_shown =
          std::any_of(kSections.begin(), kSections.end(),
                      [&](auto section) { return key.starts_with(section); });
      if (is_shown)
        line(key + "=" + shown_value(key, config.text(key, "")));
      else
        ++others;
    }
    line("and " + std::to_string(others) + " of other sections, not shown");
  }

  // A command line or running text: nobody knows where a secret is in it.
  static bool is_program(const std::string& key, const std::string& last) {
    for (const char* name :
         {"core.gitproxy", "core.askpass", "core.editor", "core.pager",
          "core.fsmonitor", "gc.recentobjectshook"})
      if (key == name) return true;
    for (const char* end : {"command", "cmd", "driver", "description",
                            "uploadpack", "receivepack", "helper"})
      if (last.ends_with(end)) return true;
    return key.starts_with("alias.");
  }

  static std::string shown_value(const std::string& key,
                                 const std::string& value) {
    if (text::names_secret(key)) return "***";
    const std::string last = key.substr(key.rfind('.') + 1);
    // Who is told of what, and by which program with which arguments.
    constexpr std::string_view kNotify = "orch.notify.";
    if (key.starts_with(kNotify)) {
      const bool is_short = key.find('.', kNotify.size()) == std::string::npos;
      if (is_short || last == "command" || last == "url" || last == "to" ||
          last == "from")
        return "***";
    }
    if (is_program(key, last) || value.starts_with('!') ||
        value.find("::") != std::string::npos)
      return "***";
    return value;
  }

  void hooks() {
    for (const hook::Status& s : hook::status(*repository_))
      line(s.event + ": " + s.method + (s.runs ? "" : ", does not run") +
           (s.detail.empty() ? "" : ", " + s.detail));
  }

  void daemon_state() {
    const auto holder = daemon::find_holder(repository_->orch_dir());
    line(holder ? "process " + std::to_string(holder->pid) : "none runs");
  }

  void store_state() {
    const std::string orch = repository_->orch_dir();
    const auto found = store::examine(orch);
    constexpr std::array<std::string_view, 5> kHealth = {
        "none", "sound", "newer", "damaged", "interrupted"};
    line(std::string(kHealth.at(static_cast<std::size_t>(found.health))) +
         ", schema " + std::to_string(found.version));
    for (const std::string& l : found.lines) line(l);
    line(std::to_string(
             file::regular_size(store::Store::path_in(orch)).value_or(0)) +
         " bytes, " + std::to_string(spool::pending_bytes(orch)) +
         " in the spool");
    auto store = readable_store();
    if (!store) return;
    for (const store::Tally& t : store::tally_all(*store))
      if (t.what != "commits")
        line(t.what + " " + t.name + ": " + std::to_string(t.count));
    const auto outbox = store::count_outbox(*store);
    line("outbox: " + std::to_string(outbox.waiting) + " waiting, " +
         std::to_string(outbox.failed) + " failed");
  }

  void agents() {
    auto store = readable_store();
    if (!store) return;
    for (const store::Agent& a : store::list_agents(*store))
      line(a.address, ": " + a.kind + ", runtime " +
                          (a.runtime.empty() ? "-" : a.runtime) +
                          ", is to be " + a.desired + ", " + a.state + " by " +
                          a.state_source + " since " +
                          text::iso_time(a.state_since));
  }

  void events() {
    auto store = readable_store();
    if (!store) return;
    for (const store::Event& e :
         store::list_events(*store, {.spec_id = {}, .limit = kEvents}))
      line(text::iso_time(e.at) + " " + e.type,
           " " + e.spec_id.value_or("-") + "/" + e.role.value_or("-") +
               (wanted_.texts == Texts::Show ? " " + e.message : ""));
  }

  // Of our own programs alone: what panes showed is what agents work on.
  void logs() {
    if (wanted_.texts == Texts::Leave) {
      line("left out");
      return;
    }
    const std::string directory = repository_->orch_dir() + "/log";
    for (const std::string& name : file::names_in(directory)) {
      if (!name.ends_with(".log") || name.starts_with("agent-")) continue;
      const std::string path = file::join(directory, name);
      // A link may lead to what is no log, and a pipe never ends.
      auto log = file::find_own_range(path, 0, kLogBytes);
      std::string text = log ? log->bytes : "";
      if (log && log->size > kLogBytes) {
        log = file::find_own_range(path, log->size - kLogBytes, kLogBytes);
        text = log ? log->bytes : "";
        // No half of a line: what makes it a secret may be in the other.
        text.erase(0, std::min(text.find('\n'), text.size()));
      }
      if (!log) {
        line(name + ": no file of ours, not read");
        continue;
      }
      line("the end of " + name + ":");
      // As a whole, since a key may have several lines.
      for (const std::string& l : text::split_list(redacted(text), '\n'))
        line("  " + l);
    }
  }

  std::optional<store::Store> readable_store() const {
    const auto found = store::examine(repository_->orch_dir());
    if (found.health != store::Health::Sound ||
        found.version != store::kSchemaVersion)
      return std::nullopt;
    return store::Store::find(repository_->orch_dir());
  }

  const std::optional<Repository>& repository_;
  const Wanted& wanted_;
  std::string home_, out_;
};

}  // namespace

std::string collect(const std::optional<Repository>& repository,
                    const Wanted& wanted) {
  return Report(repository, wanted).run();
}

std::string file_name(const std::string& format, std::int64_t now) {
  const calendar::Local local = zone::system().local().to_local(now);
  std::tm tm{};
  tm.tm_year = local.year - 1900;
  tm.tm_mon = local.month - 1;
  tm.tm_mday = local.day;
  tm.tm_hour = local.hour;
  tm.tm_min = local.minute;
  tm.tm_sec = local.second;
  tm.tm_wday = local.weekday;
  std::array<char, 200> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), format.c_str(), &tm);
  const std::string suffix(text.data(), size);
  if (suffix.empty() || suffix.find('/') != std::string::npos)
    throw Error(ErrorCode::Usage, "'" + format + "' makes no name of a file",
                "for example --suffix %Y-%m-%d-%H%M");
  return "git-orch-bugreport-" + suffix + ".txt";
}

}  // namespace orch::bugreport
