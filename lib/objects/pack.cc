// SPDX-License-Identifier: MIT
#include "objects/pack.h"

#include <algorithm>
#include <vector>

#include "error/error.h"
#include "objects/inflate.h"

namespace orch::objects {
namespace {

constexpr std::size_t kIndexHeader = 8, kFanout = 256 * 4, kId = 20;
constexpr std::size_t kPackHeader = 12, kTrailer = 20;
constexpr std::size_t kBaseBytes = 48 << 20;
constexpr int kOffsetDelta = 6, kIdDelta = 7;

std::uint32_t number_at(const char* p) {
  const auto* b = reinterpret_cast<const std::uint8_t*>(p);
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 |
         std::uint32_t{b[2]} << 8 | b[3];
}

// Seven bits a byte, the lowest first, the top bit says that more follow.
bool read_size(std::string_view& bytes, std::uint64_t* value) {
  *value = 0;
  for (unsigned shift = 0; !bytes.empty() && shift < 63; shift += 7) {
    const auto b = static_cast<std::uint8_t>(bytes[0]);
    bytes.remove_prefix(1);
    *value |= std::uint64_t{b & 0x7fu} << shift;
    if (!(b & 0x80)) return true;
  }
  return false;
}

// The arguments of a copy: those bytes whose bits in `mask` are set.
bool read_argument(std::string_view& bytes, unsigned mask, std::size_t* value) {
  *value = 0;
  for (unsigned i = 0; mask >> i; ++i) {
    if (!(mask >> i & 1)) continue;
    if (bytes.empty()) return false;
    *value |= std::size_t{static_cast<std::uint8_t>(bytes[0])} << (8 * i);
    bytes.remove_prefix(1);
  }
  return true;
}

}  // namespace

std::optional<std::string> apply_delta(std::string_view base,
                                       std::string_view delta,
                                       std::size_t limit) {
  std::uint64_t from = 0, to = 0;
  if (!read_size(delta, &from) || !read_size(delta, &to) ||
      from != base.size() || to > limit)
    return std::nullopt;
  std::string out;
  out.reserve(to);
  while (!delta.empty()) {
    const auto op = static_cast<std::uint8_t>(delta[0]);
    delta.remove_prefix(1);
    if (op & 0x80) {
      std::size_t at = 0, size = 0;
      if (!read_argument(delta, op & 0x0f, &at) ||
          !read_argument(delta, op >> 4 & 0x07, &size))
        return std::nullopt;
      if (size == 0) size = 0x10000;
      if (at > base.size() || size > base.size() - at) return std::nullopt;
      out.append(base.substr(at, size));
    } else {
      if (op == 0 || op > delta.size()) return std::nullopt;
      out.append(delta.substr(0, op));
      delta.remove_prefix(op);
    }
    if (out.size() > to) return std::nullopt;
  }
  if (out.size() != to) return std::nullopt;
  return out;
}

struct Pack::Header {
  int type = 0;
  std::uint64_t size = 0;   // of what is packed here
  std::uint64_t base = 0;   // offset of a delta's base
  std::string_view packed;  // from the zlib stream on
};

std::unique_ptr<Pack> Pack::open(const std::string& path) {
  auto pack = std::make_unique<Pack>();
  pack->path_ = path;
  pack->index_ = Map::open(path + ".idx");
  pack->pack_ = Map::open(path + ".pack");
  if (pack->index_.empty() || pack->pack_.empty()) return nullptr;
  const std::string_view index = pack->index_.bytes();
  const std::string_view data = pack->pack_.bytes();
  if (index.size() >= kIndexHeader + kFanout)
    pack->count_ = number_at(index.data() + kIndexHeader + kFanout - 4);
  const std::size_t least =
      kIndexHeader + kFanout + pack->count_ * (kId + 8ULL) + 2 * kTrailer;
  if (index.size() < least ||
      !index.starts_with(std::string_view("\377tOc\0\0\0\2", 8)) ||
      data.size() < kPackHeader + kTrailer || !data.starts_with("PACK") ||
      number_at(data.data() + 4) != 2 ||
      number_at(data.data() + 8) != pack->count_)
    throw Error(ErrorCode::Corrupt, "cannot read pack '" + path + ".pack'");
  return pack;
}

std::optional<std::uint64_t> Pack::find(const Id& id) const {
  const char* const fanout = index_.bytes().data() + kIndexHeader;
  const char* const ids = fanout + kFanout;
  const std::uint8_t first = id.bytes[0];
  std::uint32_t low = first ? number_at(fanout + 4 * (first - 1)) : 0;
  std::uint32_t high = std::min(number_at(fanout + 4 * first), count_);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = std::memcmp(ids + kId * middle, id.bytes.data(), kId);
    if (order < 0)
      low = middle + 1;
    else if (order > 0)
      high = middle;
    else
      low = high = middle + 1;
    if (order != 0) continue;
    const char* const offsets = ids + std::size_t{count_} * (kId + 4);
    const std::uint32_t offset = number_at(offsets + 4ULL * middle);
    if (!(offset & 0x80000000u)) return offset;
    // Beyond 2 GiB: an index into a table of 64-bit offsets.
    const char* const large =
        offsets + 4ULL * count_ + 8ULL * (offset & 0x7fffffffu);
    if (large + 8 >
        index_.bytes().data() + index_.bytes().size() - 2 * kTrailer)
      return 0;
    return std::uint64_t{number_at(large)} << 32 | number_at(large + 4);
  }
  return std::nullopt;
}

void Pack::broken(std::uint64_t offset) const {
  throw Error(ErrorCode::Corrupt, "cannot read pack '" + path_ +
                                      ".pack': bad object at " +
                                      std::to_string(offset));
}

Pack::Header Pack::header_at(std::uint64_t offset) const {
  std::string_view rest = pack_.bytes();
  rest.remove_suffix(kTrailer);
  if (offset < kPackHeader || offset >= rest.size()) broken(offset);
  rest.remove_prefix(offset);
  Header header;
  auto byte = static_cast<std::uint8_t>(rest[0]);
  rest.remove_prefix(1);
  header.type = byte >> 4 & 7;
  header.size = byte & 15;
  if (byte & 0x80) {
    std::uint64_t more = 0;
    if (!read_size(rest, &more) || more >> 59) broken(offset);
    header.size |= more << 4;
  }
  if (header.type == kOffsetDelta) {
    std::uint64_t distance = 0;
    do {
      if (rest.empty() || distance >> 56) broken(offset);
      byte = static_cast<std::uint8_t>(rest[0]);
      rest.remove_prefix(1);
      distance = (distance << 7) + (byte & 0x7f);
      if (byte & 0x80) ++distance;
    } while (byte & 0x80);
    if (distance == 0 || distance > offset) broken(offset);
    header.base = offset - distance;
  } else if (header.type == kIdDelta) {
    if (rest.size() < kId) broken(offset);
    const auto base = find(Id::from(rest.data()));
    if (!base) broken(offset);
    header.base = *base;
    rest.remove_prefix(kId);
  } else if (header.type < 1 || header.type > 4) {
    broken(offset);
  }
  header.packed = rest;
  return header;
}

std::string Pack::inflate(const Header& header) const {
  std::string bytes;
  if (!inflate_exactly(header.packed, header.size, &bytes)) bytes.clear();
  if (bytes.size() != header.size)
    throw Error(ErrorCode::Corrupt,
                "cannot read pack '" + path_ + ".pack': bad zlib stream");
  return bytes;
}

void Pack::remember(std::uint64_t offset, const Object& object) {
  if (object.bytes.size() > kBaseBytes / 8) return;
  if (base_bytes_ + object.bytes.size() > kBaseBytes) {
    bases_.clear();
    base_bytes_ = 0;
  }
  if (bases_.emplace(offset, object).second) base_bytes_ += object.bytes.size();
}

Object Pack::read(std::uint64_t offset, std::size_t limit) {
  constexpr std::size_t kLongestChain = 10000;
  std::vector<std::pair<std::uint64_t, Header>> deltas;
  Object object;
  for (std::uint64_t at = offset;;) {
    if (const auto known = bases_.find(at); known != bases_.end()) {
      object = known->second;
      break;
    }
    const Header header = header_at(at);
    if (header.size > limit || deltas.size() > kLongestChain) broken(at);
    if (header.type < kOffsetDelta) {
      object = {static_cast<Kind>(header.type), inflate(header)};
      if (!deltas.empty()) remember(at, object);
      break;
    }
    deltas.emplace_back(at, header);
    at = header.base;
  }
  while (!deltas.empty()) {
    const auto& [at, header] = deltas.back();
    auto bytes = apply_delta(object.bytes, inflate(header), limit);
    if (!bytes) broken(at);
    object.bytes = std::move(*bytes);
    const std::uint64_t done = at;
    deltas.pop_back();
    if (!deltas.empty()) remember(done, object);
  }
  return object;
}

}  // namespace orch::objects
