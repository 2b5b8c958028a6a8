// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

// What is typed into a pane carries message ids, so that the agent's prompt
// hook can prove what arrived. Pure; linked by hook programs.
namespace orch::event {

// "[orch message 12 from …]" starts a typed message, "[orch message 12,13]" the
// line that counts several, "[end of orch message 12," ends a typed one.
inline constexpr std::string_view kMessageHeader = "[orch message ";
inline constexpr std::string_view kMessageFooter = "[end of orch message ";

// The ids whose headers are in `prompt`. A text cannot claim that another
// message arrived: all up to the last footer of its own id is its text.
std::vector<std::int64_t> message_ids(std::string_view prompt);

}  // namespace orch::event
