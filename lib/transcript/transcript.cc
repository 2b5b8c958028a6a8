// SPDX-License-Identifier: MIT
#include "transcript/transcript.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "json/value.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::transcript {
namespace {

constexpr std::size_t kRecent = 64;
constexpr std::size_t kLongestName = 200;
// Beyond this, a number is no number of tokens.
constexpr std::int64_t kMost = 1000000000000;

std::int64_t count_of(const json::Value& value) {
  const auto n = value.as_integer();
  return n ? std::clamp<std::int64_t>(*n, 0, kMost) : 0;
}

std::string name_of(const json::Value& value) {
  const std::string* text = value.as_string();
  return text ? text::cut(text::to_utf8(*text), kLongestName) : "";
}

// "2026-11-22T10:11:12.345Z".
std::int64_t time_of(const json::Value& value) {
  const std::string* text = value.as_string();
  if (!text || text->size() < 19) return 0;
  return text::parse_iso_time(text->substr(0, 19) + "Z").value_or(0);
}

std::optional<std::int64_t> cost_of(const json::Value& value) {
  if (value.is_null() || value.as_string() || value.as_bool() ||
      value.as_array() || value.as_object())
    return std::nullopt;
  const double dollars = std::strtod(json::to_text(value).c_str(), nullptr);
  if (!(dollars >= 0) || dollars > 1e6) return std::nullopt;
  return std::llround(dollars * 1e6);
}

Tokens tokens_of_claude(const json::Value& line, const json::Value& usage) {
  return {.input = count_of(usage["input_tokens"]) +
                   count_of(usage["cache_creation_input_tokens"]),
          .output = count_of(usage["output_tokens"]),
          .cached = count_of(usage["cache_read_input_tokens"]),
          .cost_micros = cost_of(line["costUSD"])};
}

// There, what came from the cache is part of what went in.
Tokens tokens_of_codex(const json::Value& total) {
  const std::int64_t input = count_of(total["input_tokens"]);
  const std::int64_t cached =
      std::min(input, count_of(total["cached_input_tokens"]));
  return {.input = input - cached,
          .output = count_of(total["output_tokens"]),
          .cached = cached};
}

// What is more in `now` than it was.
Tokens growth(const Tokens& before, const Tokens& now) {
  const auto more = [](std::int64_t a, std::int64_t b) {
    return std::max<std::int64_t>(0, b - a);
  };
  Tokens out{.input = more(before.input, now.input),
             .output = more(before.output, now.output),
             .cached = more(before.cached, now.cached)};
  if (now.cost_micros)
    if (const std::int64_t cost =
            more(before.cost_micros.value_or(0), *now.cost_micros);
        cost > 0 || !before.cost_micros)
      out.cost_micros = cost;
  return out;
}

std::int64_t sum_of(const Tokens& t) { return t.input + t.output + t.cached; }

json::Array array_of(const Tokens& t) {
  return {t.input, t.output, t.cached, t.cost_micros};
}

std::optional<Tokens> tokens_of(const json::Value& value) {
  const json::Array* parts = value.as_array();
  if (!parts || parts->size() != 4) return std::nullopt;
  return Tokens{.input = count_of((*parts)[0]),
                .output = count_of((*parts)[1]),
                .cached = count_of((*parts)[2]),
                .cost_micros = (*parts)[3].as_integer()};
}

}  // namespace

void Tokens::add(const Tokens& other) {
  input += other.input;
  output += other.output;
  cached += other.cached;
  if (other.cost_micros)
    cost_micros = cost_micros.value_or(0) + *other.cost_micros;
}

Reader::Reader(const std::string& state, std::int64_t floor_at)
    : floor_at_(floor_at), newest_at_(floor_at) {
  const auto saved = json::parse(state);
  if (!saved) return;
  newest_at_ =
      std::max(floor_at, (*saved)["newest_at"].as_integer().value_or(0));
  model_ = name_of((*saved)["model"]);
  total_ = tokens_of((*saved)["total"]);
  if (const json::Array* recent = (*saved)["recent"].as_array())
    for (const json::Value& entry : *recent)
      if (const auto tokens = tokens_of(entry["tokens"]))
        recent_.emplace_back(name_of(entry["id"]), *tokens);
}

std::string Reader::state() const {
  json::Array recent;
  for (const auto& [id, tokens] : recent_)
    recent.emplace_back(json::Object{{"id", id}, {"tokens", array_of(tokens)}});
  json::Object out = {{"newest_at", newest_at_},
                      {"model", model_},
                      {"recent", std::move(recent)}};
  if (total_) out.emplace_back("total", array_of(*total_));
  return json::to_text(out);
}

std::optional<Used> Reader::counted(std::int64_t at, const std::string& model,
                                    const Tokens& tokens) {
  if (tokens.is_none()) return std::nullopt;
  if (at == 0) at = newest_at_;  // it came behind that
  if (at == 0 || at <= floor_at_) return std::nullopt;
  newest_at_ = std::max(newest_at_, at);
  return Used{at, model, tokens};
}

std::optional<Used> Reader::read(std::string_view text) {
  const auto has = [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  // Most lines are about other things, and some are long.
  if (!has("\"usage\"") && !has("\"token_count\"") && !has("\"turn_context\""))
    return std::nullopt;
  const auto line = json::parse(text);
  if (!line) return std::nullopt;
  const json::Value& message = (*line)["message"];
  const json::Value& payload = (*line)["payload"];
  const std::int64_t at = time_of((*line)["timestamp"]);
  if ((*line)["type"] == json::Value("turn_context")) {
    model_ = name_of(payload["model"]);
    return std::nullopt;
  }
  if (payload["type"] == json::Value("token_count")) {
    const json::Value& total = payload["info"]["total_token_usage"];
    if (!total.as_object()) return std::nullopt;
    const Tokens now = tokens_of_codex(total);
    const Tokens last = tokens_of_codex(payload["info"]["last_token_usage"]);
    Tokens more = growth(total_.value_or(Tokens{}), now);
    // Totals that began anew, or hold what another file has told before: what
    // the last request used is there, too.
    const bool is_less = total_ && (sum_of(now) < sum_of(*total_));
    if (is_less) more = now;
    if (sum_of(last) > 0 && !more.is_none() &&
        (!total_ || is_less || sum_of(more) < sum_of(last)))
      more = last;
    total_ = now;
    return counted(at, model_, more);
  }
  if ((*line)["type"] != json::Value("assistant") ||
      !message["usage"].as_object())
    return std::nullopt;
  const std::string model = name_of(message["model"]);
  if (model == "<synthetic>") return std::nullopt;  // said by the CLI itself
  std::string id = name_of(message["id"]);
  if (id.empty()) id = name_of((*line)["requestId"]);
  const Tokens now = tokens_of_claude(*line, message["usage"]);
  if (id.empty()) return counted(at, model, now);
  const auto known =
      std::find_if(recent_.begin(), recent_.end(),
                   [&](const auto& entry) { return entry.first == id; });
  if (known == recent_.end()) {
    recent_.emplace_back(id, now);
    if (recent_.size() > kRecent) recent_.pop_front();
    return counted(at, model, now);
  }
  const Tokens more = growth(known->second, now);
  known->second.add(more);
  return counted(at, model, more);
}

}  // namespace orch::transcript
