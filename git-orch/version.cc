// SPDX-License-Identifier: MIT
#include <gnu/libc-version.h>

#include "build_options.h"
#include "cli/output.h"
#include "error/error.h"
#include "installation/installation.h"
#include "store/store.h"
#include "text/text.h"

namespace orch {
namespace {

// In the order in which they are shown. What the build alone knows is in
// build_options.h (options.cmake).
json::Object build_options() {
  json::Object options;
  const auto add = [&](const char* name, json::Value value) {
    options.emplace_back(name, std::move(value));
  };
  add("commit", built::kCommit);
  add("compiler", built::kCompiler);
  add("build_type", built::kType);
  add("linked", built::kLinked);
  add("sanitizers", built::kSanitizers);
  add("cpu", built::kCpu);
  add("c_library", std::string("glibc ") + ::gnu_get_libc_version());
  for (const auto& [name, version] : built::kLibraries) add(name, version);
  add("schema", store::kSchemaVersion);
  add("bin", installation::bin_directory());
  add("libexec", installation::libexec_directory());
  add("templates", installation::template_directory());
  return options;
}

std::string shown(const json::Value& value) {
  if (const auto number = value.as_integer()) return std::to_string(*number);
  const std::string* string = value.as_string();
  return string ? text::printable(*string) : "";
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const std::string version = built::kVersion;
  cli::Answer answer{.data = {{"version", version}},
                     .human = "git orch version " + version + "\n"};
  if (invocation.has("build-options")) {
    const json::Object options = build_options();
    for (const auto& [name, value] : options) {
      const std::string text = shown(value);
      if (!text.empty()) answer.human += name + ": " + text + "\n";
    }
    answer.data.emplace_back("build_options", options);
  }
  return cli::print(invocation, answer);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "version",
    .group = cli::Group::Seeing,
    .summary = "show the version, and how it was built",
    .synopsis = {"[--build-options]"},
    .options = {{"build-options", 0, Arity::Flag, "",
                 "also the commit, compiler, libraries and directories"}},
    .run = run};

}  // namespace orch
