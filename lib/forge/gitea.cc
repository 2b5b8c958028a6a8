// SPDX-License-Identifier: MIT
#include <algorithm>

#include "forge/call.h"
#include "hosting/answers.h"

namespace orch::forge {
namespace {

using hosting::Known;
using hosting::Pull;

// Reviews with comments on lines that are looked into, of all together.
constexpr std::size_t kMostReviews = 20;

struct Review {
  std::size_t of;  // which pull request
  std::int64_t id;
};

class Pieces {
 public:
  Pieces(const Client& client, std::vector<Pull>& pulls)
      : client_(client),
        top_("repos/" + client.place->path),
        pulls_(pulls),
        whole_(pulls.size(), true) {}

  // What stops all; nothing when it went on to the end.
  hosting::Failure fetch() {
    std::vector<Call> calls;
    for (const Pull& p : pulls_) {
      const std::string n = std::to_string(p.number);
      const std::string commit =
          is_commit(p.head_commit) ? p.head_commit : "HEAD";
      for (const std::string& endpoint :
           {"/commits/" + commit + "/status", "/pulls/" + n + "/reviews",
            "/issues/" + n + "/comments"})
        calls.push_back({.args = api(client_, top_ + endpoint)});
    }
    const auto heard = hear_all(client_, calls);
    for (const Heard& h : heard)
      if (is_final(h.failure)) return h.failure;
    for (std::size_t i = 0; i < pulls_.size(); ++i) {
      std::vector<std::int64_t> reviews;
      whole_[i] = take(heard[3 * i],
                       [&](const auto& b) {
                         return read_gitea_status(b, pulls_[i]);
                       }) &&
                  take(heard[3 * i + 1],
                       [&](const auto& b) {
                         return read_gitea_reviews(b, pulls_[i], reviews);
                       }) &&
                  take(heard[3 * i + 2], [&](const auto& b) {
                    return read_gitea_comments(b, pulls_[i]);
                  });
      for (const std::int64_t id : reviews) reviews_.push_back({i, id});
    }
    return fetch_reviews();
  }
  bool is_whole(std::size_t i) const { return whole_[i]; }

 private:
  template <typename Read>
  static bool take(const Heard& heard, const Read& read) {
    return !heard.failure && read(heard.response.body);
  }

  hosting::Failure fetch_reviews() {
    if (reviews_.size() > kMostReviews) reviews_.resize(kMostReviews);
    std::vector<Call> calls;
    for (const Review& r : reviews_)
      calls.push_back(
          {.args = api(client_,
                       top_ + "/pulls/" + std::to_string(pulls_[r.of].number) +
                           "/reviews/" + std::to_string(r.id) + "/comments")});
    const auto heard = hear_all(client_, calls);
    for (std::size_t i = 0; i < heard.size(); ++i) {
      if (is_final(heard[i].failure)) return heard[i].failure;
      const std::size_t of = reviews_[i].of;
      whole_[of] = whole_[of] && take(heard[i], [&](const auto& b) {
                     return read_gitea_comments(b, pulls_[of]);
                   });
    }
    return {};
  }

  const Client& client_;
  std::string top_;
  std::vector<Pull>& pulls_;
  std::vector<bool> whole_;
  std::vector<Review> reviews_;
};

}  // namespace

Refreshed refresh_tea(const Client& client, const std::vector<Known>& known) {
  const Heard list =
      hear(client, {.args = api(client, "repos/" + client.place->path +
                                            "/pulls?state=all&sort="
                                            "recentupdate&limit=50")});
  if (list.failure) return {.failure = list.failure};
  auto answer = hosting::read_gitea_list(list.response.body, numbers_of(known));
  if (const auto* failure = std::get_if<hosting::Failure>(&answer))
    return {.failure = *failure};
  Refreshed out;
  out.pulls = std::get<hosting::Pulls>(std::move(answer));
  Pieces pieces(client, out.pulls.pulls);
  out.failure = pieces.fetch();
  for (std::size_t i = 0; i < out.pulls.pulls.size(); ++i)
    if (!pieces.is_whole(i))
      out.pulls.missing[out.pulls.pulls[i].number] =
          "the answer about it is cut off";
  std::erase_if(out.pulls.pulls, [&](const Pull& p) {
    return out.pulls.missing.contains(p.number);
  });
  return out;
}

}  // namespace orch::forge
