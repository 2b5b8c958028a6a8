// SPDX-License-Identifier: MIT
#include "runtime/runtime.h"

#include <algorithm>

#include "runtime/parts.h"
#include "text/text.h"
#include "text/time.h"
#include "yaml/node.h"

namespace orch::runtime {
namespace {

class File {
 public:
  File(const yaml::Node& root, std::string file)
      : root_(root), file_(std::move(file)), reader_(root, file_) {}

  Runtime read() {
    require_format();
    const auto name = reader_.text("name");
    if (!name || !text::is_spec_id(*name))
      reader_.fail(root_, "'name' is missing or no name");
    r_.name = *name;
    r_.about = reader_.text("about").value_or("");
    r_.stand_in = reader_.flag("stand_in").value_or(false);
    read_arguments();
    if (const yaml::Node* files = reader_.list("files"))
      r_.files = parse_files(*files, file_);
    read_sandbox();
    read_keys();
    read_hand_over();
    r_.process_names = reader_.texts("process_names");
    if (const auto timeout = reader_.text("start_timeout")) {
      const auto parsed = text::parse_duration(*timeout);
      if (!parsed) reader_.fail(root_, "'start_timeout' is no duration");
      r_.start_timeout_ms = *parsed;
    }
    if (const yaml::Node* signs = reader_.list("signs"))
      r_.signs = parse_signs(*signs, file_);
    if (const yaml::Node* limits = reader_.list("limits"))
      r_.limits = parse_limits(*limits, file_);
    reader_.reject_unknown_keys();
    return std::move(r_);
  }

 private:
  void require_format() {
    const int format = reader_.number("version").value_or(kFormat);
    if (format == kFormat) return;
    reader_.fail(*root_.find("version"),
                 "version " + std::to_string(format) +
                     " of the format is not known, only " +
                     std::to_string(kFormat));
  }

  // A list of texts or one, each with placeholders.
  std::vector<std::string> arguments(std::string_view key) {
    std::vector<std::string> out = reader_.texts(key);
    const yaml::Node* node = root_.find(key);
    for (std::size_t i = 0; i < out.size(); ++i)
      if (const auto fault = find_fault(out[i]))
        reader_.fail(node->items.empty() ? *node : node->items[i], *fault);
    return out;
  }
  static bool goes_on(const std::vector<std::string>& argv) {
    return std::any_of(argv.begin(), argv.end(), [](const std::string& arg) {
      return has_placeholder(arg, "conversation");
    });
  }
  void read_arguments() {
    r_.start = arguments("start");
    if (r_.start.empty()) reader_.fail(root_, "'start' is empty");
    if (goes_on(r_.start))
      reader_.fail(*root_.find("start"),
                   "'{conversation}' is for 'resume' only");
    r_.resume = arguments("resume");
    if (!r_.resume.empty() && !goes_on(r_.resume))
      reader_.fail(*root_.find("resume"), "'resume' without '{conversation}'");
    r_.print_version = arguments("print_version");
    r_.environment = reader_.pairs("environment");
    for (const auto& [name, value] : r_.environment) {
      const yaml::Node& at = *root_.find("environment")->find(name);
      if (name.empty() || name.find('=') != std::string::npos)
        reader_.fail(at, "'" + name + "' is no name of a variable");
      if (const auto fault = find_fault(value)) reader_.fail(at, *fault);
    }
  }

  void read_sandbox() {
    const yaml::Node* sandbox = reader_.map("sandbox");
    if (!sandbox) return;
    yaml::Reader reader = reader_.inner(*sandbox, "sandbox");
    r_.sandbox_write = reader.texts("write");
    if (const yaml::Node* write = sandbox->find("write"))
      require_paths(*write, file_, r_.sandbox_write);
    r_.sandbox_read = reader.texts("read");
    if (const yaml::Node* read = sandbox->find("read"))
      require_paths(*read, file_, r_.sandbox_read);
    reader.reject_unknown_keys();
  }

  void read_hand_over() {
    r_.hand_over = reader_.pairs("hand_over");
    for (const auto& [event, form] : r_.hand_over) {
      const yaml::Node& at = *root_.find("hand_over")->find(event);
      require_known(at, file_, "hand_over", event, {"stop", "tool"});
      if (form.find("{text}") == std::string::npos)
        reader_.fail(at, "'" + event + "' has no '{text}'");
    }
  }

  void read_keys() {
    const yaml::Node* submit = root_.find("submit");
    if (submit && !submit->items.empty() &&
        submit->items[0].kind == yaml::Node::Kind::Map) {
      r_.submits = parse_submits(*reader_.list("submit"), file_);
    } else {
      const auto keys = reader_.texts("submit");
      r_.submits.emplace_back();
      if (!keys.empty()) r_.submits[0].keys = keys;
    }
    const std::string paste = reader_.text("paste").value_or("bracketed");
    if (const yaml::Node* at = root_.find("paste"))
      require_known(*at, file_, "paste", paste, {"bracketed", "none"});
    r_.paste = paste == "none" ? Paste::None : Paste::Bracketed;
    r_.compact = reader_.text("compact").value_or("");
    r_.interrupt = reader_.texts("interrupt");
    if (const yaml::Node* exit = reader_.map("exit")) {
      yaml::Reader how(*exit, file_);
      r_.exit_text = how.text("text").value_or("");
      r_.exit_keys = how.texts("keys");
      how.reject_unknown_keys();
      if (r_.exit_text.empty() == r_.exit_keys.empty())
        reader_.fail(*exit, "'exit' needs 'text' or 'keys'");
    }
  }

  const yaml::Node& root_;
  std::string file_;
  yaml::Reader reader_;
  Runtime r_;
};

}  // namespace

Runtime parse_runtime(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  return File(root, file).read();
}

const Submit& submit_for(const Runtime& runtime, const Version& cli,
                         const Version& tmux) {
  const auto holds = [](const VersionRange& range, const Version& version) {
    return version.empty() || range.holds(version);
  };
  for (const Submit& s : runtime.submits)
    if (holds(s.cli, cli) && holds(s.tmux, tmux)) return s;
  return runtime.submits.front();
}

std::vector<std::string> start_argv(const Runtime& runtime,
                                    const Placeholders& values) {
  const bool goes_on = !values.conversation.empty() && !runtime.resume.empty();
  std::vector<std::string> argv;
  for (const std::string& arg : goes_on ? runtime.resume : runtime.start)
    argv.push_back(fill(arg, values));
  return argv;
}

}  // namespace orch::runtime
