// SPDX-License-Identifier: MIT
#include "mergequeue/message.h"

#include <algorithm>

#include "text/text.h"

namespace orch::mergequeue {
namespace {

void add_once(std::vector<std::string>& list, const std::string& line) {
  if (std::find(list.begin(), list.end(), line) == list.end())
    list.push_back(line);
}

// What a landing says of itself, no commit that it brings says for it.
bool is_ours(const std::string& trailer) {
  std::string key = trailer.substr(0, trailer.find_first_of(":= \t"));
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key == "orch-feature" || key == "orch-agent";
}

// Whoever wrote a subject chose its length.
std::string clipped(const std::string& subject) {
  return text::cut(subject, kLongestSubject);
}

std::string trailers_of(const Landing& landing) {
  std::vector<std::string> lines;
  for (const Brought& b : landing.commits)
    for (const std::string& t : b.trailers)
      if (!is_ours(t) && t.size() <= kLongestSubject &&
          lines.size() < kMostTrailers)
        add_once(lines, t);
  add_once(lines, "Orch-Feature: " + landing.feature);
  if (!landing.agent.empty()) add_once(lines, "Orch-Agent: " + landing.agent);
  return text::join(lines, "\n") + "\n";
}

std::string subjects_of(const Landing& landing) {
  std::string out;
  const std::size_t shown = std::min(landing.commits.size(), kMostSubjects);
  for (std::size_t i = 0; i < shown; ++i)
    out += "* " + clipped(landing.commits[i].subject) + "\n";
  if (shown < landing.commits.size())
    out += "* (" +
           text::count_of(landing.commits.size() - shown, "more commit") +
           ")\n";
  return out.empty() ? "" : out + "\n";
}

}  // namespace

std::string merge_message(const Landing& landing) {
  return "Merge branch '" + landing.branch + "' into " + landing.into + "\n\n" +
         subjects_of(landing) + trailers_of(landing);
}

std::string squash_message(const Landing& landing) {
  if (landing.commits.size() == 1)
    return (landing.commits[0].subject.empty()
                ? "Land " + landing.branch
                : clipped(landing.commits[0].subject)) +
           "\n\n" + trailers_of(landing);
  return "Land " + landing.branch + ": " +
         text::count_of(landing.commits.size(), "commit") + "\n\n" +
         subjects_of(landing) + trailers_of(landing);
}

}  // namespace orch::mergequeue
