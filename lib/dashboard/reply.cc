// SPDX-License-Identifier: MIT
#include "dashboard/reply.h"

#include <algorithm>
#include <array>

#include "text/text.h"

namespace orch::dashboard {
namespace {

int status_of(std::string_view code) {
  static constexpr std::array<std::pair<ErrorCode, int>, 16> kStatus{
      {{ErrorCode::Usage, 400},
       {ErrorCode::NotARepository, 410},
       {ErrorCode::NotInitialised, 404},
       {ErrorCode::UnknownName, 404},
       {ErrorCode::Ambiguous, 409},
       {ErrorCode::Exists, 409},
       {ErrorCode::InvalidDirectory, 422},
       {ErrorCode::DuplicateAgent, 409},
       {ErrorCode::DeadPane, 409},
       {ErrorCode::Dirty, 409},
       {ErrorCode::RefusedByPolicy, 403},
       {ErrorCode::Timeout, 504},
       {ErrorCode::Contended, 503},
       {ErrorCode::MissingTool, 502},
       {ErrorCode::Corrupt, 500},
       {ErrorCode::Io, 500}}};
  for (const auto& [error, status] : kStatus)
    if (error_code_name(error) == code) return status;
  return 500;
}

Reply reply_of(int status, const json::Value& envelope) {
  Reply out{
      .status = status, .text = json::to_text(envelope) + "\n", .tag = {}};
  out.tag = tag_of(out.text);
  return out;
}

Reply error_reply(int status, std::string_view code, const std::string& message,
                  const std::string& hint) {
  return reply_of(status,
                  json::Object{{"version", 1},
                               {"ok", false},
                               {"error", json::Object{{"code", code},
                                                      {"message", message},
                                                      {"hint", hint}}}});
}

}  // namespace

Reply reply_with(const json::Object& data) {
  return reply_of(200,
                  json::Object{{"version", 1}, {"ok", true}, {"data", data}});
}

Reply reply_with(const Error& error) {
  const std::string_view code = error_code_name(error.code());
  return error_reply(status_of(code), code, error.what(), error.hint());
}

Reply reply_with(const Refusal& refusal) {
  return error_reply(refusal.status, refusal.code, refusal.message,
                     refusal.hint);
}

Reply reply_of_program(const std::string& output) {
  const auto envelope = json::parse(output);
  const auto ok = envelope ? (*envelope)["ok"].as_bool() : std::nullopt;
  if (!ok)
    return reply_with(Error(ErrorCode::MissingTool,
                            "the verb's program gave no answer",
                            "git orch doctor"));
  const std::string* code = (*envelope)["error"]["code"].as_string();
  Reply out{.status = *ok ? 200 : status_of(code ? *code : ""),
            .text = output,
            .tag = {}};
  out.tag = tag_of(out.text);
  return out;
}

std::string tag_of(std::string_view text) {
  const std::uint64_t hash = text::hash(text);
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>((hash >> shift) & 0xff);
  return '"' + text::hex(bytes) + '-' + std::to_string(text.size()) + '"';
}

bool has_already(const http::Request& request, std::string_view tag) {
  const auto given = request.header("if-none-match");
  if (!given || tag.empty()) return false;
  const auto all = text::split_list(*given, ',');
  return std::any_of(all.begin(), all.end(), [&](const std::string& one) {
    const std::string_view bare = text::trim(one);
    return bare == tag || (bare.starts_with("W/") && bare.substr(2) == tag);
  });
}

http::Response response_of(const Reply& reply, const http::Request& request) {
  http::Response out{
      .status = reply.status, .type = "application/json", .body = reply.text};
  if (reply.status != 200 || request.method == "POST") return out;
  out.headers.emplace_back("ETag", reply.tag);
  if (!has_already(request, reply.tag)) return out;
  out.status = 304;
  out.body.clear();
  return out;
}

}  // namespace orch::dashboard
