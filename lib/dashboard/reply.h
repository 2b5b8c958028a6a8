// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "dashboard/access.h"
#include "error/error.h"
#include "http/message.h"
#include "json/value.h"

// What the page is answered: the envelopes of the verbs.
namespace orch::dashboard {

struct Reply {
  int status = 200;
  std::string text;  // one envelope with its newline
  std::string tag;   // the value of ETag; another one for another text
};

Reply reply_with(const json::Object& data);
Reply reply_with(const Error& error);
Reply reply_with(const Refusal& refusal);
// What a verb printed with --json; an error when that is no envelope.
Reply reply_of_program(const std::string& output);

std::string tag_of(std::string_view text);
// The answer to a request: 304 without a body when the client has that text.
http::Response response_of(const Reply& reply, const http::Request& request);
bool has_already(const http::Request& request, std::string_view tag);

}  // namespace orch::dashboard
