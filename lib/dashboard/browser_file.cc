// SPDX-License-Identifier: MIT
#include "dashboard/browser_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"

namespace orch::dashboard {
namespace {

// Behind su(1) and sudo(8) the variable may name another user's.
bool is_ours_alone(const std::string& directory) {
  struct stat s {};
  return ::lstat(directory.c_str(), &s) == 0 && S_ISDIR(s.st_mode) &&
         s.st_uid == ::geteuid() && (s.st_mode & 0077) == 0;
}

std::string place_of(const repository::Repository& repository) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime && *runtime == '/' && is_ours_alone(runtime)) return runtime;
  // Its state directory says that it is set up.
  if (!repository::is_initialised(repository)) return "/tmp";
  const std::string own = repository.orch_dir() + "/run";
  file::make_private_directories(own);
  return own;
}

std::string page_to(const std::string& url) {
  return "<!doctype html>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"referrer\" content=\"no-referrer\">\n"
         "<meta http-equiv=\"refresh\" content=\"0; url=" +
         url + "\">\n<title>git orch</title>\n<a href=\"" + url +
         "\">git orch</a>\n";
}

}  // namespace

BrowserFile::BrowserFile(const repository::Repository& repository,
                         const std::string& url)
    : directory_(place_of(repository) + "/git-orch-page-XXXXXX") {
  if (!::mkdtemp(directory_.data()))
    throw io_error("cannot make '" + directory_ + "'", errno);
  path_ = directory_ + "/open.html";
  try {
    file::create_file(path_, page_to(url), 0600);
  } catch (const Error&) {
    file::remove_tree(directory_);
    throw;
  }
}

BrowserFile::~BrowserFile() {
  ::unlink(path_.c_str());
  ::rmdir(directory_.c_str());
}

}  // namespace orch::dashboard
