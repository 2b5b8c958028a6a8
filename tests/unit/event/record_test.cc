// SPDX-License-Identifier: MIT
#include "event/record.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::event {
namespace {

using namespace std::string_literals;

Record record_of(char id, const std::string& value = "refs/heads/main") {
  return {.id = std::string(16, id),
          .kind = std::string(kind::kCommit),
          .at = 1795232645123,
          .fields = {{"commit", std::string(40, 'a')}, {"ref", value}}};
}

TEST(Crc32c, GivesTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string up, down;
  for (int i = 0; i < 32; ++i) {
    up += static_cast<char>(i);
    down += static_cast<char>(31 - i);
  }
  EXPECT_EQ(crc32c(up), 0x46DD794EU);
  EXPECT_EQ(crc32c(down), 0x113FDB5CU);
  // An iSCSI SCSI Read (10) command PDU.
  EXPECT_EQ(crc32c("\x01\xC0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                   "\x00\x00\x00\x00\x14\x00\x00\x00\x00\x00\x04\x00"
                   "\x00\x00\x00\x14\x00\x00\x00\x18\x28\x00\x00\x00"
                   "\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00"s),
            0xD9963A56U);
}

TEST(Crc32c, GivesTheCheckValueOfTheCatalogue) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Record, LooksUpFieldsByName) {
  const Record r = record_of('i');
  EXPECT_EQ(r["ref"], "refs/heads/main");
  EXPECT_EQ(r["absent"], "");
}

TEST(Record, HasTheWrittenFormOfTheDocument) {
  const Record r{.id = "0123456789abcdef",
                 .kind = "merge",
                 .at = 7,
                 .fields = {{"ref", "x"}}};
  const std::string payload =
      "merge\0"
      "7\0"
      "ref\0"
      "x\0"s;
  const std::string bytes = encode(r);
  ASSERT_EQ(bytes.size(), 24 + payload.size());
  EXPECT_EQ(bytes.substr(0, 4), "\x0E\0\0\0"s);
  EXPECT_EQ(bytes.substr(8), "0123456789abcdef" + payload);
  const std::uint32_t crc = crc32c(bytes.substr(8));
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(static_cast<unsigned char>(bytes[4 + i]), (crc >> (8 * i)) & 255);
}

TEST(Record, SurvivesWithEveryByteButNul) {
  Record r = record_of('\xFF', test::every_byte());
  r.id = std::string("\0\x01\xFF\n", 4) + std::string(12, '\0');
  r.fields.emplace_back("", "");
  r.fields.emplace_back(test::every_byte(), "");
  const Decoded decoded = decode(encode(r));
  EXPECT_EQ(decoded.records, std::vector<Record>{r});
  EXPECT_EQ(decoded.torn, "");
}

TEST(Record, SurvivesWithoutFieldsAndAtTheBeginningOfTime) {
  const Record r{.id = std::string(16, 'x'), .kind = "k", .at = 0};
  EXPECT_EQ(decode(encode(r)).records, std::vector<Record>{r});
}

TEST(Record, SurvivesWithAMebibyteInOneField) {
  const Record r = record_of('m', std::string(1 << 20, 'p'));
  EXPECT_EQ(decode(encode(r)).records, std::vector<Record>{r});
}

TEST(Record, EndsAValueAtItsNulAndKeepsTheRest) {
  Record r = record_of('n', "before\0behind"s);
  r.fields.emplace_back("agent", "001-a/impl-ui");
  const Decoded decoded = decode(encode(r));
  ASSERT_EQ(decoded.records.size(), 1U);
  EXPECT_EQ(decoded.records[0]["ref"], "before");
  EXPECT_EQ(decoded.records[0]["agent"], "001-a/impl-ui");
}

TEST(Spool, HoldsManyRecordsInOrder) {
  std::vector<Record> records;
  std::string bytes;
  for (char id = 'a'; id <= 'z'; ++id) {
    records.push_back(record_of(id, std::string(1, id)));
    bytes += encode(records.back());
  }
  const Decoded decoded = decode(bytes);
  EXPECT_EQ(decoded.records, records);
  EXPECT_EQ(decoded.torn, "");
}

TEST(Spool, IsEmptyWhenThereAreNoBytes) {
  const Decoded decoded = decode("");
  EXPECT_TRUE(decoded.records.empty());
  EXPECT_EQ(decoded.torn, "");
}

TEST(Spool, CutAtAnyByteLosesOnlyTheRecordThatWasCut) {
  const std::string first = encode(record_of('a')),
                    last = encode(record_of('b'));
  for (std::size_t cut = 0; cut < last.size(); ++cut) {
    const Decoded decoded = decode(first + last.substr(0, cut));
    ASSERT_EQ(decoded.records, std::vector<Record>{record_of('a')}) << cut;
    ASSERT_EQ(decoded.torn, last.substr(0, cut)) << cut;
  }
}

TEST(Spool, ARecordBehindATornOneIsFoundWhereverItWasTorn) {
  const std::string torn = encode(record_of('a')),
                    next = encode(record_of('b'));
  for (std::size_t cut = 0; cut < torn.size(); ++cut) {
    const Decoded decoded = decode(torn.substr(0, cut) + next);
    ASSERT_EQ(decoded.records, std::vector<Record>{record_of('b')}) << cut;
    ASSERT_EQ(decoded.torn, torn.substr(0, cut)) << cut;
  }
}

TEST(Spool, OneFlippedBitAnywhereLosesOnlyThatRecord) {
  const std::string before = encode(record_of('a')),
                    next = encode(record_of('c'));
  const std::string middle = encode(record_of('b'));
  const std::vector<Record> expected = {record_of('a'), record_of('c')};
  for (std::size_t at = 0; at < middle.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = middle;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const Decoded decoded = decode(before + damaged + next);
      ASSERT_EQ(decoded.records, expected) << at << "." << bit;
      ASSERT_EQ(decoded.torn, damaged) << at << "." << bit;
    }
  }
}

TEST(Spool, ZerosOfAPowerCutAreSetAside) {
  const std::string zeros(4096, '\0');
  const Decoded decoded =
      decode(encode(record_of('a')) + zeros + encode(record_of('b')));
  EXPECT_EQ(decoded.records.size(), 2U);
  EXPECT_EQ(decoded.torn, zeros);
}

TEST(Spool, AnImpossibleLengthIsDamageNotMemory) {
  const std::string huge = "\xFF\xFF\xFF\xFF"s + std::string(20, 'x');
  const Decoded decoded = decode(huge + encode(record_of('b')));
  EXPECT_EQ(decoded.records, std::vector<Record>{record_of('b')});
  EXPECT_EQ(decoded.torn, huge);
}

// A frame whose checksum is right and whose payload is none of ours.
std::string framed(const std::string& payload) {
  const std::string body = std::string(16, 'i') + payload;
  const auto u32 = [](std::uint32_t n) {
    std::string out;
    for (int shift = 0; shift < 32; shift += 8)
      out += static_cast<char>((n >> shift) & 255);
    return out;
  };
  return u32(static_cast<std::uint32_t>(payload.size())) + u32(crc32c(body)) +
         body;
}

TEST(Spool, RefusesAPayloadThatIsNoRecordInSpiteOfItsChecksum) {
  EXPECT_EQ(decode(framed("kind\0"
                          "5\0"s))
                .records.size(),
            1U);
  for (const std::string& bad : {""s, "kind"s, "kind\0"s,
                                 "kind\0"
                                 "5"s,
                                 "kind\0"
                                 "5\0"
                                 "name\0"s,
                                 "kind\0"
                                 "x\0"s,
                                 "kind\0"
                                 "-5\0"s,
                                 "kind\0"
                                 "5\0"
                                 "a\0"
                                 "b"s})
    EXPECT_EQ(decode(framed(bad)).records.size(), 0U) << bad.size();
}

TEST(DerivedId, IsTheSameForTheSamePartsAndAnotherForOthers) {
  const std::string id = derived_id({"a", "b"});
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(derived_id({"a", "b"}), id);
  for (const std::vector<std::string>& other :
       std::vector<std::vector<std::string>>{{"b", "a"},
                                             {"ab"},
                                             {"ab", ""},
                                             {"", "ab"},
                                             {"a", "b", ""},
                                             {"a", "c"},
                                             {"1:a1:b"},
                                             {}})
    EXPECT_NE(derived_id(other), id);
}

TEST(DerivedId, OfTheHashIsThePublishedOne) {
  // FNV-1a, 128 bits, of the length-prefixed bytes; of nothing the offset.
  EXPECT_EQ(derived_id({}),
            "\x6c\x62\x27\x2e\x07\xbb\x01\x42"
            "\x62\xb8\x21\x75\x62\x95\xc5\x8d"s);
}

}  // namespace
}  // namespace orch::event
