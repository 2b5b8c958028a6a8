// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "notice/sink.h"

// What each type of sink is given. Names and texts are hostile: nothing in them
// is a mention, a link, a header or a format where it comes out.
namespace orch::notice {

struct Item {
  std::string id;           // the same at every attempt
  std::int64_t number = 0;  // of the notice, as a person names it
  int step = 0;             // 0: the first; 1 …: reminders
  std::string kind;
  Severity severity = Severity::Info;
  bool needs_human = false;
  std::string spec_id, agent;  // may be empty
  std::string text;
  std::string command;   // what to type; may be empty
  std::string evidence;  // may be empty
  std::int64_t since = 0;
};

// One that is sent: of one item, or a digest of what was held back.
struct Letter {
  std::string repository;  // its name, for people
  std::string path;        // its common directory
  std::vector<Item> items;

  // The same for the same items, at every attempt.
  std::string id() const;
  Severity severity() const;  // the highest
};

// One line for people, and several; both printable.
std::string headline(const Letter& letter);
std::string body(const Letter& letter);

// One line of JSON: what a command reads, and what is posted to a webhook.
std::string json_of(const Letter& letter, const Sink& sink);
// The same for Slack and Discord: as code, where neither has mentions nor
// links.
std::string slack_of(const Letter& letter);
std::string discord_of(const Letter& letter);
// A whole message (RFC 5322), in UTF-8 as base64.
std::string mail_of(const Letter& letter, const Sink& sink);
// What the notification servers of desktops take for marks is escaped.
std::string markup_of(const std::string& text);

// What curl reads as its configuration to post `body`: neither the address nor
// what is sent shows in the list of processes.
std::string curl_config(const Sink& sink, const std::string& body);

}  // namespace orch::notice
