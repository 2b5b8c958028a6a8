// SPDX-License-Identifier: MIT
#include "testrun/reports.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::testrun {
namespace {

using testreport::Report;

// All of it, but not more than a report may have.
std::string read_bounded(int fd, const std::string& name) {
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw io_error("cannot read '" + name + "'", errno);
    if (n == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(n));
    if (out.size() > testreport::kMaxBytes) return out;  // refused by parse
  }
}

std::string shown(const std::string& path) {
  return path == "-" ? "<stdin>" : text::printable(path);
}

Report load_file(const std::string& path) {
  if (path == "-")
    return testreport::parse(read_bounded(STDIN_FILENO, path), shown(path));
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw io_error("cannot read '" + text::printable(path) + "'", errno);
  return testreport::parse(read_bounded(fd.get(), path), shown(path));
}

// The reports in a directory, sorted; the path itself for anything else.
std::vector<std::string> files_of(const std::string& path) {
  if (path == "-" || !file::is_directory(path)) return {path};
  std::vector<std::string> out;
  for (const std::string& name : file::names_in(path))
    if (name.ends_with(".xml") || name.ends_with(".tap"))
      if (file::regular_size(file::join(path, name)))
        out.push_back(file::join(path, name));
  std::sort(out.begin(), out.end());
  return out;
}

void add(std::optional<Report>& all, Report report, const std::string& path) {
  if (!all) {
    all = Report();
    all->form = report.form;
  }
  testreport::merge(*all, std::move(report), shown(path));
}

// Empty when there is no regular file.
std::string identity_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return "";
  return std::to_string(s.st_ino) + " " + std::to_string(s.st_size) + " " +
         std::to_string(s.st_mtim.tv_sec) + "." +
         std::to_string(s.st_mtim.tv_nsec) + " " +
         std::to_string(s.st_ctim.tv_sec) + "." +
         std::to_string(s.st_ctim.tv_nsec);
}

}  // namespace

Report load_report(const std::string& path) {
  const auto files = files_of(path);
  if (files.empty())
    throw Error(ErrorCode::Usage, "there is no report in directory '" +
                                      text::printable(path) + "'");
  if (files.size() == 1) return load_file(files[0]);
  std::optional<Report> all;
  for (const std::string& f : files) add(all, load_file(f), f);
  return *std::move(all);
}

Report load_reports(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return load_report(paths[0]);
  std::optional<Report> all;
  for (const std::string& path : paths) add(all, load_report(path), path);
  return *std::move(all);
}

ExpectedReports::ExpectedReports(const std::string& top,
                                 const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    paths_.push_back(path.starts_with('/') ? path : file::join(top, path));
    for (const std::string& f : files_of(paths_.back()))
      before_[f] = identity_of(f);
  }
}

std::optional<Report> ExpectedReports::read() const {
  std::optional<Report> all;
  for (const std::string& path : paths_) {
    bool any = false;
    for (const std::string& f : files_of(path)) {
      const std::string now = identity_of(f);
      const auto before = before_.find(f);
      if (now.empty() || (before != before_.end() && before->second == now))
        continue;
      any = true;
      try {
        add(all, load_file(f), f);
      } catch (const Error& e) {
        if (!all) all = Report();
        all->faults.emplace_back(e.what());
      }
    }
    if (any) continue;
    if (!all) all = Report();
    all->faults.push_back("it has not written its report '" + shown(path) +
                          "'");
  }
  return all;
}

}  // namespace orch::testrun
