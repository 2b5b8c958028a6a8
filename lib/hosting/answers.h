// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hosting/pull.h"
#include "hosting/response.h"

// Questions to forges, and their answers read. A field that is missing or of a
// value that we do not know is left out; an answer that is cut off is none.
namespace orch::hosting {

using Answer = std::variant<Pulls, Failure>;

// --- GitHub: one GraphQL question for all of them ----------------------------

// The body of a POST to `graphql`.
std::string github_question(const Place& place,
                            const std::vector<std::int64_t>& numbers);
Answer read_github(std::string_view body,
                   const std::vector<std::int64_t>& numbers);

// --- GitLab: likewise --------------------------------------------------------

std::string gitlab_question(const Place& place,
                            const std::vector<std::int64_t>& numbers);
Answer read_gitlab(std::string_view body,
                   const std::vector<std::int64_t>& numbers);
// One of its merge requests as REST gives it: what a POST answers.
std::optional<Pull> read_gitlab_one(std::string_view body);

// --- Gitea and Forgejo: REST -------------------------------------------------

// A list of pull requests; of these, those with `numbers`.
Answer read_gitea_list(std::string_view body,
                       const std::vector<std::int64_t>& numbers);
std::optional<Pull> read_gitea_one(std::string_view body);
// What belongs to one of them, into it. False when the answer is cut off.
bool read_gitea_status(std::string_view body, Pull& pull);
// `with_comments` gets the numbers of reviews that have comments on lines,
// which are asked for by themselves.
bool read_gitea_reviews(std::string_view body, Pull& pull,
                        std::vector<std::int64_t>& with_comments);
bool read_gitea_comments(std::string_view body, Pull& pull);

}  // namespace orch::hosting
