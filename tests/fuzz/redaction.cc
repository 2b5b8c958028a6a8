// SPDX-License-Identifier: MIT
//
// Secrets in any text.
#include "fuzz/targets.h"
#include "text/redact.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

using text::Addresses;

constexpr char kSecret[] = "ghp_0123456789abcdefABCDEF0123456789abcd";

}  // namespace

void redaction(std::string_view input) {
  for (const Addresses addresses : {Addresses::Hide, Addresses::Keep}) {
    const std::string once = text::redact(input, addresses);
    require(text::redact(once, addresses) == once, "redaction is idempotent");
    require(once == text::redact(input, addresses), "and deterministic");
    // A key on a line of its own, whatever stands around it.
    const std::string around = std::string(input) + "\n" + kSecret + "\n";
    require(text::redact(around, addresses).find(kSecret) == std::string::npos,
            "a known key is hidden behind anything");
    require(text::redact(kSecret + ("\n" + std::string(input)), addresses)
                    .find(kSecret) == std::string::npos,
            "a known key is hidden before anything");
  }
  text::names_secret(input);
}

}  // namespace orch::fuzz
