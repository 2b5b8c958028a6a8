// SPDX-License-Identifier: MIT
#include "usage/usage.h"

#include <algorithm>
#include <map>

#include "clock/clock.h"
#include "file/file.h"
#include "file/range.h"
#include "store/event_days.h"
#include "store/features.h"
#include "store/usage.h"
#include "transcript/transcript.h"

namespace orch::usage {
namespace {

constexpr std::size_t kMostOfOne = 4 << 20;  // bytes, of one file at a time
constexpr std::size_t kMostOfAll = 8 << 20;

using ByDay =
    std::map<std::pair<std::int64_t, std::string>, transcript::Tokens>;

// Up to the end of the last whole line. A line that is longer than all that is
// read at a time holds no numbers that we know: what is there of it is passed
// over, and its rest is no line of JSON.
std::size_t whole_lines(const std::string& bytes) {
  const std::size_t end = bytes.rfind('\n');
  if (end != std::string::npos) return end + 1;
  return bytes.size() < kMostOfOne ? 0 : bytes.size();
}

ByDay read_lines(std::string_view bytes, transcript::Reader& reader) {
  ByDay used;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (const auto u = reader.read(bytes.substr(0, end)))
      used[{u->at / store::kDayMs, u->model}].add(u->tokens);
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return used;
}

// Where to go on. A file that became shorter, or is another one under the same
// name, is read from its beginning; what was counted is not counted again.
store::UsageRead place_in(store::Store& store, const store::Agent& agent) {
  auto place = store::find_usage_read(store, agent.transcript);
  if (!place)
    place = store::UsageRead{
        .transcript = agent.transcript,
        .floor_at = store::newest_usage_of(store, agent.id, agent.transcript)};
  place->agent_id = agent.id;
  return *place;
}

void begin_anew(store::UsageRead& place) {
  place.offset = 0;
  place.floor_at = std::max(place.floor_at, place.newest_at);
  place.state.clear();
}

// Bytes that were passed.
std::size_t read_one(store::Store& store, const store::Agent& agent) {
  store::UsageRead place = place_in(store, agent);
  const store::UsageRead before = place;
  auto range = file::find_own_range(agent.transcript, place.offset, kMostOfOne);
  if (!range) return 0;
  const bool is_other = place.inode != 0 && place.inode != range->inode;
  if (is_other || range->size < place.offset) {
    begin_anew(place);
    range = file::find_own_range(agent.transcript, 0, kMostOfOne);
    if (!range) return 0;
  }
  place.inode = range->inode;
  const std::size_t length = whole_lines(range->bytes);
  if (length == 0) return 0;
  transcript::Reader reader(place.state, place.floor_at);
  const ByDay used =
      read_lines(std::string_view(range->bytes).substr(0, length), reader);
  place.offset += static_cast<std::int64_t>(length);
  // A line of the future would hide all that comes later.
  place.newest_at =
      std::max(place.newest_at, std::min(reader.newest_at(), clock::now()));
  place.state = reader.state();

  store::Transaction transaction(store);
  // Another pass may have come first.
  const auto now = store::find_usage_read(store, agent.transcript);
  if ((now ? now->offset : 0) != before.offset ||
      (now && now->state != before.state))
    return 0;
  store::put_usage_read(store, place);
  const std::string conversation = agent.conversation.empty()
                                       ? file::name_of(agent.transcript)
                                       : agent.conversation;
  for (const auto& [key, tokens] : used)
    store::add_usage(store, {.agent_id = agent.id,
                             .conversation = conversation,
                             .day = key.first,
                             .model = key.second,
                             .input = tokens.input,
                             .output = tokens.output,
                             .cached = tokens.cached,
                             .cost_micros = tokens.cost_micros});
  transaction.commit();
  return length;
}

}  // namespace

int read_more(store::Store& store) {
  std::size_t passed = 0;
  int files = 0;
  for (const store::Agent& agent : store::list_agents(store)) {
    if (!agent.transcript.starts_with('/')) continue;
    const std::size_t length = read_one(store, agent);
    if (length > 0) ++files;
    passed += length;
    if (passed > kMostOfAll - kMostOfOne) break;
  }
  return files;
}

}  // namespace orch::usage
