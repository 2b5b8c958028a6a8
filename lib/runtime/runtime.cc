// SPDX-License-Identifier: MIT
#include "runtime/runtime.h"

#include "text/text.h"
#include "text/time.h"
#include "yaml/node.h"

namespace orch::runtime {
namespace {

// One pass, so that a value which looks like a placeholder stays as it is.
std::string fill(const std::string& text, const Placeholders& values) {
  const std::pair<std::string_view, const std::string*> known[] = {
      {"{libexec}", &values.libexec},
      {"{script}", &values.script},
      {"{worktree}", &values.worktree},
      {"{run}", &values.run},
      {"{conversation}", &values.conversation}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    bool replaced = false;
    for (const auto& [name, value] : known) {
      if (text.compare(i, name.size(), name) != 0) continue;
      out += *value;
      i += name.size();
      replaced = true;
      break;
    }
    if (!replaced) out += text[i++];
  }
  return out;
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
  r.resume = reader.texts("resume");
  r.environment = reader.pairs("environment");
  r.submit = reader.texts("submit");
  if (r.submit.empty()) r.submit = {"Enter"};
  r.hand_over = reader.pairs("hand_over");
  for (const auto& [event, form] : r.hand_over)
    if ((event != "stop" && event != "tool") ||
        form.find("{text}") == std::string::npos)
      reader.fail(root, "'hand_over' is stop or tool with a {text}");
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
  const bool resumes = !values.conversation.empty() && !runtime.resume.empty();
  for (const std::string& arg : resumes ? runtime.resume : runtime.start)
    argv.push_back(fill(arg, values));
  return argv;
}

}  // namespace orch::runtime
