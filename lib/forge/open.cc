// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "clock/clock.h"
#include "forge/call.h"
#include "json/value.h"
#include "text/text.h"

namespace orch::forge {
namespace {

using hosting::Failing;
using hosting::Kind;
using hosting::Pull;
using hosting::Wanted;

constexpr char kJson[] = "Content-Type: application/json";

// The last address of a pull request in what a program printed.
std::optional<Pull> pull_in(const std::string& printed, const Wanted& wanted) {
  std::optional<Pull> out;
  for (const std::string& line : text::split_list(printed, '\n'))
    if (const auto page = hosting::find_page(line))
      out = Pull{.number = page->number,
                 .url = line,
                 .status = wanted.draft ? "draft" : "open",
                 .base = wanted.base,
                 .head = wanted.head};
  return out;
}

Opened failed(const hosting::Failure& failure) { return {failure, {}, false}; }

// "…already exists for this source branch: !7" gives 7.
std::int64_t existing_number(const std::string& answer) {
  const std::size_t at = answer.find("already exists");
  const std::size_t mark = at == std::string::npos ? at : answer.find('!', at);
  if (mark == std::string::npos) return 0;
  std::int64_t n = 0;
  std::from_chars(answer.data() + mark + 1, answer.data() + answer.size(), n);
  return n;
}

Opened open_by_command(const Client& client, const Wanted& wanted) {
  const Heard heard =
      hear(client, {.input = open_question(client.remote_url, wanted)});
  if (heard.failure) return failed(heard.failure);
  const auto answer = hosting::read_open(heard.response.body, clock::now());
  if (answer.failure) return failed(answer.failure);
  return {{}, answer.pulls.pulls.front(), answer.existed};
}

Opened no_place(const Client& client) {
  return failed({Failing::Refused,
                 "the address of the remote, '" +
                     text::printable(client.remote_url) +
                     "', names no repository of a forge",
                 {}});
}

}  // namespace

Opened open_gh(const Client& client, const Wanted& wanted) {
  const Letter body(wanted.body);
  Call call{.args = {"pr", "create", "--title", wanted.title, "--body-file",
                     body.path(), "--base", wanted.base, "--head",
                     wanted.head}};
  if (wanted.draft) call.args.emplace_back("--draft");
  if (client.place)
    call.args.insert(
        call.args.end(),
        {"--repo",
         (client.place->host == "github.com" ? "" : client.place->host + "/") +
             client.place->path});
  const Heard heard = hear(client, call);
  const bool existed =
      heard.ending.errors.find("already exists") != std::string::npos;
  if (heard.failure && !existed) return failed(heard.failure);
  const auto pull =
      pull_in(existed ? heard.ending.errors : heard.response.body, wanted);
  if (!pull) return failed(hosting::cut_off("address of a pull request"));
  return {{}, pull, existed};
}

Opened open_glab(const Client& client, const Wanted& wanted) {
  if (!client.place) return no_place(client);
  const std::string top =
      "projects/" + encoded(client.place->path) + "/merge_requests";
  const Letter body(json::to_text(
      json::Object{{"source_branch", wanted.head},
                   {"target_branch", wanted.base},
                   {"title", (wanted.draft ? "Draft: " : "") + wanted.title},
                   {"description", wanted.body}}));
  const Heard heard =
      hear(client, {.args = api(client, top,
                                {"--method", "POST", "--header", kJson,
                                 "--input", body.path()})});
  if (!heard.failure) {
    const auto pull = hosting::read_gitlab_one(heard.response.body);
    if (!pull) return failed(hosting::cut_off("merge request"));
    return {{}, pull, false};
  }
  const std::int64_t number =
      existing_number(heard.response.body + heard.ending.errors);
  if (number == 0) return failed(heard.failure);
  const Heard one =
      hear(client, {.args = api(client, top + "/" + std::to_string(number))});
  if (one.failure) return failed(one.failure);
  const auto pull = hosting::read_gitlab_one(one.response.body);
  if (!pull) return failed(hosting::cut_off("merge request"));
  // The one in the way may go elsewhere.
  if (pull->base != wanted.base) return failed(heard.failure);
  return {{}, pull, true};
}

Opened open_tea(const Client& client, const Wanted& wanted) {
  if (!client.place) return no_place(client);
  const std::string top = "repos/" + client.place->path + "/pulls";
  // Its oldest version with API calls takes a file for one field only.
  const Letter body(wanted.body);
  const Heard heard = hear(
      client, {.args = api(client, top,
                           {"-X", "POST", "-f", "head=" + wanted.head, "-f",
                            "base=" + wanted.base, "-f",
                            "title=" + (wanted.draft ? "WIP: " + wanted.title
                                                     : wanted.title),
                            "-F", "body=@" + body.path()})});
  if (!heard.failure)
    if (const auto pull = hosting::read_gitea_one(heard.response.body))
      return {{}, pull, false};
  // Older ones end with 0 and print the refusal.
  const std::string said = heard.response.body + heard.ending.errors;
  if (said.find("already exists") == std::string::npos) {
    if (heard.failure) return failed(heard.failure);
    const auto refusal = hosting::failure_of({1, false, heard.ending.errors},
                                             heard.response, clock::now());
    return failed(json::parse(heard.response.body)
                      ? refusal
                      : hosting::cut_off("pull request"));
  }
  const Heard list =
      hear(client, {.args = api(client, top + "?state=open&limit=50")});
  if (list.failure) return failed(list.failure);
  const auto rows = json::parse(list.response.body);
  if (rows && rows->as_array())
    for (const json::Value& row : *rows->as_array()) {
      const auto pull = hosting::read_gitea_one(json::to_text(row));
      if (pull && pull->head == wanted.head && pull->base == wanted.base)
        return {{}, pull, true};
    }
  return failed(heard.failure ? heard.failure
                              : hosting::cut_off("list of pull requests"));
}

namespace {

Opened open_by_kind(const Client& client, const Wanted& wanted) {
  switch (client.kind) {
    case Kind::Gh:
      return open_gh(client, wanted);
    case Kind::Glab:
      return open_glab(client, wanted);
    case Kind::Tea:
      return open_tea(client, wanted);
    case Kind::Command:
      break;
  }
  return open_by_command(client, wanted);
}

}  // namespace

Opened open(const Client& client, const Wanted& wanted) {
  Opened out = open_by_kind(client, wanted);
  if (out.pull) out.pull->url = hosting::bare_address(out.pull->url);
  return out;
}

}  // namespace orch::forge
