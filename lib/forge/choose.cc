// SPDX-License-Identifier: MIT
#include <algorithm>

#include "error/error.h"
#include "forge/call.h"
#include "process/process.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::forge {
namespace {

using hosting::Kind;

constexpr std::int64_t kVersionMs = 10000;
constexpr Kind kPrograms[] = {Kind::Gh, Kind::Glab, Kind::Tea};

std::string name_of(Kind kind) { return std::string(hosting::kind_name(kind)); }

const char* forge_of(Kind kind) {
  if (kind == Kind::Gh) return "GitHub";
  return kind == Kind::Glab ? "GitLab" : "Gitea";
}

// "glab 1.53.0", "glab version 1.36.0".
bool has_version_behind(const std::string& text, const std::string& front) {
  return text.starts_with(front) && text.size() > front.size() &&
         text[front.size()] >= '0' && text[front.size()] <= '9';
}

bool is_what_it_claims(Kind kind, const std::string& said) {
  if (kind == Kind::Gh) return has_version_behind(said, "gh version ");
  if (kind == Kind::Glab)
    return has_version_behind(said, "glab version ") ||
           has_version_behind(said, "glab ") ||
           has_version_behind(said, "glab v");
  // A text editor has this name, too; only this one has Gitea's library in it.
  return has_version_behind(said, "tea version ") ||
         said.find("go-sdk") != std::string::npos;
}

enum class Found { No, Yes, Another };
struct Looked {
  Found found = Found::No;
  std::string said;  // its first line
};

Looked look(Kind kind, const std::string& directory) {
  if (!process::find_on_path(name_of(kind))) return {};
  const Client client{.kind = kind,
                      .argv = {name_of(kind)},
                      .timeout_ms = kVersionMs,
                      .directory = directory};
  const Heard heard = hear(client, {.args = {"--version"}});
  std::string said(text::trim(heard.response.body));
  if (said.empty()) said = std::string(text::trim(heard.ending.errors));
  Looked out;
  out.found = heard.ending.status == 0 && is_what_it_claims(kind, said)
                  ? Found::Yes
                  : Found::Another;
  out.said = text::cut(text::printable(said.substr(0, said.find('\n'))), 80);
  return out;
}

Choice with(const Wish& wish, Kind kind, const std::vector<std::string>& argv) {
  return {Client{.kind = kind,
                 .argv = argv,
                 .timeout_ms = wish.timeout_ms,
                 .directory = wish.directory,
                 .place = hosting::find_place(wish.remote_url),
                 .remote_url = hosting::bare_address(wish.remote_url)},
          ""};
}

// The program for `kind`, which `because` asks for.
Choice require(const Wish& wish, Kind kind, const std::string& because) {
  const Looked looked = look(kind, wish.directory);
  if (looked.found == Found::Yes) return with(wish, kind, {name_of(kind)});
  if (looked.found == Found::Another)
    throw Error(
        ErrorCode::MissingTool,
        "'" + name_of(kind) + "' is not the program for " + forge_of(kind) +
            ", which " + because + " needs" +
            (looked.said.empty() ? "" : ": it says '" + looked.said + "'"),
        "git config orch.forge gh|glab|tea|command");
  return {std::nullopt,
          "no '" + name_of(kind) + "' on PATH, which " + because + " needs"};
}

Choice only_one(const Wish& wish) {
  std::vector<Kind> there;
  for (const Kind kind : kPrograms)
    if (look(kind, wish.directory).found == Found::Yes) there.push_back(kind);
  if (there.size() == 1) return with(wish, there[0], {name_of(there[0])});
  if (there.empty())
    return {std::nullopt, "there is no gh, glab or tea on PATH"};
  return {std::nullopt,
          "the remote's address does not say which forge it is; "
          "git config orch.forge gh|glab|tea|command"};
}

}  // namespace

Choice choose(const Wish& wish) {
  if (!wish.named.empty()) {
    const auto kind = hosting::find_kind(text::lower(wish.named));
    if (!kind)
      throw Error(ErrorCode::Usage,
                  "bad value '" + wish.named + "' for orch.forge",
                  "known: gh, glab, tea, command");
    if (*kind != Kind::Command) return require(wish, *kind, "orch.forge");
    if (wish.command.empty())
      throw Error(ErrorCode::Usage,
                  "orch.forge is 'command', and orch.forgeCommand is not set",
                  "git config --global orch.forgeCommand /path/to/program");
    return with(wish, Kind::Command, wish.command);
  }
  const auto place = hosting::find_place(wish.remote_url);
  if (const auto kind =
          place ? hosting::kind_of_host(place->host) : std::nullopt)
    return require(wish, *kind, "'" + place->host + "'");
  if (!wish.command.empty()) return with(wish, Kind::Command, wish.command);
  return only_one(wish);
}

}  // namespace orch::forge
