// SPDX-License-Identifier: MIT
#include "event/record.h"

#include <array>

namespace orch::event {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kHeader = 4 + 4 + kIdBytes;
// A rewrite of 100,000 commits; more than that is no length but damage.
constexpr std::size_t kMaxPayload = 16 << 20;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit)
      c = (c & 1) ? (c >> 1) ^ 0x82F63B78U : c >> 1;
    table[i] = c;
  }
  return table;
}

constexpr auto kTable = make_table();

void put_u32(std::string& out, std::uint32_t n) {
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>((n >> shift) & 0xFF);
}

std::uint32_t take_u32(std::string_view bytes) {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < 4; ++i)
    n |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]))
         << (8 * i);
  return n;
}

// NUL-terminated strings: kind, time, then names and values in turn.
std::optional<Record> parse_payload(std::string_view id,
                                    std::string_view payload) {
  std::vector<std::string> parts;
  while (!payload.empty()) {
    const std::size_t end = payload.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    parts.emplace_back(payload.substr(0, end));
    payload.remove_prefix(end + 1);
  }
  if (parts.size() < 2 || parts.size() % 2 != 0) return std::nullopt;
  Record record;
  record.id = id;
  record.kind = parts[0];
  // More digits than any time has are damage, and would not fit.
  constexpr std::size_t kMostDigits = 18;
  if (parts[1].size() > kMostDigits) return std::nullopt;
  for (const char c : parts[1]) {
    if (c < '0' || c > '9') return std::nullopt;
    record.at = record.at * 10 + (c - '0');
  }
  for (std::size_t i = 2; i < parts.size(); i += 2)
    record.fields.emplace_back(parts[i], parts[i + 1]);
  return record;
}

struct Frame {
  Record record;
  std::size_t length;  // bytes in the file, header included
};

// The frame that starts `bytes`; absent when none does.
std::optional<Frame> whole_frame(std::string_view bytes) {
  if (bytes.size() < kHeader) return std::nullopt;
  const std::size_t length = take_u32(bytes);
  if (length > kMaxPayload || bytes.size() - kHeader < length)
    return std::nullopt;
  const std::string_view body = bytes.substr(8, kIdBytes + length);
  if (crc32c(body) != take_u32(bytes.substr(4))) return std::nullopt;
  auto record = parse_payload(body.substr(0, kIdBytes), body.substr(kIdBytes));
  if (!record) return std::nullopt;
  return Frame{*std::move(record), kHeader + length};
}

}  // namespace

std::string_view Record::operator[](std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

std::string derived_id(const std::vector<std::string>& parts) {
  __extension__ using Wide = unsigned __int128;
  constexpr auto wide = [](std::uint64_t high, std::uint64_t low) {
    return (static_cast<Wide>(high) << 64) | low;
  };
  constexpr Wide kPrime = wide(0x0000000001000000, 0x000000000000013b);
  Wide hash = wide(0x6c62272e07bb0142, 0x62b821756295c58d);
  const auto add = [&](std::string_view bytes) {
    for (const char c : bytes)
      hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  };
  // Lengths keep the borders of parts apart.
  for (const std::string& part : parts) {
    add(std::to_string(part.size()) + ":");
    add(part);
  }
  std::string id;
  for (int shift = 120; shift >= 0; shift -= 8)
    id += static_cast<char>(static_cast<unsigned char>(hash >> shift));
  return id;
}

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t c = 0xFFFFFFFFU;
  for (const char byte : bytes)
    c = kTable[(c ^ static_cast<unsigned char>(byte)) & 0xFF] ^ (c >> 8);
  return c ^ 0xFFFFFFFFU;
}

std::string encode(const Record& record) {
  std::string body = record.id;
  body.resize(kIdBytes);
  const auto put = [&body](std::string_view part) {
    body.append(part.substr(0, part.find('\0')));
    body += '\0';
  };
  put(record.kind);
  put(std::to_string(record.at));
  for (const auto& [name, value] : record.fields) {
    put(name);
    put(value);
  }
  std::string out;
  put_u32(out, static_cast<std::uint32_t>(body.size() - kIdBytes));
  put_u32(out, crc32c(body));
  return out + body;
}

Decoded decode(std::string_view bytes) {
  Decoded out;
  while (!bytes.empty()) {
    if (auto frame = whole_frame(bytes)) {
      out.records.push_back(std::move(frame->record));
      bytes.remove_prefix(frame->length);
    } else {
      out.torn += bytes[0];
      bytes.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace orch::event
