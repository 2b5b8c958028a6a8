// SPDX-License-Identifier: MIT
#include "dashboard/page.h"

#include "clock/clock.h"
#include "dashboard/assets.h"
#include "dashboard/reply.h"
#include "text/text.h"

namespace orch::dashboard {
namespace {

constexpr std::string_view kToken = "__TOKEN__", kNonce = "__NONCE__";

std::string replaced(std::string text, std::string_view what,
                     std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;
       at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string content_policy(std::string_view nonce) {
  std::string style = "style-src 'self'";
  if (!nonce.empty()) style += " 'nonce-" + std::string(nonce) + "'";
  return "default-src 'none'; script-src 'self'; " + style +
         "; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
         "form-action 'none'; frame-ancestors 'none'";
}

bool takes_gzip(const http::Request& request) {
  for (const std::string& one :
       text::split_list(request.header("accept-encoding").value_or(""), ',')) {
    const std::string_view bare = text::trim(one);
    if (bare == "gzip" || bare == "*" || bare == "gzip;q=1.0") return true;
  }
  return false;
}

http::Response index_of(const Asset& asset, std::string_view token) {
  std::string nonce;
  if (asset.plain.find(kNonce) != std::string_view::npos)
    nonce = text::base64(clock::random_bytes(16));
  http::Response out{.type = std::string(asset.type)};
  out.body = replaced(replaced(std::string(asset.plain), kToken, token), kNonce,
                      nonce);
  out.headers.emplace_back("Content-Security-Policy", content_policy(nonce));
  return out;
}

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : assets())
    if (asset.path == path) return &asset;
  return nullptr;
}

}  // namespace

http::Pairs safe_headers() {
  return {{"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Permissions-Policy",
           "camera=(), geolocation=(), microphone=(), payment=()"}};
}

std::optional<http::Response> page_file(const http::Request& request,
                                        std::string_view token) {
  const bool is_index = request.path == "/" || request.path == "/index.html";
  const Asset* asset = find_asset(is_index ? "/" : request.path);
  if (!asset) return std::nullopt;
  if (is_index) return index_of(*asset, token);
  http::Response out{.type = std::string(asset->type)};
  const std::string tag = tag_of(asset->plain);
  out.headers = {{"Content-Security-Policy", content_policy("")},
                 {"ETag", tag},
                 {"Vary", "Accept-Encoding"}};
  if (has_already(request, tag)) {
    out.status = 304;
    return out;
  }
  const bool small = !asset->gzip.empty() && takes_gzip(request);
  if (small) out.headers.emplace_back("Content-Encoding", "gzip");
  out.body = small ? asset->gzip : asset->plain;
  return out;
}

}  // namespace orch::dashboard
