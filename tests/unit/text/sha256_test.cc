// SPDX-License-Identifier: MIT
#include "text/sha256.h"

#include <gtest/gtest.h>

#include "text/text.h"

namespace orch::text {
namespace {

// The examples of FIPS 180-4, and lengths around a block's end.
TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(text::hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(text::hex(sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(text::hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmno"
                             "mnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(text::hex(sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(text::hex(sha256(std::string(64, 'a'))),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

}  // namespace
}  // namespace orch::text
