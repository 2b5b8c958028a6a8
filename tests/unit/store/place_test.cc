// SPDX-License-Identifier: MIT
#include "store/place.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::store {
namespace {

TEST(PlaceOfTheStore, IsANetworkByItsMagicNumber) {
  EXPECT_EQ(network_name(0x6969), "NFS");
  EXPECT_EQ(network_name(0x517B), "SMB");
  EXPECT_EQ(network_name(0xFF534D42), "CIFS");
  EXPECT_EQ(network_name(0xFE534D42), "SMB2");
  EXPECT_EQ(network_name(0x5346414F), "AFS");
  EXPECT_EQ(network_name(0x00C36400), "CephFS");
  EXPECT_EQ(network_name(0x01021997), "9P");
  EXPECT_EQ(network_name(0x01161970), "GFS2");
  EXPECT_EQ(network_name(0x7461636F), "OCFS2");
  EXPECT_EQ(network_name(0x0BD00BD0), "Lustre");
}

TEST(PlaceOfTheStore, IsLocalOtherwise) {
  constexpr std::uint32_t kExt4 = 0xEF53, kBtrfs = 0x9123683E,
                          kXfs = 0x58465342, kTmpfs = 0x01021994,
                          kFuse = 0x65735546, kOverlay = 0x794C7630;
  for (const std::uint32_t magic :
       {kExt4, kBtrfs, kXfs, kTmpfs, kFuse, kOverlay, 0U})
    EXPECT_EQ(network_name(magic), "") << std::hex << magic;
}

TEST(PlaceOfTheStore, IsUnknownWhereThereIsNothing) {
  const test::Scratch scratch;
  EXPECT_EQ(network_name_of(scratch.path("nothing/there")), "");
}

}  // namespace
}  // namespace orch::store
