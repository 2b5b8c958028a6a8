// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

namespace orch::dashboard {

// A file that leads a browser to an address which is a secret: the command line
// of the program that opens it is none. In a new directory that this user alone
// can enter; both go with this object. Throws Error{Io}.
class Opening {
 public:
  Opening(const repository::Repository& repository, const std::string& url);
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string directory_, path_;
};

}  // namespace orch::dashboard
