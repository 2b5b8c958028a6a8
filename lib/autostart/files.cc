// SPDX-License-Identifier: MIT
//
// What the systems read, as text.
#include "autostart/autostart.h"
#include "event/record.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::autostart {
namespace {

// Every `c` becomes `text`.
std::string with(const std::string& in, char c, std::string_view text) {
  std::string out;
  for (const char byte : in)
    if (byte == c)
      out += text;
    else
      out += byte;
  return out;
}

// systemd.syntax(7), systemd.unit(5): % begins a specifier, words are quoted as
// in C; "$" begins a variable in ExecStart.
std::string systemd_word(const std::string& word) {
  std::string out = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%' || c == '$') out += c;
    out += c;
  }
  return out + "\"";
}

std::string systemd_path(const std::string& path) {
  return with(path, '%', "%%");
}

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

// crontab(5): an unescaped % ends the command.
std::string cron_word(const std::string& word) {
  return with("'" + with(word, '\'', "'\\''") + "'", '%', "\\%");
}

std::string mark_of(const std::string& common_dir) {
  return "# " + unit_name(common_dir);
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Systemd:
      return "systemd";
    case Kind::Cron:
      return "cron";
    case Kind::Launchd:
      break;
  }
  return "launchd";
}

std::string unit_name(const std::string& common_dir) {
  // "shop/.git" is of shop, "shop.git" of itself.
  std::string directory = file::name_of(common_dir);
  if (directory == ".git")
    directory = file::name_of(file::parent_of(common_dir));
  std::string name;
  for (const char c : directory) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain && name.size() < 40) name += c;
  }
  return "git-orch-" + (name.empty() ? "repository" : name) + "-" +
         text::hex(event::derived_id({common_dir})).substr(0, 8);
}

std::string systemd_unit(const std::string& bin,
                         const std::string& common_dir) {
  return "[Unit]\n"
         "Description=git orch daemon of " +
         systemd_path(common_dir) +
         "\n"
         "Documentation=man:git-orch-daemon(1)\n"
         "\n"
         "[Service]\n"
         "Type=exec\n"
         "WorkingDirectory=" +
         systemd_path(common_dir) +
         "\n"
         "ExecStart=" +
         systemd_word(bin + "/git-orch-daemon") +
         " run\n"
         "Restart=on-failure\n"
         "RestartSec=5\n"
         // Agents that a pass has started go on without it.
         "KillMode=process\n"
         "\n"
         "[Install]\n"
         "WantedBy=default.target\n";
}

std::string launchd_plist(const std::string& bin,
                          const std::string& common_dir) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
         "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
         "<plist version=\"1.0\">\n"
         "<dict>\n"
         "  <key>Label</key><string>" +
         unit_name(common_dir) +
         "</string>\n"
         "  <key>ProgramArguments</key>\n"
         "  <array><string>" +
         xml(bin + "/git-orch-daemon") +
         "</string><string>run</string></array>\n"
         "  <key>WorkingDirectory</key><string>" +
         xml(common_dir) +
         "</string>\n"
         "  <key>RunAtLoad</key><true/>\n"
         "  <key>AbandonProcessGroup</key><true/>\n"
         "  "
         "<key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n"
         "</dict>\n"
         "</plist>\n";
}

std::string cron_line(const std::string& bin, const std::string& common_dir) {
  return "*/5 * * * * cd " + cron_word(common_dir) + " && " +
         cron_word(bin + "/git-orch-tick") + " --behind --quiet " +
         mark_of(common_dir);
}

std::string without_line(const std::string& crontab,
                         const std::string& common_dir) {
  std::string out;
  for (const std::string& line : text::split(crontab, '\n'))
    if (!line.ends_with(mark_of(common_dir))) out += line + "\n";
  // split() gives what is behind the last line end, too.
  if (!out.empty() && crontab.ends_with('\n')) out.pop_back();
  return crontab.empty() ? "" : out;
}

std::string with_line(const std::string& crontab, const std::string& line,
                      const std::string& common_dir) {
  std::string out = without_line(crontab, common_dir);
  if (!out.empty() && !out.ends_with('\n')) out += "\n";
  return out + line + "\n";
}

}  // namespace orch::autostart
