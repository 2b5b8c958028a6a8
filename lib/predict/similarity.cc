// SPDX-License-Identifier: MIT
#include "predict/similarity.h"

#include <algorithm>
#include <string>

namespace orch::predict {
namespace {

using Count = std::pair<std::uint32_t, std::uint32_t>;  // hash, bytes
using Counts = std::vector<Count>;

void add_up(Counts& counts) {
  std::sort(counts.begin(), counts.end());
  std::size_t kept = 0;
  for (const auto& [hash, bytes] : counts) {
    if (kept && counts[kept - 1].first == hash)
      counts[kept - 1].second += bytes;
    else
      counts[kept++] = {hash, bytes};
  }
  counts.resize(kept);
}

// Whether the carriage return of a line end counts: not in a text, and what is
// a text depends on attributes.
enum class Returns { Keep, Skip };

// git cuts a file behind each line end and after 64 bytes, and counts bytes by
// a hash of the piece. Its hash is used, so that two pieces that git confuses
// are confused here. The last entry is a last piece without a line end, maybe
// of no bytes.
Counts count(const std::string& bytes, Returns returns) {
  constexpr std::uint32_t kLongest = 64, kBuckets = 107927, kFactor = 0x61;
  Counts counts;
  std::uint32_t low = 0, high = 0, length = 0;
  const auto end_piece = [&] {
    counts.emplace_back((low + high * kFactor) % kBuckets, length);
    low = high = length = 0;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (returns == Returns::Skip && byte == '\r' && i + 1 < bytes.size() &&
        bytes[i + 1] == '\n')
      continue;
    const std::uint32_t before = low;
    low = ((low << 7) ^ (high >> 25)) + byte;
    high = (high << 7) ^ (before >> 25);
    if (++length >= kLongest || byte == '\n') end_piece();
  }
  end_piece();
  return counts;
}

// Bytes that two files share, piece by piece.
std::size_t shared(const Counts& a, const Counts& b) {
  std::size_t bytes = 0;
  auto i = a.begin(), j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (i->first < j->first) {
      ++i;
    } else if (j->first < i->first) {
      ++j;
    } else {
      bytes += std::min((i++)->second, (j++)->second);
    }
  }
  return bytes;
}

}  // namespace

const Similarity::Pieces& Similarity::pieces(const Id& id) {
  auto& slot = pieces_[id];
  if (slot) return *slot;
  const std::string bytes = database_.require(id, objects::Kind::Blob);
  auto made = std::make_unique<Pieces>();
  made->size = bytes.size();
  for (const Returns returns : {Returns::Keep, Returns::Skip}) {
    if (returns == Returns::Skip && bytes.find("\r\n") == std::string::npos)
      break;
    Counts counts = count(bytes, returns);
    const Count last = counts.back();
    counts.pop_back();
    add_up(counts);
    made->ways.push_back(counts);
    // Older versions leave out a last piece that has no line end.
    if (last.second) {
      counts.push_back(last);
      add_up(counts);
      made->ways.push_back(std::move(counts));
    }
  }
  slot = std::move(made);
  return *slot;
}

// Of 60000, what the two share of the larger.
Score Similarity::compare(const Pieces& a, const Pieces& b) {
  constexpr std::size_t kFull = 60000;
  const std::size_t larger = std::max(a.size, b.size);
  if (larger > 2 * std::min(a.size, b.size)) return {};
  Score score{kFull, 0};
  for (const Pieces::Counts& way_a : a.ways)
    for (const Pieces::Counts& way_b : b.ways) {
      const auto part = static_cast<int>(shared(way_a, way_b) * kFull / larger);
      score.low = std::min(score.low, part);
      score.high = std::max(score.high, part);
    }
  return score;
}

Score Similarity::score(const Leaf& source, const Leaf& target) {
  if (!source.is_file() || !target.is_file()) return {};
  const auto known = scores_.find({source.id, target.id});
  if (known != scores_.end()) return known->second;
  const Score made = compare(pieces(source.id), pieces(target.id));
  scores_.emplace(objects::IdPair{source.id, target.id}, made);
  return made;
}

}  // namespace orch::predict
