// SPDX-License-Identifier: MIT
#include "notice/payload.h"

#include <algorithm>

#include "json/or_null.h"
#include "json/value.h"
#include "text/sha256.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::notice {
namespace {

constexpr std::size_t kMostHeadline = 200;
constexpr std::size_t kMostText = 1000;
constexpr std::size_t kMostEvidence = 1500;
constexpr std::size_t kMostItems = 20;
constexpr std::size_t kMostChat = 1700;  // Discord takes 2000 characters

std::string one_line(const std::string& text, std::size_t bytes) {
  return text::cut(text::printable(text), bytes);
}

std::string line_of(const Item& item) {
  std::string out = item.step > 0 ? "still: " : "";
  return out + one_line(item.text, kMostText);
}

json::Object object_of(const Item& item) {
  return {{"id", item.id},
          {"notice", item.number},
          {"step", item.step},
          {"kind", item.kind},
          {"severity", severity_name(item.severity)},
          {"needs_human", item.needs_human},
          {"spec_id", json::text_or_null(item.spec_id)},
          {"agent", json::text_or_null(item.agent)},
          {"text", text::cut(text::to_utf8(item.text), kMostText)},
          {"command", json::text_or_null(item.command)},
          {"evidence", json::text_or_null(text::to_utf8(item.evidence))},
          {"since", text::iso_time(item.since)}};
}

// As code, where nothing is read as a mark; no backquote may end it.
std::string fenced(const Letter& letter) {
  std::string text = text::cut(body(letter), kMostChat);
  std::replace(text.begin(), text.end(), '`', '\'');
  return "```\n" + text + "\n```";
}

std::string entities(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x7f;
  });
}

// The value of a header (RFC 2047), without line breaks of its own.
std::string header_text(const std::string& text) {
  if (is_ascii(text) && text.find("=?") == std::string::npos) return text;
  constexpr std::size_t kWord = 42;  // 75 characters, encoded
  std::string out, word;
  const auto flush = [&] {
    if (word.empty()) return;
    out += (out.empty() ? "" : "\r\n ") + std::string("=?utf-8?B?") +
           text::base64(word) + "?=";
    word.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
    if (word.size() + end - i > kWord) flush();
    word += text.substr(i, end - i);
    i = end;
  }
  flush();
  return out;
}

std::string folded(const std::string& base64) {
  constexpr std::size_t kLine = 76;
  std::string out;
  for (std::size_t i = 0; i < base64.size(); i += kLine)
    out += base64.substr(i, kLine) + "\r\n";
  return out;
}

// A string of curl's configuration file.
std::string curl_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string Letter::id() const {
  if (items.size() == 1) return items[0].id;
  std::string all;
  for (const Item& item : items) all += item.id + "\n";
  return "digest-" + text::hex(text::sha256(all)).substr(0, 16);
}

Severity Letter::severity() const {
  Severity out = Severity::Info;
  for (const Item& item : items) out = std::max(out, item.severity);
  return out;
}

std::string headline(const Letter& letter) {
  const std::string name = one_line(letter.repository, 60) + ": ";
  if (letter.items.size() == 1)
    return name + text::cut(line_of(letter.items[0]), kMostHeadline);
  return name + text::count_of(letter.items.size(), "notice");
}

std::string body(const Letter& letter) {
  std::string out = headline(letter) + "\n";
  if (letter.items.size() == 1) {
    const Item& item = letter.items[0];
    if (const std::string whole = line_of(item); whole.size() > kMostHeadline)
      out += "\n" + whole + "\n";
    if (!item.command.empty())
      out += "\n$ " + one_line(item.command, kMostText) + "\n";
    if (!item.evidence.empty())
      out += "\n" +
             text::cut(text::printable_lines(item.evidence), kMostEvidence) +
             "\n";
    return out + "\nsince " + text::iso_time(item.since) + "\n";
  }
  for (std::size_t i = 0; i < letter.items.size() && i < kMostItems; ++i) {
    const Item& item = letter.items[i];
    out += "\n- " + text::iso_time(item.since) + " " +
           text::cut(line_of(item), kMostHeadline);
    if (!item.command.empty())
      out += "\n  $ " + one_line(item.command, kMostHeadline);
  }
  out += "\n";
  if (letter.items.size() > kMostItems)
    out +=
        "\nand " + std::to_string(letter.items.size() - kMostItems) + " more\n";
  return out;
}

std::string json_of(const Letter& letter, const Sink& sink) {
  json::Array items;
  for (std::size_t i = 0; i < letter.items.size() && i < kMostItems; ++i)
    items.emplace_back(object_of(letter.items[i]));
  return json::to_text(json::Object{
      {"version", 1},
      {"id", letter.id()},
      {"sink", sink.name},
      {"repository", json::Object{{"name", text::to_utf8(letter.repository)},
                                  {"path", text::to_utf8(letter.path)}}},
      {"severity", severity_name(letter.severity())},
      {"text", headline(letter)},
      {"count", letter.items.size()},
      {"notices", items}});
}

std::string slack_of(const Letter& letter) {
  return json::to_text(json::Object{{"text", entities(fenced(letter))},
                                    {"parse", "none"},
                                    {"link_names", false},
                                    {"unfurl_links", false},
                                    {"unfurl_media", false}});
}

std::string discord_of(const Letter& letter) {
  constexpr int kSuppressEmbeds = 4;
  return json::to_text(json::Object{
      {"content", fenced(letter)},
      {"flags", kSuppressEmbeds},
      {"allowed_mentions", json::Object{{"parse", json::Array{}}}}});
}

std::string mail_of(const Letter& letter, const Sink& sink) {
  std::string out;
  const auto header = [&](const char* name, const std::string& value) {
    out += std::string(name) + ": " + value + "\r\n";
  };
  if (!sink.from.empty()) header("From", sink.from);
  header("To", sink.to);
  header("Subject", header_text("[git orch] " +
                                std::string(severity_name(letter.severity())) +
                                ": " + headline(letter)));
  header("Message-ID", "<" + letter.id() + "@git-orch.invalid>");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "base64");
  return out + "\r\n" + folded(text::base64(body(letter)));
}

std::string markup_of(const std::string& text) { return entities(text); }

std::string curl_config(const Sink& sink, const std::string& body) {
  return "url = " + curl_quoted(sink.url) +
         "\nsilent\nshow-error\nfail\ngloboff\nproto = \"=http,https\"\n"
         "output = \"/dev/null\"\nheader = \"Content-Type: "
         "application/json\"\nheader = \"Expect:\"\nmax-time = " +
         std::to_string((sink.timeout_ms + 999) / 1000) +
         "\ndata-raw = " + curl_quoted(body) + "\n";
}

}  // namespace orch::notice
