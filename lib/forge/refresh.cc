// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "clock/clock.h"
#include "forge/call.h"
#include "json/value.h"
#include "text/text.h"

namespace orch::forge {
namespace {

using hosting::Failing;
using hosting::Kind;
using hosting::Known;
using hosting::Pull;

// With more, the one question for all of them is the cheaper one.
constexpr std::size_t kMostGuarded = 10;

// What an answer leaves for the next time: which pull requests it was about,
// what marks the answer of each cheap question, and the open heads.
struct Memory {
  std::vector<std::int64_t> numbers;
  std::map<std::string, std::string> tags;  // by endpoint
  std::map<std::int64_t, std::string> heads;
};

Memory parse_memory(const std::string& text) {
  Memory out;
  const auto v = json::parse(text);
  if (!v) return out;
  if (const json::Array* numbers = (*v)["numbers"].as_array())
    for (const json::Value& n : *numbers)
      out.numbers.push_back(n.as_integer().value_or(0));
  if (const json::Object* tags = (*v)["tags"].as_object())
    for (const auto& [endpoint, tag] : *tags)
      if (tag.as_string()) out.tags[endpoint] = *tag.as_string();
  if (const json::Object* heads = (*v)["heads"].as_object())
    for (const auto& [number, head] : *heads)
      if (head.as_string())
        out.heads[std::strtoll(number.c_str(), nullptr, 10)] =
            *head.as_string();
  return out;
}

std::string to_text(const Memory& memory) {
  json::Array numbers;
  for (const std::int64_t n : memory.numbers) numbers.emplace_back(n);
  json::Object tags, heads;
  for (const auto& [endpoint, tag] : memory.tags)
    tags.emplace_back(endpoint, tag);
  for (const auto& [number, head] : memory.heads)
    heads.emplace_back(std::to_string(number), head);
  return json::to_text(
      json::Object{{"numbers", numbers}, {"tags", tags}, {"heads", heads}});
}

// The newest change of any pull request, in one small answer.
std::string newest_endpoint(const Client& client) {
  if (client.kind == Kind::Gh)
    return "repos/" + client.place->path +
           "/pulls?state=all&sort=updated&direction=desc&per_page=1";
  return "projects/" + encoded(client.place->path) +
         "/merge_requests?state=all&order_by=updated_at&sort=desc&per_page=1";
}

// A check that ends does not change its pull request.
std::vector<std::string> check_endpoints(const Client& client,
                                         std::int64_t number,
                                         const std::string& head) {
  if (client.kind == Kind::Gh) {
    const std::string commit =
        "repos/" + client.place->path + "/commits/" + head;
    return {commit + "/check-runs?per_page=100", commit + "/status"};
  }
  return {"projects/" + encoded(client.place->path) + "/merge_requests/" +
          std::to_string(number) + "/pipelines?per_page=1"};
}

Call conditional(const Client& client, const std::string& endpoint,
                 const Memory& memory) {
  const auto tag = memory.tags.find(endpoint);
  if (tag == memory.tags.end()) return {.args = api(client, endpoint)};
  return {.args = api(client, endpoint,
                      {"--header", "If-None-Match: " + tag->second})};
}

bool is_header_safe(const std::string& tag) {
  return std::all_of(tag.begin(), tag.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

void note_tag(const Heard& heard, const std::string& endpoint, Memory& memory) {
  const auto tag = heard.response.headers.find("etag");
  if (heard.response.status == 200 && tag != heard.response.headers.end() &&
      is_header_safe(tag->second))
    memory.tags[endpoint] = tag->second;
}

enum class Changed { No, Yes, Unknown };

// Asks the cheap questions, whose marks go into `memory`. Unknown: `failure`
// says why.
Changed find_change(const Client& client, Memory& memory,
                    hosting::Failure& failure) {
  const std::string newest = newest_endpoint(client);
  const Heard first = hear(client, conditional(client, newest, memory));
  failure = first.failure;
  if (is_final(failure)) return Changed::Unknown;
  if (first.response.status != 304) {
    memory.tags.clear();
    note_tag(first, newest, memory);
    return Changed::Yes;
  }
  if (memory.heads.size() > kMostGuarded) return Changed::Yes;
  std::vector<std::string> endpoints;
  for (const auto& [number, head] : memory.heads)
    for (std::string& e : check_endpoints(client, number, head))
      endpoints.push_back(std::move(e));
  std::vector<Call> calls;
  for (const std::string& e : endpoints)
    calls.push_back(conditional(client, e, memory));
  const auto heard = hear_all(client, calls);
  bool same = true;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (is_final(heard[i].failure)) {
      failure = heard[i].failure;
      return Changed::Unknown;
    }
    same = same && heard[i].response.status == 304;
    note_tag(heard[i], endpoints[i], memory);
  }
  return same ? Changed::No : Changed::Yes;
}

hosting::Answer ask_all(const Client& client,
                        const std::vector<std::int64_t>& numbers) {
  const bool gh = client.kind == Kind::Gh;
  const std::string question =
      gh ? hosting::github_question(*client.place, numbers)
         : hosting::gitlab_question(*client.place, numbers);
  const Heard heard = hear(
      client, {.args = api(client, "graphql",
                           {"--method", "POST", "--header",
                            "Content-Type: application/json", "--input", "-"}),
               .input = question});
  // One that the forge does not have makes gh end with 1, with all others in
  // its answer.
  if (heard.failure &&
      (is_final(heard.failure) || !json::parse(heard.response.body)))
    return heard.failure;
  auto answer = gh ? hosting::read_github(heard.response.body, numbers)
                   : hosting::read_gitlab(heard.response.body, numbers);
  const auto* none = std::get_if<hosting::Failure>(&answer);
  if (!none) return answer;
  // The headers say more than the answer: until when to wait.
  if (none->what == Failing::Limited)
    return hosting::failure_of({1, false, "rate limit: " + none->text},
                               heard.response, clock::now());
  return heard.failure && none->what == Failing::Broken ? heard.failure : *none;
}

Refreshed refresh_by_command(const Client& client,
                             const std::vector<Known>& known,
                             const std::string& memory) {
  const Heard heard =
      hear(client, {.input = sync_question(client.remote_url, known, memory)});
  if (heard.failure) return {.failure = heard.failure};
  auto answer = hosting::read_sync(heard.response.body, known, clock::now());
  return {.failure = answer.failure,
          .unchanged = answer.unchanged,
          .pulls = std::move(answer.pulls),
          .memory = std::move(answer.memory)};
}

}  // namespace

std::vector<std::int64_t> numbers_of(const std::vector<Known>& known) {
  std::vector<std::int64_t> out;
  for (const Known& k : known) out.push_back(k.number);
  std::sort(out.begin(), out.end());
  return out;
}

bool is_final(const hosting::Failure& failure) {
  return failure && failure.what != Failing::Refused;
}

bool is_commit(const std::string& id) {
  return !id.empty() &&
         id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Refreshed refresh_batch(const Client& client, const std::vector<Known>& known,
                        const std::string& text) {
  const auto numbers = numbers_of(known);
  Memory memory = parse_memory(text);
  // What was not asked for the last time may have changed before it.
  if (!std::includes(memory.numbers.begin(), memory.numbers.end(),
                     numbers.begin(), numbers.end()))
    memory = {};
  Refreshed out;
  const Changed changed = find_change(client, memory, out.failure);
  if (changed == Changed::Unknown) return out;
  out.failure = {};
  if (changed == Changed::No) {
    out.unchanged = true;
    out.memory = text;
    return out;
  }
  auto answer = ask_all(client, numbers);
  if (const auto* failure = std::get_if<hosting::Failure>(&answer)) {
    out.failure = *failure;
    return out;
  }
  out.pulls = std::get<hosting::Pulls>(std::move(answer));
  memory.numbers = numbers;
  memory.heads.clear();
  for (const Pull& p : out.pulls.pulls)
    if (p.status != "merged" && p.status != "closed" &&
        is_commit(p.head_commit))
      memory.heads[p.number] = p.head_commit;
  out.memory = to_text(memory);
  return out;
}

Refreshed refresh(const Client& given, const std::vector<Known>& known,
                  const std::string& memory) {
  if (given.kind == Kind::Command)
    return refresh_by_command(given, known, memory);
  Client client = given;
  // What the pull requests themselves say is nearer than the remote's address.
  for (const Known& k : known)
    if (const auto page = hosting::find_page(k.url)) client.place = page->place;
  if (!client.place)
    return {.failure = {Failing::Refused,
                        "it is not known which repository "
                        "of the forge is meant",
                        {}}};
  return client.kind == Kind::Tea ? refresh_tea(client, known)
                                  : refresh_batch(client, known, memory);
}

std::string fetch_log(const Client& given, const hosting::Check& check) {
  if (!check.log.empty() || check.job.empty()) return check.log;
  if (check.job.find_first_not_of("0123456789") != std::string::npos) return "";
  Client client = given;
  if (!client.place) return "";
  Heard heard;
  if (client.kind == Kind::Gh)
    heard =
        hear(client, {.args = {"api", "--hostname", client.place->host,
                               "repos/" + client.place->path +
                                   "/actions/jobs/" + check.job + "/logs"}});
  else if (client.kind == Kind::Glab)
    heard = hear(client, {.args = {"api", "--hostname", client.place->host,
                                   "projects/" + encoded(client.place->path) +
                                       "/jobs/" + check.job + "/trace"}});
  return heard.failure ? "" : heard.response.body;
}

}  // namespace orch::forge
