// SPDX-License-Identifier: MIT
#include "store/place.h"

#include <sys/vfs.h>

namespace orch::store {
namespace {

struct Network {
  std::uint32_t magic;
  std::string_view name;
};

// From statfs(2), linux/magic.h, and the sources of those that are not there.
constexpr Network kNetworks[] = {
    {0x00006969, "NFS"},
    {0x0000517B, "SMB"},
    {0xFF534D42, "CIFS"},
    {0xFE534D42, "SMB2"},
    {0x5346414F, "AFS"},
    {0x6B414653, "AFS"},
    {0x73757245, "Coda"},
    {0x0000564C, "NCP"},
    {0x00C36400, "CephFS"},
    {0x01021997, "9P"},
    {0x01161970, "GFS2"},
    {0x7461636F, "OCFS2"},
    {0x0BD00BD0, "Lustre"},
    {0x47504653, "GPFS"},
    {0xAAD7AAEA, "PanFS"},
    {0x19830326, "BeeGFS"},
    {0x61636673, "ACFS"},
    {0x20030528, "OrangeFS"},
    {0xBEEFDEAD, "StorNext"},
    {0x786F4256, "VirtualBox shared folder"},
    {0x7C7C6673, "Parallels shared folder"},
};

}  // namespace

std::string_view network_name(std::uint32_t magic) {
  for (const Network& network : kNetworks)
    if (network.magic == magic) return network.name;
  return "";
}

std::string_view network_name_of(const std::string& path) {
  struct statfs s {};
  if (::statfs(path.c_str(), &s) != 0) return "";
  // Signed on some machines; CIFS has its top bit set.
  return network_name(static_cast<std::uint32_t>(s.f_type));
}

}  // namespace orch::store
