// SPDX-License-Identifier: MIT
#include "conflict/changes.h"

#include "git/git.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

Change parse_change(std::string_view header) {
  header = header.substr(0, header.find('\0'));
  const std::size_t tab = std::min(header.find('\t'), header.size());
  return {std::string(header.substr(0, tab)),
          std::string(header.substr(std::min(tab + 1, header.size())))};
}

// "<id>\t<author>" of each commit, then ":<modes, ids, status>" and the path of
// each change, all ended by NUL; a line end may come before the first change.
std::map<std::string, Change> last_changes(const std::string& output) {
  std::map<std::string, Change> out;
  Change commit;
  const auto words = text::split(output, '\0');
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = text::trim(words[i]);
    if (!word.starts_with(':'))
      commit = parse_change(word);
    else if (i + 1 < words.size())
      out.emplace(words[++i], commit);
  }
  return out;
}

}  // namespace

// `git log` of commits and, with --raw, what they changed; newest first.
const std::string& Changes::log(const std::vector<std::string>& args) {
  const auto [known, is_first] = logs_.emplace(args, "");
  if (!is_first) return known->second;
  git::Call call{
      .args = {"-c", "log.showSignature=false", "-c", "log.follow=false", "log",
               "-z", "--no-renames", "--no-color", "--format=%H%x09%an"},
      .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}};
  call.args.insert(call.args.end(), args.begin(), args.end());
  auto outcome = git::run(repository_, call);
  if (outcome.ok()) known->second = std::move(outcome.output);
  return known->second;
}

std::map<std::string, Change> Changes::of(const Comparison& compared,
                                          const std::string& tip,
                                          Blob ThreeSides::*side) {
  if (compared.base.empty() || tip.empty() || compared.files.empty()) return {};
  const std::string range = compared.base + ".." + tip;
  std::vector<std::string> args = {"--raw", "--no-abbrev", range, "--"};
  for (const ThreeSides& f : compared.files) args.push_back(f.path);
  auto out = last_changes(log(args));
  for (const ThreeSides& f : compared.files) {
    const Blob& blob = f.*side;
    if (out.contains(f.path) || blob.id.empty() || blob.id == f.base.id)
      continue;
    const Change found = parse_change(
        text::trim(log({"-1", "--find-object=" + blob.id, range, "--"})));
    if (!found.commit.empty()) out.emplace(f.path, found);
  }
  return out;
}

}  // namespace orch::conflict
