// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::objects {

// One zlib stream at the start of `input` that unpacks to exactly `size`
// bytes, checksum included. False when it is not that.
bool inflate_exactly(std::string_view input, std::size_t size,
                     std::string* output);

// One zlib stream that fills `input` to its last byte; at most `limit` bytes
// come out.
enum class Inflated { Done, TooLarge, Broken };
Inflated inflate_all(std::string_view input, std::size_t limit,
                     std::string* output);

}  // namespace orch::objects
