// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::text {

enum class Addresses { Hide, Keep };

// `text` with *** where it holds, by all appearances, a secret: user names,
// passwords, queries and fragments of web addresses, and the paths of webhooks;
// what follows a name as password, token or key; what begins as the keys of
// known services do; long words of mixed capitals and digits; private keys.
// Commit ids stay. With Hide, addresses of mail go, too. Rather too much than
// too little; a secret that looks like a plain word is not recognised.
std::string redact(std::string_view text, Addresses addresses);

// Whether something of that name is a secret whatever it holds: "api_key",
// "http.extraHeader".
bool names_secret(std::string_view name);

}  // namespace orch::text
