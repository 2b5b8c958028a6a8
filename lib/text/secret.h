// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

// What gives a secret away: its name, its looks, its frame. For redact.
namespace orch::text {

// Whether text is likely to hold a secret behind that name and a blank, too:
// "passphrase", "--token", "DB_PASS"; not "key" or "session", which are words
// of any sentence.
bool names_secret_in_prose(std::string_view name);

// Whether a word without "/" is a key of a known service or opaque. The id of
// an object of git is neither.
bool looks_secret(std::string_view word);

// `path` with *** for those of its parts that look secret, or for all of it
// when it is base64 rather than a path. Objects of git stay.
std::string redact_path(std::string_view path);

// 40 or 64 hexadecimal digits.
bool is_object_id(std::string_view word);

// How many characters of an option stand before its secret, as in "-pX" and
// "curl -u bob:X"; 0 when it has none. `before` is the line up to it, `next`
// the word behind it.
std::size_t name_before_secret(std::string_view before, std::string_view word,
                               std::string_view next);

// `text` with *** for private keys, whole or cut off at either end.
std::string hide_private_keys(std::string_view text);

}  // namespace orch::text
