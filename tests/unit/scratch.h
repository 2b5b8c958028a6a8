// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "error/error.h"

// What unit tests that touch the outside need. Written without `orch_file`, so
// that a defect there cannot hide itself.
namespace orch::test {

// A directory of the test's own, removed with all its content at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern =
        std::filesystem::temp_directory_path().string() + "/orch-unit-XXXXXX";
    if (!::mkdtemp(pattern.data())) std::abort();
    root_ = std::filesystem::canonical(pattern).string();
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& root() const { return root_; }
  std::string path(const std::string& name) const { return root_ + "/" + name; }

  // Writes a file, making the directories above it.
  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(
        std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string root_;
};

// Sets or (absent) unsets an environment variable, and puts it back.
class Variable {
 public:
  Variable(std::string name, const std::optional<std::string>& value)
      : name_(std::move(name)) {
    if (const char* old = ::getenv(name_.c_str())) before_ = old;
    put(value);
  }
  ~Variable() { put(before_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void put(const std::optional<std::string>& value) const {
    if (value)
      ::setenv(name_.c_str(), value->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }

  std::string name_;
  std::optional<std::string> before_;
};

// "code: message" of the Error that `act` throws, or "nothing".
template <typename Act>
std::string thrown_by(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return std::string(error_code_name(error.code())) + ": " + error.what();
  }
  return "nothing";
}

// Every byte but NUL, each once.
inline std::string every_byte() {
  std::string bytes;
  for (int b = 1; b < 256; ++b) bytes += static_cast<char>(b);
  return bytes;
}

}  // namespace orch::test
