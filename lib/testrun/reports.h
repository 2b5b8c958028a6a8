// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testreport/report.h"

// Reports in files. Private to `testrun`.
namespace orch::testrun {

// The one in a file, those in a directory (*.xml, *.tap) together, or what
// comes on standard input for "-". Throws Error{Usage, Io}.
testreport::Report load_report(const std::string& path);
// All of them as one.
testreport::Report load_reports(const std::vector<std::string>& paths);

// Reports that a command is about to write. One that is as it was before the
// command ran says nothing about it.
class ExpectedReports {
 public:
  // From `top`, where they are not absolute.
  ExpectedReports(const std::string& top,
                  const std::vector<std::string>& paths);

  // What was written since; absent when none was expected. Whatever cannot be
  // read, or was not written, is a fault in it.
  std::optional<testreport::Report> read() const;

 private:
  std::vector<std::string> paths_;
  std::map<std::string, std::string> before_;  // path: what tells it apart
};

}  // namespace orch::testrun
