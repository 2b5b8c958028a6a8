// SPDX-License-Identifier: MIT
#include "notice/sink.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "error/error.h"
#include "text/text.h"
#include "text/time.h"
#include "text/words.h"

namespace orch::notice {
namespace {

constexpr std::array<std::string_view, 7> kTypes = {
    "command", "webhook", "slack", "discord", "sendmail", "desktop", "tmux"};
constexpr std::int64_t kLongestTimeoutMs = 5 * 60 * 1000;
constexpr std::int64_t kMostRate = 1000;
constexpr std::size_t kMostSteps = 10;
constexpr std::size_t kShortestSecret = 6;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\\' &&
           c != 0x7f;
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  });
}

class Reader {
 public:
  Reader(const std::string& name,
         const std::map<std::string, std::string>& values)
      : name_(name), values_(values) {}

  Sink read() const {
    Sink sink{.name = name_};
    read_type(sink);
    read_place(sink);
    read_choice(sink);
    read_times(sink);
    return sink;
  }

 private:
  std::string find(const std::string& key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? "" : it->second;
  }
  std::string path(const std::string& key) const {
    return "orch.notify." + name_ + "." + key;
  }
  [[noreturn]] void refuse(const std::string& key, const std::string& why,
                           const std::string& hint = "") const {
    throw Error(ErrorCode::Usage, path(key) + ": " + why, hint);
  }

  void read_type(Sink& sink) const {
    const std::string type = find("type");
    if (type.empty() && find("command").empty())
      refuse("type", "is not set",
             "one of command, webhook, slack, discord, sendmail, desktop and "
             "tmux");
    if (type.empty()) return;
    const auto* it = std::find(kTypes.begin(), kTypes.end(), type);
    if (it == kTypes.end())
      refuse("type", "there is no type '" + type + "'",
             "one of command, webhook, slack, discord, sendmail, desktop and "
             "tmux");
    sink.type = static_cast<Type>(it - kTypes.begin());
  }

  void read_place(Sink& sink) const {
    if (sink.type == Type::Command || sink.type == Type::Sendmail)
      read_command(sink);
    sink.url = find("url");
    const bool posts = sink.type == Type::Webhook || sink.type == Type::Slack ||
                       sink.type == Type::Discord;
    const bool is_address =
        (sink.url.starts_with("https://") || sink.url.starts_with("http://")) &&
        is_plain(sink.url) && sink.url.size() < 4096;
    if (posts && !is_address)
      refuse("url", sink.url.empty() ? "is not set" : "is no http address");
    sink.to = find("to");
    sink.from = find("from");
    if (has_control(sink.to)) refuse("to", "has a control character in it");
    if (has_control(sink.from)) refuse("from", "has a control character in it");
    if (sink.type == Type::Sendmail && text::trim(sink.to).empty())
      refuse("to", "is not set", "the address of who is to be told");
    if (sink.type == Type::Tmux && !sink.to.empty() &&
        !sink.to.starts_with('/'))
      refuse("to", "is no absolute path of a socket of tmux");
  }

  void read_command(Sink& sink) const {
    const std::string command = find("command");
    if (command.empty() && sink.type == Type::Sendmail) {
      sink.argv = {"sendmail", "-t", "-i"};
      return;
    }
    try {
      sink.argv = text::split_words(command);
    } catch (const Error& e) {
      refuse("command", e.what(), e.hint());
    }
    if (sink.argv.empty()) refuse("command", "is not set");
    if (sink.argv[0].find('/') != std::string::npos &&
        !sink.argv[0].starts_with('/'))
      refuse("command", "is neither a name nor an absolute path");
  }

  void read_choice(Sink& sink) const {
    if (const std::string events = find("events"); !events.empty()) {
      sink.events.clear();
      for (std::string part : text::split_list(events, ',')) {
        const bool is_name = std::all_of(part.begin(), part.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '*';
        });
        if (!is_name || part.find('*') < part.size() - 1)
          refuse("events", "'" + part + "' is no type of event",
                 "for example 'needs-human, branch_landed, queue_*'");
        sink.events.push_back(std::move(part));
      }
    }
    if (const std::string least = find("severity"); !least.empty()) {
      const auto severity = parse_severity(least);
      if (!severity)
        refuse("severity", "'" + least + "' is none",
               "one of info, warning and critical");
      sink.least = *severity;
    }
    if (const std::string rate = find("rate"); !rate.empty()) {
      const auto [end, error] =
          std::from_chars(rate.data(), rate.data() + rate.size(), sink.rate);
      if (error != std::errc() || end != rate.data() + rate.size() ||
          sink.rate < 1 || sink.rate > kMostRate)
        refuse("rate", "'" + rate + "' is no number from 1 to 1000");
    }
  }

  void read_times(Sink& sink) const {
    if (const std::string quiet = find("quiet"); !quiet.empty()) {
      try {
        sink.quiet = parse_quiet(quiet);
      } catch (const Error& e) {
        refuse("quiet", e.what(), e.hint());
      }
    }
    if (const std::string delay = find("delay"); !delay.empty())
      sink.delay_ms = duration("delay", delay);
    for (const std::string& step : text::split_list(find("escalate"), ','))
      sink.escalate_ms.push_back(duration("escalate", step));
    const auto& steps = sink.escalate_ms;
    if (steps.size() > kMostSteps ||
        std::adjacent_find(steps.begin(), steps.end(),
                           std::greater_equal<>()) != steps.end() ||
        (!steps.empty() && steps.front() <= sink.delay_ms))
      refuse("escalate", "must rise, from the delay on, ten times at most",
             "for example 30m, 2h, 8h");
    if (const std::string timeout = find("timeout"); !timeout.empty()) {
      sink.timeout_ms = duration("timeout", timeout);
      if (sink.timeout_ms > kLongestTimeoutMs)
        refuse("timeout", "must be 5m or less");
    }
  }

  std::int64_t duration(const std::string& key, const std::string& text) const {
    const auto ms = text::parse_duration(text);
    if (!ms || *ms <= 0)
      refuse(key, "'" + text + "' is no duration", "for example 90s or 30m");
    return *ms;
  }

  const std::string& name_;
  const std::map<std::string, std::string>& values_;
};

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  std::string host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (const std::size_t at = host.rfind('@'); at != std::string::npos)
    host.erase(0, at + 1);
  return url.substr(0, begin) + host;
}

void replace_all(std::string& text, const std::string& what) {
  if (what.size() < kShortestSecret) return;
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + 3))
    text.replace(at, what.size(), "***");
}

}  // namespace

std::string_view type_name(Type type) {
  return kTypes.at(static_cast<std::size_t>(type));
}

const std::vector<std::string>& sink_keys() {
  static const std::vector<std::string> keys = {
      "type", "command",  "url",   "to",    "from",     "events",
      "rate", "severity", "quiet", "delay", "escalate", "timeout"};
  return keys;
}

Sink parse_sink(const std::string& name,
                const std::map<std::string, std::string>& values) {
  return Reader(name, values).read();
}

bool wants(const Sink& sink, std::string_view kind, bool needs_human,
           Severity severity) {
  if (severity < sink.least) return false;
  return std::any_of(
      sink.events.begin(), sink.events.end(), [&](const std::string& pattern) {
        if (needs_human) return pattern == "needs-human" || pattern == "*";
        if (pattern.ends_with('*'))
          return kind.starts_with(pattern.substr(0, pattern.size() - 1));
        return kind == pattern;
      });
}

std::string place_of(const Sink& sink) {
  if (!sink.url.empty()) return host_of(sink.url);
  // Arguments may hold a password.
  if (!sink.argv.empty() && sink.type == Type::Command) return sink.argv[0];
  return sink.to;
}

std::string without_secrets(const Sink& sink, std::string said) {
  if (!sink.url.empty()) {
    replace_all(said, sink.url);
    const std::size_t begin = sink.url.find("://") + 3;
    const std::size_t slash = sink.url.find_first_of("/?#", begin);
    const std::size_t at = sink.url.rfind('@', slash);
    if (at != std::string::npos && at > begin)
      for (const std::string& part :
           text::split(sink.url.substr(begin, at - begin), ':'))
        replace_all(said, part);
    if (slash != std::string::npos) {
      std::string part;
      for (const char c : sink.url.substr(slash) + "/") {
        if (std::string_view("/?#&=").find(c) == std::string_view::npos) {
          part += c;
          continue;
        }
        replace_all(said, part);
        part.clear();
      }
    }
  }
  for (std::size_t i = 1; i < sink.argv.size(); ++i)
    if (!sink.argv[i].starts_with('-')) replace_all(said, sink.argv[i]);
  return said;
}

}  // namespace orch::notice
