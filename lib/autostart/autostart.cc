// SPDX-License-Identifier: MIT
#include "autostart/autostart.h"

#include <unistd.h>

#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::autostart {
namespace {

constexpr int kSystemMs = 30'000;

std::string home() {
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return home;
  throw Error(ErrorCode::InvalidDirectory, "HOME is not set",
              "HOME=<your home directory> git orch daemon install");
}

std::string systemd_file(const Repository& repository) {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  return (config && *config == '/' ? std::string(config)
                                   : home() + "/.config") +
         "/systemd/user/" + unit_name(repository.common_dir) + ".service";
}

std::string launchd_file(const Repository& repository) {
  return home() + "/Library/LaunchAgents/" + unit_name(repository.common_dir) +
         ".plist";
}

process::Outcome ask(std::vector<std::string> argv,
                     const std::string& input = {}) {
  return process::run({.argv = std::move(argv),
                       .directory = "/",
                       .input = input,
                       .timeout_ms = kSystemMs});
}

// Not by getpwuid(3): in a static program it ends with a signal where the name
// stands elsewhere than in /etc/passwd.
std::string user_name() {
  const auto asked = ask({"id", "-un"});
  return asked.ok() ? std::string(text::trim(asked.output))
                    : std::to_string(::getuid());
}

bool answers_systemd() {
  return process::find_on_path("systemctl") &&
         ask({"systemctl", "--user", "show-environment"}).ok();
}

Entry install_systemd(const Repository& repository) {
  Entry out{.kind = Kind::Systemd, .path = systemd_file(repository)};
  const std::string unit = unit_name(repository.common_dir) + ".service";
  file::make_directories(file::parent_of(out.path));
  file::write_atomically(
      out.path,
      systemd_unit(installation::bin_directory(), repository.common_dir), 0644);
  out.active = answers_systemd() &&
               ask({"systemctl", "--user", "daemon-reload"}).ok() &&
               ask({"systemctl", "--user", "enable", "--now", unit}).ok();
  if (!out.active)
    out.notes.push_back(
        "no user manager of systemd answers here; where there is one: "
        "systemctl --user enable --now " +
        unit);
  if (!lingers())
    out.notes.push_back(
        "it ends when you log out, and starts when you log in, unless: "
        "loginctl enable-linger " +
        user_name());
  return out;
}

std::string crontab() {
  // "no crontab for ann" is no error.
  const auto out = ask({"crontab", "-l"});
  return out.ok() ? out.output : "";
}

void require_cron() {
  if (!process::find_on_path("crontab"))
    throw Error(ErrorCode::MissingTool, "crontab is not installed",
                "git orch daemon install --systemd");
}

void write_crontab(const std::string& text) {
  const auto out = ask({"crontab", "-"}, text);
  if (!out.ok())
    throw Error(ErrorCode::Io,
                "crontab refused: " + std::string(text::trim(out.errors)));
}

Entry install_cron(const Repository& repository) {
  require_cron();
  Entry out{.kind = Kind::Cron, .active = true};
  out.path = cron_line(installation::bin_directory(), repository.common_dir);
  const std::string before = crontab();
  const std::string after = with_line(before, out.path, repository.common_dir);
  if (after != before) write_crontab(after);
  return out;
}

std::string launchd_domain() { return "gui/" + std::to_string(::getuid()); }

Entry install_launchd(const Repository& repository) {
  if (!process::find_on_path("launchctl"))
    throw Error(ErrorCode::MissingTool, "launchctl is not here: no macOS",
                "git orch daemon install --systemd");
  Entry out{.kind = Kind::Launchd, .path = launchd_file(repository)};
  file::make_directories(file::parent_of(out.path));
  file::write_atomically(
      out.path,
      launchd_plist(installation::bin_directory(), repository.common_dir),
      0644);
  // One that is there already is taken out first; it may be an older text.
  ask({"launchctl", "bootout",
       launchd_domain() + "/" + unit_name(repository.common_dir)});
  out.active = ask({"launchctl", "bootstrap", launchd_domain(), out.path}).ok();
  if (!out.active)
    out.notes.push_back("launchd did not take it; try: launchctl bootstrap " +
                        launchd_domain() + " " + out.path);
  return out;
}

}  // namespace

bool lingers() {
  return file::exists("/var/lib/systemd/linger/" + user_name());
}

Kind choose(const Repository&) {
  if (answers_systemd()) return Kind::Systemd;
  if (process::find_on_path("launchctl")) return Kind::Launchd;
  if (process::find_on_path("crontab")) return Kind::Cron;
  throw Error(ErrorCode::MissingTool,
              "neither systemd, nor launchd, nor cron can be reached",
              "git orch daemon install --systemd");
}

Entry install(const Repository& repository, Kind kind) {
  // Lines are what these files are made of.
  for (const std::string& path :
       {repository.common_dir, installation::bin_directory()})
    if (text::printable(path) != path)
      throw Error(ErrorCode::InvalidDirectory,
                  "the path '" + text::printable(path) +
                      "' cannot be written into a file of the system",
                  "git orch daemon start");
  switch (kind) {
    case Kind::Systemd:
      return install_systemd(repository);
    case Kind::Cron:
      return install_cron(repository);
    case Kind::Launchd:
      break;
  }
  return install_launchd(repository);
}

std::vector<Entry> list(const Repository& repository) {
  std::vector<Entry> out;
  if (!std::getenv("HOME")) return out;
  const std::string name = unit_name(repository.common_dir);
  if (const std::string path = systemd_file(repository); file::exists(path))
    out.push_back({.kind = Kind::Systemd,
                   .path = path,
                   .active = process::find_on_path("systemctl") &&
                             ask({"systemctl", "--user", "is-enabled",
                                  "--quiet", name + ".service"})
                                 .ok()});
  if (process::find_on_path("crontab"))
    for (const std::string& line : text::split(crontab(), '\n'))
      if (line.ends_with("# " + name))
        out.push_back({.kind = Kind::Cron, .path = line, .active = true});
  if (const std::string path = launchd_file(repository); file::exists(path))
    out.push_back(
        {.kind = Kind::Launchd,
         .path = path,
         .active =
             process::find_on_path("launchctl") &&
             ask({"launchctl", "print", launchd_domain() + "/" + name}).ok()});
  return out;
}

std::vector<Entry> uninstall(const Repository& repository) {
  const auto found = list(repository);
  const std::string name = unit_name(repository.common_dir);
  for (const Entry& entry : found) {
    if (entry.kind == Kind::Cron) {
      write_crontab(without_line(crontab(), repository.common_dir));
      continue;
    }
    if (entry.kind == Kind::Systemd && process::find_on_path("systemctl"))
      ask({"systemctl", "--user", "disable", "--now", name + ".service"});
    if (entry.kind == Kind::Launchd && process::find_on_path("launchctl"))
      ask({"launchctl", "bootout", launchd_domain() + "/" + name});
    file::remove(entry.path);
    if (entry.kind == Kind::Systemd && process::find_on_path("systemctl"))
      ask({"systemctl", "--user", "daemon-reload"});
  }
  return found;
}

}  // namespace orch::autostart
