// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hosting/pull.h"

// What an agent is told of its pull request. The words of others are quoted,
// bounded and named as such: they come from outside and tell nobody what to do.
namespace orch::hosting {

// By what a thing is known again: a check by its name, its run and the commit,
// a remark by its id.
std::string fingerprint_of(const Pull& pull, const Check& check);
std::string fingerprint_of(const Remark& remark);

// The part of a log that matters most, at most 40 lines and 4,000 bytes: up to
// the last error that it marks, else its end; without control sequences and the
// times in front.
std::string log_excerpt(std::string_view log);

// Of what else there is, no more than the number and the address is told.
inline constexpr std::size_t kMostQuoted = 10;

struct FailedCheck {
  Check check;
  std::string excerpt;
};
std::string checks_text(const Pull& pull,
                        const std::vector<FailedCheck>& failed);
std::string remarks_text(const Pull& pull, const std::vector<Remark>& remarks);

}  // namespace orch::hosting
