// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::text {

enum class Addresses { Hide, Keep };

// `text` with *** where it holds, by all appearances, a secret: user names,
// passwords, queries and fragments of web addresses, and the paths of webhooks;
// what follows a name as password, token or key, to the end of the line or of
// the value in JSON; what begins as the keys of known services do; long words
// of mixed letters and digits; private keys and parts of them. Ids of commits
// and paths stay. With Hide, addresses of mail go, too. Rather too much than
// too little; a secret that looks like a plain word is not recognised.
std::string redact(std::string_view text, Addresses addresses);

// Whether something of that name is a secret whatever it holds: "api_key",
// "http.extraHeader".
bool names_secret(std::string_view name);

}  // namespace orch::text
