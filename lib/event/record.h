// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a hook program tells the store: one record, later folded into one or
// more events. Pure: bytes in, bytes out.
namespace orch::event {

// The kinds of record and the fields each has.
namespace kind {
inline constexpr std::string_view kCommit = "commit";      // commit ref agent
inline constexpr std::string_view kMerge = "merge";        // commit ref agent
inline constexpr std::string_view kCheckout = "checkout";  // old new ref agent
inline constexpr std::string_view kRewrite = "rewrite";    // command pairs
inline constexpr std::string_view kAgentStart = "agent-start";  // agent run pid
inline constexpr std::string_view kAgentExit = "agent-exit";    // agent run
inline constexpr std::string_view kAgentState = "agent-state";  // agent state
inline constexpr std::string_view kGuard = "guard";  // agent guard mode what
inline constexpr std::string_view kReceipt = "receipt";  // agent message level
}  // namespace kind

// A field that any record may have: for how long its program had run before it
// wrote it.
inline constexpr std::string_view kMicroseconds = "us";

struct Record {
  std::string id;  // 16 bytes, random or derived: folding twice inserts once
  std::string kind;
  std::int64_t at = 0;  // milliseconds since 1970
  std::vector<std::pair<std::string, std::string>> fields;  // any byte but NUL

  // The field, or the empty string.
  std::string_view operator[](std::string_view name) const;
  bool operator==(const Record&) const = default;
};

// The record as the spool keeps it (docs/spool.md): length and CRC32C as
// little-endian 32-bit numbers, the id, then the payload.
std::string encode(const Record& record);

// All whole records in `bytes`. What lies between them (a record torn by a full
// disk or a power cut) is skipped byte by byte and collected in `torn`, so that
// damage hides nothing that was written after it.
struct Decoded {
  std::vector<Record> records;
  std::string torn;
};
Decoded decode(std::string_view bytes);

// An id made of `parts`, in this order: the same for the same parts, and as
// good as never the same for others (FNV-1a, 128 bits; no secret).
std::string derived_id(const std::vector<std::string>& parts);

// CRC-32C (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes);

}  // namespace orch::event
