// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "plan/files.h"
#include "plan/number.h"
#include "plan/team.h"

namespace orch::plan {
namespace {

constexpr std::string_view kDefault = "code_project";

// What one indicator found.
struct Find {
  std::string shown;  // the file or pattern that counts
  std::string team;
  double score = 0;
};

struct Candidate {
  std::string team;
  double score = 0;
  std::size_t finds = 0;
};

enum class Where { Nowhere, Below, Top };

Where place_of(bool matches, std::size_t at) {
  return !matches ? Where::Nowhere : at == 0 ? Where::Top : Where::Below;
}

// Where the directory `name` is on the way to `path`.
Where directory_in(std::string_view name, std::string_view path) {
  if (path.starts_with(name)) return Where::Top;
  if (name.substr(0, name.size() - 1).find('/') != std::string_view::npos)
    return Where::Nowhere;
  const std::string inner = "/" + std::string(name);
  return path.find(inner) == std::string_view::npos ? Where::Nowhere
                                                    : Where::Below;
}

Where match(std::string_view pattern, std::string_view path) {
  if (pattern.ends_with('/')) return directory_in(pattern, path);
  const bool glob = pattern.find_first_of("*?") != std::string_view::npos;
  if (pattern.find('/') != std::string_view::npos)
    return place_of(glob ? glob_matches(pattern, path) : pattern == path, 0);
  const std::string_view name = last_part(path);
  const std::size_t at = path.size() - name.size();
  return place_of(glob ? glob_matches(pattern, name) : pattern == name, at);
}

std::string shown(const role::Indicator& indicator, const std::string& path,
                  Where where) {
  if (!indicator.pattern.ends_with('/')) return path;
  if (where == Where::Top) return indicator.pattern;
  return path.substr(0, path.find("/" + indicator.pattern) + 1) +
         indicator.pattern;
}

Find once(const role::Indicator& indicator,
          const std::vector<std::string>& files) {
  Find best;
  for (const std::string& path : files) {
    const Where where = match(indicator.pattern, path);
    if (where == Where::Nowhere) continue;
    if (where == Where::Top)
      return {shown(indicator, path, where), "", indicator.score};
    if (best.shown.empty())
      best = {shown(indicator, path, where), "", indicator.score / 2};
  }
  return best;
}

Find share(const role::Indicator& indicator,
           const std::vector<std::string>& files) {
  const auto count = static_cast<std::size_t>(
      std::count_if(files.begin(), files.end(), [&](const std::string& path) {
        return match(indicator.pattern, path) != Where::Nowhere;
      }));
  if (count == 0) return {};
  return {indicator.pattern + " in " + std::to_string(count) + " of " +
              std::to_string(files.size()) + " files",
          "",
          indicator.score * static_cast<double>(count) /
              static_cast<double>(files.size())};
}

std::vector<std::string> own_files(const std::vector<std::string>& files) {
  std::vector<std::string> own;
  for (const std::string& path : files)
    if (!is_vendored(path)) own.push_back(path);
  std::sort(own.begin(), own.end());
  return own;
}

class Scores {
 public:
  Scores(const std::vector<std::string>& files,
         const std::vector<role::Team>& teams) {
    for (const role::Team& team : teams) add(team, files);
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) {
                if (a.score != b.score) return a.score > b.score;
                if (a.finds != b.finds) return a.finds > b.finds;
                return a.team < b.team;
              });
    std::stable_sort(
        finds_.begin(), finds_.end(),
        [](const Find& a, const Find& b) { return a.score > b.score; });
  }

  Detection detection() const {
    Detection out;
    double all = 0;
    for (const Candidate& c : candidates_) {
      out.scores.push_back({c.team, c.score});
      all += c.score;
    }
    Kind& kind = out.kind;
    kind.team = kDefault;
    for (const Find& find : finds_)
      kind.because.push_back(find.shown + " (" + find.team + ", " +
                             short_number(find.score) + ")");
    if (all <= 0) return out;
    kind.team = candidates_[0].team;
    kind.confidence =
        static_cast<int>(std::lround(100 * candidates_[0].score / all));
    for (const Find& find : finds_)
      if (find.team == kind.team && kind.decided_by.empty())
        kind.decided_by = find.shown;
    return out;
  }

 private:
  void add(const role::Team& team, const std::vector<std::string>& files) {
    if (team.indicators.empty()) return;
    Candidate candidate{team.name};
    for (const role::Indicator& indicator : team.indicators) {
      if (indicator.score <= 0 || indicator.pattern.empty()) continue;
      Find find =
          indicator.share ? share(indicator, files) : once(indicator, files);
      if (find.score <= 0) continue;
      find.team = team.name;
      candidate.score += find.score;
      ++candidate.finds;
      finds_.push_back(std::move(find));
    }
    candidates_.push_back(std::move(candidate));
  }

  std::vector<Candidate> candidates_;
  std::vector<Find> finds_;
};

}  // namespace

Detection detect(const std::vector<std::string>& files,
                 const std::vector<role::Team>& teams) {
  return Scores(own_files(files), teams).detection();
}

}  // namespace orch::plan
