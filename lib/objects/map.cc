// SPDX-License-Identifier: MIT
#include "objects/map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "file/file.h"

namespace orch::objects {

Map& Map::operator=(Map&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Map::~Map() {
  if (!bytes_.empty())
    ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

Map Map::open(const std::string& path) {
  Map map;
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || status.st_size <= 0) return map;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const start =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (start != MAP_FAILED) map.bytes_ = {static_cast<const char*>(start), size};
  return map;
}

}  // namespace orch::objects
