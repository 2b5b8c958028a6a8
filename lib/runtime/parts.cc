// SPDX-License-Identifier: MIT
#include "runtime/parts.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::runtime {
namespace {

using Names = std::vector<std::string>;

const Names kSources = {"hook", "protocol", "process", "title", "screen"};
const Names kResets = {"none", "clock", "date", "duration", "epoch"};
// What git-orch--agent-hook knows.
const Names kEvents = {"session-start", "prompt-submit", "tool",       "stop",
                       "needs-human",   "limited",       "session-end"};

// The states, with the priority of a sign that names none: what forbids typing
// is believed before what allows it.
const std::pair<const char*, int> kStates[] = {
    {"needs-human", 90}, {"exited", 80}, {"limited", 70},
    {"busy", 60},        {"draft", 50},  {"idle", 40}};

constexpr int kMaxLines = 50;
constexpr int kMaxRetry = 20;
constexpr std::int64_t kMaxDelayMs = 10'000;

// A member of the map `at`, for the position of an error.
const yaml::Node& place(const yaml::Node& at, std::string_view key) {
  const yaml::Node* node = at.find(key);
  return node ? *node : at;
}

int bounded(yaml::Reader& reader, const yaml::Node& at, const std::string& file,
            std::string_view key, int otherwise, int least, int most) {
  const int n = reader.number(key).value_or(otherwise);
  if (n < least || n > most)
    refuse(place(at, key), file,
           "'" + std::string(key) + "' must be from " + std::to_string(least) +
               " to " + std::to_string(most));
  return n;
}

text::Pattern compiled(const yaml::Node& at, const std::string& file,
                       std::string_view key, const std::string& expression) {
  try {
    return text::Pattern(expression);
  } catch (const Error& e) {
    refuse(place(at, key), file,
           "'" + std::string(key) + "' is no pattern: " + e.what());
  }
}

// `pattern` or `text`, of which at most one may be there.
std::optional<text::Pattern> find_pattern(yaml::Reader& reader,
                                          const yaml::Node& at,
                                          const std::string& file) {
  const auto pattern = reader.text("pattern");
  const auto literal = reader.text("text");
  if (pattern && literal) refuse(at, file, "both 'pattern' and 'text'");
  if (literal && literal->empty())
    refuse(place(at, "text"), file, "'text' is empty");
  if (literal) return text::Pattern::literal(*literal);
  if (!pattern) return std::nullopt;
  const text::Pattern out = compiled(at, file, "pattern", *pattern);
  if (out.matches(""))
    refuse(place(at, "pattern"), file, "'pattern' matches an empty line");
  return out;
}

VersionRange range_of(yaml::Reader& reader, const yaml::Node& at,
                      const std::string& file, std::string_view key) {
  try {
    return VersionRange(reader.text(key).value_or(""));
  } catch (const Error& e) {
    refuse(place(at, key), file, e.what());
  }
}

Submit parse_submit(const yaml::Node& node, const std::string& file) {
  yaml::Reader reader(node, file);
  Submit out;
  out.cli = range_of(reader, node, file, "cli");
  out.tmux = range_of(reader, node, file, "tmux");
  out.keys = reader.texts("keys");
  if (out.keys.empty()) refuse(node, file, "'keys' is empty");
  out.delay_ms = bounded(reader, node, file, "delay_ms", 0, 0, kMaxDelayMs);
  out.retry = bounded(reader, node, file, "retry", out.retry, 0, kMaxRetry);
  reader.reject_unknown_keys();
  return out;
}

bool has_control(const std::string& path) {
  return std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool is_inside(const std::string& path) {
  if (path.empty() || path == "launch") return false;
  for (const std::string& part : text::split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return !has_control(path);
}

bool climbs(const std::string& path) {
  const auto parts = text::split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

// The root of a file system, or of a home, is nothing that is only let through.
bool is_root(const std::string& path) {
  const std::size_t named = path.starts_with("~") ? 1 : 0;
  return path.find_first_not_of("/.", named) == std::string::npos;
}

// The keys that only make sense with some sources.
void require_keys_of_source(const yaml::Node& node, const std::string& file,
                            const Sign& sign) {
  const bool reads =
      sign.source == Source::Title || sign.source == Source::Screen;
  const bool told =
      sign.source == Source::Hook || sign.source == Source::Protocol;
  const std::string source(source_name(sign.source));
  for (const char* key : {"lines", "unless_below"})
    if (sign.source != Source::Screen && node.find(key))
      refuse(place(node, key), file,
             "'" + std::string(key) + "' with source '" + source + "'");
  if (reads && !sign.pattern)
    refuse(node, file, "source '" + source + "' without 'pattern' or 'text'");
  if (!reads && sign.pattern)
    refuse(node, file, "source '" + source + "' reads no 'pattern' or 'text'");
  if (told && sign.event.empty())
    refuse(node, file, "source '" + source + "' without 'event'");
  if (!told && !sign.event.empty())
    refuse(place(node, "event"), file, "'event' with source '" + source + "'");
  if (sign.source == Source::Hook)
    require_known(place(node, "event"), file, "event", sign.event, kEvents);
}

Sign parse_sign(const yaml::Node& node, const std::string& file) {
  yaml::Reader reader(node, file);
  Sign out;
  out.state = reader.text("state").value_or("");
  Names states;
  int usual = 0;
  for (const auto& [state, priority] : kStates) {
    states.emplace_back(state);
    if (out.state == state) usual = priority;
  }
  require_known(place(node, "state"), file, "state", out.state, states);
  const std::string source = reader.text("source").value_or("");
  require_known(place(node, "source"), file, "source", source, kSources);
  out.source = static_cast<Source>(
      std::find(kSources.begin(), kSources.end(), source) - kSources.begin());
  out.priority = bounded(reader, node, file, "priority", usual, 0, 1000);
  out.event = reader.text("event").value_or("");
  out.pattern = find_pattern(reader, node, file);
  out.lines = bounded(reader, node, file, "lines", 1, 1, kMaxLines);
  if (const auto below = reader.text("unless_below"))
    out.unless_below = compiled(node, file, "unless_below", *below);
  reader.reject_unknown_keys();
  require_keys_of_source(node, file, out);
  return out;
}

Limit parse_limit(const yaml::Node& node, const std::string& file) {
  yaml::Reader reader(node, file);
  const auto pattern = find_pattern(reader, node, file);
  if (!pattern) refuse(node, file, "a limit without 'pattern' or 'text'");
  Limit out{.pattern = *pattern};
  out.lines = bounded(reader, node, file, "lines", out.lines, 1, kMaxLines);
  const std::string reset = reader.text("reset").value_or("none");
  require_known(place(node, "reset"), file, "reset", reset, kResets);
  out.reset = static_cast<Reset>(
      std::find(kResets.begin(), kResets.end(), reset) - kResets.begin());
  reader.reject_unknown_keys();
  return out;
}

}  // namespace

std::string_view source_name(Source source) {
  return kSources[static_cast<std::size_t>(source)];
}

std::string_view reset_name(Reset reset) {
  return kResets[static_cast<std::size_t>(reset)];
}

void refuse(const yaml::Node& at, const std::string& file,
            const std::string& what) {
  throw Error(ErrorCode::Usage,
              file + ":" + std::to_string(std::max(at.line, 1)) + ":" +
                  std::to_string(std::max(at.column, 1)) + ": " + what);
}

void require_known(const yaml::Node& at, const std::string& file,
                   std::string_view key, const std::string& name,
                   const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  if (name.empty()) refuse(at, file, "'" + std::string(key) + "' is missing");
  const std::string near = text::nearest(name, known);
  refuse(at, file,
         "unknown " + std::string(key) + " '" + name + "'" +
             (near.empty() ? ", known: " + text::join(known, ", ")
                           : ", did you mean '" + near + "'?"));
}

std::vector<Submit> parse_submits(const yaml::Node& list,
                                  const std::string& file) {
  std::vector<Submit> out;
  for (const yaml::Node& item : list.items)
    out.push_back(parse_submit(item, file));
  return out;
}

std::vector<SetUpFile> parse_files(const yaml::Node& list,
                                   const std::string& file) {
  std::vector<SetUpFile> out;
  for (const yaml::Node& item : list.items) {
    yaml::Reader reader(item, file);
    SetUpFile f{reader.text("path").value_or(""),
                reader.text("content").value_or("")};
    if (!is_inside(f.path))
      refuse(place(item, "path"), file,
             "'path' must be a name below the run's own directory");
    for (const SetUpFile& other : out)
      if (other.path == f.path)
        refuse(place(item, "path"), file, "'" + f.path + "' twice");
    if (const auto fault = find_fault(f.content))
      refuse(place(item, "content"), file, *fault);
    if (has_placeholder(f.content, "conversation"))
      refuse(place(item, "content"), file,
             "'{conversation}' is for 'resume' only");
    reader.reject_unknown_keys();
    out.push_back(std::move(f));
  }
  return out;
}

void require_paths(const yaml::Node& at, const std::string& file,
                   const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string& path = paths[i];
    const yaml::Node& place = at.items.empty() ? at : at.items[i];
    if (const auto fault = find_fault(path)) refuse(place, file, *fault);
    if (has_placeholder(path, "conversation"))
      refuse(place, file, "'{conversation}' is for 'resume' only");
    const bool rooted = path.starts_with('/') || path.starts_with("~/") ||
                        begins_with_placeholder(path);
    if (!rooted)
      refuse(place, file,
             "'" + path + "' does not begin with '/', '~/' or a placeholder");
    if (has_control(path) || climbs(path) || is_root(path))
      refuse(place, file, "'" + text::printable(path) + "' is no path");
  }
}

std::vector<Sign> parse_signs(const yaml::Node& list, const std::string& file) {
  std::vector<Sign> out;
  for (const yaml::Node& item : list.items)
    out.push_back(parse_sign(item, file));
  std::stable_sort(out.begin(), out.end(), [](const Sign& a, const Sign& b) {
    return a.priority > b.priority;
  });
  return out;
}

std::vector<Limit> parse_limits(const yaml::Node& list,
                                const std::string& file) {
  std::vector<Limit> out;
  for (const yaml::Node& item : list.items)
    out.push_back(parse_limit(item, file));
  return out;
}

}  // namespace orch::runtime
