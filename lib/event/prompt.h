// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What is typed into a pane carries message ids, so that the agent's prompt
// hook can prove what arrived. Pure; linked by hook programs.
namespace orch::event {

// "[orch message 12 from …]" starts a typed message, "[orch message 12,13]" the
// line that counts several, "[end of orch message 12," ends a typed one.
inline constexpr std::string_view kMessageHeader = "[orch message ";
inline constexpr std::string_view kMessageFooter = "[end of orch message ";

// The file that is there while messages wait for an agent that takes them from
// its own hook: a hint, so that hooks need not open the store.
std::string waiting_mark(const std::string& orch_dir, std::string_view agent);

// Where an agent's CLI writes down how much of its limits is used up, when it
// tells git-orch--agent-hook: one object of JSON, the newest.
std::string usage_file(const std::string& orch_dir, std::string_view agent);

// A message whose header is in a prompt: with its text up to the footer, or in
// a line that only counts it, or cut off.
struct Arrival {
  std::int64_t id = 0;
  bool with_text = false;

  bool operator==(const Arrival&) const = default;
};
// A text cannot claim that another message arrived: all up to the last footer
// of its own id is its text.
std::vector<Arrival> arrivals_in(std::string_view prompt);
// Their ids.
std::vector<std::int64_t> message_ids(std::string_view prompt);

}  // namespace orch::event
