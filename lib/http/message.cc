// SPDX-License-Identifier: MIT
#include "http/message.h"

#include <array>

#include "text/text.h"

namespace orch::http {
namespace {

std::optional<std::string> first_of(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return std::nullopt;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

enum class Plus { Stays, IsSpace };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (is_control(static_cast<unsigned char>(c)) || c == ' ' || c == '#')
      return std::nullopt;
    if (c == '+' && plus == Plus::IsSpace) c = ' ';
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit_of(text[i + 1]), low = digit_of(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      if (is_control(static_cast<unsigned char>(c))) return std::nullopt;
      i += 2;
    }
    out += c;
  }
  return out;
}

}  // namespace

std::optional<std::string> Request::header(std::string_view name) const {
  return first_of(headers, name);
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  return first_of(query, name);
}

std::optional<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return std::nullopt;
  const std::size_t mark = target.find('?');
  const auto path = decode(target.substr(0, mark), Plus::Stays);
  if (!path) return std::nullopt;
  Target out{.path = *path, .query = {}};
  if (mark == std::string_view::npos) return out;
  for (const std::string& part : text::split(target.substr(mark + 1), '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const auto name = decode(part.substr(0, equals), Plus::IsSpace);
    const auto value = equals == std::string::npos
                           ? std::optional<std::string>("")
                           : decode(part.substr(equals + 1), Plus::IsSpace);
    if (!name || !value) return std::nullopt;
    out.query.emplace_back(*name, *value);
  }
  return out;
}

std::string_view reason_of(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 24> kReasons{
      {{200, "OK"},
       {304, "Not Modified"},
       {400, "Bad Request"},
       {401, "Unauthorized"},
       {403, "Forbidden"},
       {404, "Not Found"},
       {405, "Method Not Allowed"},
       {408, "Request Timeout"},
       {409, "Conflict"},
       {410, "Gone"},
       {411, "Length Required"},
       {413, "Content Too Large"},
       {415, "Unsupported Media Type"},
       {417, "Expectation Failed"},
       {421, "Misdirected Request"},
       {422, "Unprocessable Content"},
       {431, "Request Header Fields Too Large"},
       {500, "Internal Server Error"},
       {501, "Not Implemented"},
       {502, "Bad Gateway"},
       {503, "Service Unavailable"},
       {504, "Gateway Timeout"},
       {505, "HTTP Version Not Supported"},
       {507, "Insufficient Storage"}}};
  for (const auto& [number, reason] : kReasons)
    if (number == status) return reason;
  return "Unknown";
}

std::string head_of(const Response& response, const Pairs& always,
                    Length length, Connection connection) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_of(response.status);
  out += "\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  for (const auto& [name, value] : always) add(name, value);
  for (const auto& [name, value] : response.headers) add(name, value);
  if (response.status != 304) {
    add("Content-Type", response.type);
    if (length == Length::Counted)
      add("Content-Length", std::to_string(response.body.size()));
    else
      add("Transfer-Encoding", "chunked");
  }
  add("Connection", connection == Connection::Keep ? "keep-alive" : "close");
  return out + "\r\n";
}

std::string chunk(std::string_view bytes) {
  if (bytes.empty()) return "";
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string size;
  for (std::size_t n = bytes.size(); n > 0; n /= 16)
    size.insert(size.begin(), kDigits[n % 16]);
  return size + "\r\n" + std::string(bytes) + "\r\n";
}

std::string event(std::string_view name, std::string_view data) {
  std::string out = "event: " + std::string(name) + "\n";
  for (const std::string& line : text::split(data, '\n'))
    out += "data: " + line + "\n";
  return out + "\n";
}

std::string comment(std::string_view text) {
  return ": " + std::string(text) + "\n\n";
}

}  // namespace orch::http
