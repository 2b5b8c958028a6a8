// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "file/file.h"
#include "process/group.h"
#include "testreport/tap.h"

// What a test command prints. Private to `testrun`.
namespace orch::testrun {

// Reads it as TAP, should it be that, and writes its beginning and its end into
// a file, however much it is.
class Output {
 public:
  // Makes a file in `directory`; it is removed again unless `keep` is called.
  Output(const std::string& directory, const std::string& name);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void take(process::Stream stream, std::string_view bytes);
  // Writes the end, and lets the file stay; its path.
  std::string keep();
  // Absent when the command did not speak TAP.
  std::optional<testreport::Report> report();

  static constexpr std::size_t kHeadBytes = std::size_t{1} << 20;
  static constexpr std::size_t kTailBytes = std::size_t{1} << 20;

 private:
  void write(std::string_view bytes);

  std::string path_;
  file::Descriptor fd_;
  std::size_t written_ = 0;
  std::string tail_;
  std::uint64_t behind_head_ = 0;
  bool kept_ = false;
  testreport::TapReader tap_;
};

}  // namespace orch::testrun
