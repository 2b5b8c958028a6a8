// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// Having the user's own system start a repository's daemon: at log-in, at boot,
// or again when it is gone.
namespace orch::autostart {

using repository::Repository;

enum class Kind { Systemd, Cron, Launchd };
std::string_view kind_name(Kind kind);  // "systemd"

struct Entry {
  Kind kind = Kind::Systemd;
  std::string path;                // of its file; of cron, the line
  bool active = false;             // the system knows of it
  std::vector<std::string> notes;  // what is left to do or to know
};

// What this system has: a user manager of systemd, else launchd, else cron.
// Throws Error{MissingTool} when it has none.
Kind choose(const Repository& repository);

// Writes and switches it on; doing it again changes nothing. Where its system
// cannot be reached now, the file is there and the note says the command.
// Throws Error{MissingTool, Io}; then nothing was changed.
Entry install(const Repository& repository, Kind kind);

// Everything of this repository that was installed; read only.
std::vector<Entry> list(const Repository& repository);

// Takes all of it away; returns what there was.
std::vector<Entry> uninstall(const Repository& repository);

// Whether systemd lets this user's processes live on when he has logged out.
bool lingers();

// --- What is written: pure -------------------------------------------------

// "git-orch-<directory>-<8 hexadecimal digits of the path>".
std::string unit_name(const std::string& common_dir);
std::string systemd_unit(const std::string& bin, const std::string& common_dir);
std::string launchd_plist(const std::string& bin,
                          const std::string& common_dir);
// The line, with its mark at the end.
std::string cron_line(const std::string& bin, const std::string& common_dir);
// A crontab with that line once; and without it.
std::string with_line(const std::string& crontab, const std::string& line,
                      const std::string& common_dir);
std::string without_line(const std::string& crontab,
                         const std::string& common_dir);

}  // namespace orch::autostart
