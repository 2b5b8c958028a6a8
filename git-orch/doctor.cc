// SPDX-License-Identifier: MIT
#include "doctor/doctor.h"

#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "repository/repository.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto checks =
      doctor::examine(repository::find(file::current_directory()));
  json::Array rows;
  cli::Table table({"CHECK", "STATUS", "DETAIL", "FIX"});
  bool failed = false;
  for (const doctor::Check& c : checks) {
    failed = failed || c.status == "fail";
    rows.emplace_back(json::Object{{"name", c.name},
                                   {"status", c.status},
                                   {"detail", c.detail},
                                   {"fix", c.fix}});
    table.add({c.name, c.status, c.detail, c.fix},
              {cli::Tone::Plain, cli::tone_of(c.status)});
  }
  return cli::print(invocation, {.data = {{"checks", rows}},
                                 .rows = "checks",
                                 .fields = {"name", "status", "detail", "fix"},
                                 .human = table.text(),
                                 .exit_code = failed ? kNo : kDone});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "doctor",
    .group = cli::Group::SetUp,
    .summary = "check tools, hooks, store and agents",
    .synopsis = {""},
    .options = {},
    .listing = true,
    .run = run};

}  // namespace orch
