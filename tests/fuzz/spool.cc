// SPDX-License-Identifier: MIT
//
// The spool: what a hook has written, also when it is torn.
#include "error/error.h"
#include "event/record.h"
#include "fuzz/targets.h"

namespace orch::fuzz {
namespace {

std::string encode_all(const std::vector<event::Record>& records) {
  std::string bytes;
  for (const event::Record& record : records) bytes += event::encode(record);
  return bytes;
}

// A record with the input in it, as a hook would write it.
event::Record record_of(std::string_view input) {
  event::Record record{"0123456789abcdef", "commit", 1790000000000, {}};
  const std::size_t half = input.size() / 2;
  std::string value(input.substr(0, half)), other(input.substr(half));
  std::erase(value, '\0');
  std::erase(other, '\0');
  record.fields = {{"ref", value}, {"agent", other}};
  return record;
}

// The input as a record whose check sum is right, which no fuzzer finds.
void check_framed(std::string_view input) {
  const std::string body = "0123456789abcdef" + std::string(input);
  std::string bytes;
  for (const std::uint32_t number :
       {static_cast<std::uint32_t>(input.size()), event::crc32c(body)})
    for (int shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>((number >> shift) & 0xFF);
  bytes += body;
  const auto decoded = event::decode(bytes);
  if (decoded.records.empty()) return;
  require(event::decode(event::encode(decoded.records[0])).records ==
              std::vector{decoded.records[0]},
          "decode(encode(x)) is x");
}

}  // namespace

void spool(std::string_view input) {
  check_framed(input);
  const auto decoded = event::decode(input);
  const std::string whole = encode_all(decoded.records);
  require(decoded.torn.size() <= input.size(), "what is torn was there");
  const auto again = event::decode(whole);
  require(again.records == decoded.records && again.torn.empty(),
          "decode(encode(x)) is x");

  // A record of ours survives whatever stands in front of it and behind it.
  const event::Record record = record_of(input);
  const std::string bytes = event::encode(record);
  const auto alone = event::decode(bytes);
  require(alone.records == std::vector{record} && alone.torn.empty(),
          "a record is read back");
  // In front only what is no beginning of a record that has not ended.
  const auto behind = event::decode(std::string(input) + bytes);
  require(!behind.records.empty() && behind.records.back() == record,
          "what is torn hides nothing behind it");
  const auto before = event::decode(bytes + std::string(input));
  require(!before.records.empty() && before.records.front() == record,
          "what is torn hides nothing in front of it");
  const auto cut =
      event::decode(std::string_view(bytes).substr(0, bytes.size() - 1));
  require(cut.records.empty() || cut.records.front() != record,
          "a torn record is none");
}

}  // namespace orch::fuzz
