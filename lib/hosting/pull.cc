// SPDX-License-Identifier: MIT
#include "hosting/pull.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "text/case.h"
#include "text/text.h"

namespace orch::hosting {
namespace {

struct Named {
  Kind kind;
  std::string_view name;
};
constexpr std::array<Named, 4> kKinds = {{{Kind::Gh, "gh"},
                                          {Kind::Glab, "glab"},
                                          {Kind::Tea, "tea"},
                                          {Kind::Command, "command"}}};

bool is_host(std::string_view host) {
  return !host.empty() && host[0] != '-' &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
                  c == '~' || c == '+';
         });
}

std::optional<Place> place_of(std::string_view host, std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  const auto parts = text::split(path, '/');
  if (!is_host(host) || parts.size() < 2 ||
      !std::all_of(parts.begin(), parts.end(),
                   [](const std::string& p) { return is_name(p); }))
    return std::nullopt;
  return Place{text::lower(host), std::string(path)};
}

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const Named& k : kKinds)
    if (k.kind == kind) return k.name;
  return "";
}

std::optional<Kind> find_kind(std::string_view name) {
  for (const Named& k : kKinds)
    if (k.name == name) return k.kind;
  return std::nullopt;
}

std::optional<Place> find_place(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const std::string_view name = url.substr(0, scheme);
    if (name != "https" && name != "http" && name != "ssh" && name != "git" &&
        name != "git+ssh")
      return std::nullopt;
    std::string_view rest = url.substr(scheme + 3);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::string_view host = rest.substr(0, slash);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
      host.remove_prefix(at + 1);
    host = host.substr(0, host.find(':'));
    return place_of(host, rest.substr(slash));
  }
  // The short form of ssh: user@host:path, where a slash before the colon makes
  // it a path.
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos ||
      url.substr(0, colon).find('/') != std::string_view::npos)
    return std::nullopt;
  std::string_view host = url.substr(0, colon);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
    host.remove_prefix(at + 1);
  return place_of(host, url.substr(colon + 1));
}

std::optional<Page> find_page(std::string_view url) {
  for (const std::string_view part :
       {"/-/merge_requests/", "/merge_requests/", "/pulls/", "/pull/"}) {
    const std::size_t at = url.rfind(part);
    if (at == std::string_view::npos) continue;
    const std::string_view digits = url.substr(at + part.size());
    Page page;
    const auto [end, error] = std::from_chars(
        digits.data(), digits.data() + digits.size(), page.number);
    const auto place = find_place(url.substr(0, at));
    if (error != std::errc() || end != digits.data() + digits.size() ||
        page.number <= 0 || !place)
      return std::nullopt;
    page.place = *place;
    return page;
  }
  return std::nullopt;
}

std::string bare_address(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    // A path of this machine, unless a colon comes first.
    const bool path = url.find_first_of("/:") == url.find('/');
    return std::string(path ? url : url.substr(url.rfind('@') + 1));
  }
  const std::string front(url.substr(0, scheme + 3));
  if (front == "file://") return std::string(url);
  const std::string_view rest = url.substr(scheme + 3);
  const std::size_t end = rest.find_first_of("?#"), at = rest.rfind('@');
  if (at == std::string_view::npos)
    return front + std::string(rest.substr(0, end));
  // A mark in the password, or a name in the query.
  if (end < at) return front + "…";
  return front + std::string(rest.substr(0, end).substr(at + 1));
}

bool is_page_in(const Place& place, std::string_view url, std::int64_t number) {
  const auto page = find_page(url);
  if (page && page->number != number) return false;
  const auto found = page ? page->place : find_place(url);
  if (!found || found->host != place.host) return false;
  const std::string path = text::lower(found->path) + "/";
  const std::string ours = text::lower(place.path) + "/";
  return page ? path == ours : path.starts_with(ours);
}

std::optional<Kind> kind_of_host(std::string_view host) {
  const auto has = [&](std::string_view part) {
    return host.find(part) != std::string_view::npos;
  };
  if (has("github")) return Kind::Gh;
  if (has("gitlab")) return Kind::Glab;
  if (has("gitea") || has("forgejo") || host == "codeberg.org")
    return Kind::Tea;
  return std::nullopt;
}

std::string checks_of(const Pull& pull) {
  const auto any = [&](std::string_view state) {
    return std::any_of(pull.checks.begin(), pull.checks.end(),
                       [&](const Check& c) { return c.state == state; });
  };
  for (const char* state : {"failing", "pending", "passing"})
    if (any(state)) return state;
  return "";
}

}  // namespace orch::hosting
