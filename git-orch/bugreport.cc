// SPDX-License-Identifier: MIT
#include "bugreport/bugreport.h"

#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch {
namespace {

constexpr char kSuffix[] = "%Y-%m-%d-%H%M";

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const std::string name = bugreport::file_name(
      invocation.find("suffix").value_or(kSuffix), clock::now());
  std::string directory = file::current_directory();
  if (const auto chosen = invocation.find("output-directory"))
    directory =
        chosen->starts_with('/') ? *chosen : file::join(directory, *chosen);
  const std::string path = file::join(directory, name);
  const Error exists(ErrorCode::Exists, "'" + path + "' is there already",
                     "git orch bugreport --suffix %Y-%m-%d-%H%M%S");
  if (file::exists(path)) throw exists;
  file::make_directories(directory);
  auto repository = repository::find(file::current_directory());
  if (repository && !repository::is_initialised(*repository))
    repository.reset();
  cli::progress(invocation, "collecting");
  const std::string report = bugreport::collect(
      repository,
      {.texts = invocation.has("no-messages") ? bugreport::Texts::Leave
                                              : bugreport::Texts::Show,
       .addresses = invocation.has("emails") ? text::Addresses::Keep
                                             : text::Addresses::Hide});
  if (!file::create_file(path, report, 0600)) throw exists;
  return cli::print(invocation, {.data = {{"file", path}},
                                 .human = text::printable(path) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "bugreport",
    .group = cli::Group::Seeing,
    .summary = "write a file with what a report of a mistake needs",
    .synopsis = {"[-o <dir>] [--suffix <format>] [--no-messages] [--emails]"},
    .options = {{"output-directory", 'o', Arity::One, "dir",
                 "where to write it; default: the current directory"},
                {"suffix", 's', Arity::One, "format",
                 "the end of its name, by strftime(3); default: the time"},
                {"no-messages", 0, Arity::Flag, "",
                 "leave out the texts of events, and the logs"},
                {"emails", 0, Arity::Flag, "", "keep addresses of mail"}},
    .run = run};

}  // namespace orch
