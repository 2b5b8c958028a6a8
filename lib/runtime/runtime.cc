// SPDX-License-Identifier: MIT
#include "runtime/runtime.h"

#include "text/text.h"
#include "text/time.h"
#include "yaml/node.h"

namespace orch::runtime {
namespace {

std::string replace_all(std::string text, const std::string& what,
                        const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

Runtime parse_runtime(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  Runtime r;
  const auto name = reader.text("name");
  if (!name || !text::is_spec_id(*name))
    reader.fail(root, "'name' is missing or no name");
  r.name = *name;
  r.about = reader.text("about").value_or("");
  r.start = reader.texts("start");
  if (r.start.empty()) reader.fail(root, "'start' is empty");
  r.environment = reader.pairs("environment");
  r.submit = reader.texts("submit");
  if (r.submit.empty()) r.submit = {"Enter"};
  r.process_names = reader.texts("process_names");
  if (const auto timeout = reader.text("start_timeout")) {
    const auto parsed = text::parse_duration(*timeout);
    if (!parsed) reader.fail(root, "'start_timeout' is no duration");
    r.start_timeout_ms = *parsed;
  }
  reader.reject_unknown_keys();
  return r;
}

std::vector<std::string> start_argv(const Runtime& runtime,
                                    const Placeholders& values) {
  std::vector<std::string> argv;
  for (std::string arg : runtime.start) {
    arg = replace_all(arg, "{libexec}", values.libexec);
    arg = replace_all(arg, "{script}", values.script);
    arg = replace_all(arg, "{worktree}", values.worktree);
    argv.push_back(replace_all(arg, "{run}", values.run));
  }
  return argv;
}

}  // namespace orch::runtime
