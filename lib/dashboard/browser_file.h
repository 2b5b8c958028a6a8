// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

namespace orch::dashboard {

// A file that leads a browser to an address which is a secret: the command line
// of the program that opens it is none. In a new directory that this user alone
// can enter; both go with this object. Throws Error{Io}.
class BrowserFile {
 public:
  BrowserFile(const repository::Repository& repository, const std::string& url);
  ~BrowserFile();
  BrowserFile(const BrowserFile&) = delete;
  BrowserFile& operator=(const BrowserFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string directory_, path_;
};

}  // namespace orch::dashboard
