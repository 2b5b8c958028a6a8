// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notice/need.h"
#include "notice/quiet.h"

namespace orch::notice {

enum class Type { Command, Webhook, Slack, Discord, Sendmail, Desktop, Tmux };
std::string_view type_name(Type type);  // "webhook"

// Where notices go to, as the configuration says it.
struct Sink {
  std::string name;
  Type type = Type::Command;
  std::vector<std::string> argv;  // of command and sendmail
  std::string url;                // of what is posted to; a secret
  std::string to;    // mail: addresses; tmux: a socket, empty: our server's
  std::string from;  // mail
  // Types of events, "needs-human", "*", or with a "*" at their end.
  std::vector<std::string> events = {"needs-human"};
  Severity least = Severity::Info;
  std::optional<Quiet> quiet;
  std::int64_t delay_ms = 0;              // the first comes that much later
  std::vector<std::int64_t> escalate_ms;  // reminders, by age; rising
  std::int64_t rate = 10;                 // a minute; critical ones go all
  std::int64_t timeout_ms = 10000;
};

// The names of the keys that a sink has, without "orch.notify.<name>.".
const std::vector<std::string>& sink_keys();

// `values`: by key; a command without a type makes one of type command. Throws
// Error{Usage} that names the key, without what it is set to where that may be
// secret.
Sink parse_sink(const std::string& name,
                const std::map<std::string, std::string>& values);

// Whether it is to hear of that: `kind` is the type of an event, unless it is
// something that needs a person.
bool wants(const Sink& sink, std::string_view kind, bool needs_human,
           Severity severity);

// Where it leads to, fit to be shown: of an address only scheme and host, since
// the path of a webhook is its password.
std::string place_of(const Sink& sink);
// `said` without what of this sink's configuration is secret.
std::string without_secrets(const Sink& sink, std::string said);

}  // namespace orch::notice
