// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

// The files of the page as answers.
namespace orch::dashboard {

// Headers of every answer: what the browser shall refuse by itself.
http::Pairs safe_headers();

// Absent when the page has no such file. "/" is the index, in which
// "__TOKEN__" and "__NONCE__" stand for what they are in this answer.
std::optional<http::Response> page_file(const http::Request& request,
                                        std::string_view token);

}  // namespace orch::dashboard
