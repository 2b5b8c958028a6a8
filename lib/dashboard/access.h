// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

// Who may ask: decided from a request alone, before its body is read.
namespace orch::dashboard {

struct Rules {
  std::string token;
  std::vector<std::string> hosts;    // exact values of Host, in lower case
  std::vector<std::string> origins;  // exact values of Origin
};

// 127.0.0.1, localhost and [::1] with the port; without a port (0, a unix
// socket) "localhost" alone. `names` are what a proxy in front passes on as
// Host; pages behind it have the origin https://<name>.
Rules rules_for(int port, const std::vector<std::string>& names,
                std::string token);

struct Refusal {
  int status = 0;
  std::string code, message, hint;  // as in the envelope of errors
};

// Absent: it may go on. The name of another site (DNS rebinding) and a page of
// another site are refused before the token is looked at; a person who goes to
// "/" from elsewhere is not.
std::optional<Refusal> refuse(const Rules& rules, const http::Request& request);

// Whether both are the same; takes as long for every `given` of one length.
bool is_same_secret(std::string_view secret, std::string_view given);

}  // namespace orch::dashboard
