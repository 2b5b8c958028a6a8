// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What forges say of pull requests, in one form for all of them. Every text in
// here was written by somebody outside.
namespace orch::hosting {

// By which program a forge is reached.
enum class Kind { Gh, Glab, Tea, Command };
std::string_view kind_name(Kind kind);  // gh, glab, tea, command
std::optional<Kind> find_kind(std::string_view name);

// The repository of a remote: "github.com" and "owner/name".
struct Place {
  std::string host, path;
  bool operator==(const Place&) const = default;
};
// Absent for a path of this machine and for what is no address.
std::optional<Place> find_place(std::string_view url);
// Where the page of a pull request says that it is, with its number.
struct Page {
  Place place;
  std::int64_t number = 0;
  bool operator==(const Page&) const = default;
};
std::optional<Page> find_page(std::string_view url);
// The address without a name and a password before its host, and without the
// query and the fragment behind its path: they may be secret. Where it cannot
// be told which of them is which, nothing but the scheme is left.
std::string bare_address(std::string_view url);
// Whether `url` leads into that repository, and to that number where it is the
// page of a pull request.
bool is_page_in(const Place& place, std::string_view url, std::int64_t number);
// Which program is for that host; absent when its name does not tell.
std::optional<Kind> kind_of_host(std::string_view host);

struct Check {
  std::string name;
  std::string state;  // passing, failing, pending, skipped
  std::string url;
  std::string job;  // by which its log is asked for; empty: it has none
  std::string log;  // where the answer has it already
};

struct Remark {
  std::string id;
  std::string author;
  std::string text;
  std::string path;  // empty: of the whole
  std::int64_t line = 0;
  std::string url;
  bool wants_changes = false;
};

struct Pull {
  std::int64_t number = 0;
  std::string url;
  std::string status;  // draft, open, approved, merged, closed
  std::string base, head, head_commit;
  std::string review;  // approved, changes, required; empty: not told
  std::optional<std::int64_t> merged_at;
  std::vector<Check> checks;
  std::vector<Remark> remarks;
};

// "failing" when one fails, else "pending" when one is, else "passing"; empty
// without any that counts.
std::string checks_of(const Pull& pull);

// The pull requests of one answer. `missing` are numbers that the forge does
// not have, each with what it says.
struct Pulls {
  std::vector<Pull> pulls;
  std::map<std::int64_t, std::string> missing;
};

}  // namespace orch::hosting
