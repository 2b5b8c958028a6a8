// SPDX-License-Identifier: MIT
#include "trailer/trailer.h"

#include "tasklist/words.h"
#include "text/text.h"
#include "trailer/message.h"

namespace orch::trailer {
namespace {

// Whether git would find something to commit with: the first line of content,
// and for an "amend!" line, which git drops, one below it.
bool has_content(const Message& message) {
  bool amends = false;
  for (std::size_t at = 0; at < message.text.size();) {
    const std::string_view line = line_at(message.text, at);
    at += line.size();
    if (is_blank(line) || message.is_comment(line) || is_sign_off(line))
      continue;
    if (amends || !line.starts_with("amend! ")) return true;
    amends = true;
  }
  return false;
}

struct Present {
  bool agent = false, feature = false, task = false;
};

Present present_in(std::string_view trailers) {
  Present present;
  for (std::size_t at = 0; at < trailers.size();) {
    const std::string_view line = line_at(trailers, at);
    at += line.size();
    const std::string key = key_of(line);
    present.agent |= key == "orch-agent";
    present.feature |= key == "orch-feature";
    present.task |= key == "orch-task" || key == "orch-task-done";
  }
  return present;
}

// The line end of the line before `at`, else of the first line.
std::string line_end_at(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  if (!before.ends_with('\n')) {
    const std::size_t first = before.find('\n');
    return first != std::string_view::npos && first > 0 &&
                   before[first - 1] == '\r'
               ? "\r\n"
               : "\n";
  }
  return before.ends_with("\r\n") ? "\r\n" : "\n";
}

// Where the subject begins: behind blank lines and comments.
std::size_t subject_start(const Message& message) {
  for (std::size_t at = 0; at < message.text.size();) {
    const std::string_view line = line_at(message.text, at);
    if (!is_blank(line) && !message.is_comment(line)) return at;
    at += line.size();
  }
  return message.text.size();
}

// Whether what stands above `end` names a task.
bool names_task(const Message& message, std::size_t end) {
  const std::size_t start = subject_start(message);
  return start < end &&
         !tasklist::named_tasks(message.text.substr(start, end - start))
              .empty();
}

}  // namespace

std::optional<Insertion> sign(std::string_view bytes,
                              const Signature& signature, Editor editor) {
  const Message message = parse(bytes);
  if (!has_content(message)) return std::nullopt;
  std::size_t at = content_end(message);
  const std::size_t start = trailers_start(message, at);
  const bool joins = start < at;
  const Present present = present_in(message.text.substr(start, at - start));
  if (present.agent) return std::nullopt;
  // What looks like a comment is text here; below it our trailers are the last
  // paragraph whatever git takes for a comment later.
  if (!joins && editor == Editor::No) at = text_end(message);

  const std::string end = line_end_at(message.text, at);
  Insertion out{at, message.text.substr(0, at).ends_with('\n') ? "" : end};
  if (!joins) out.text += end;
  const auto add = [&](const char* key, const std::string& value) {
    out.text += key + (": " + value) + end;
  };
  if (!present.feature) add("Orch-Feature", signature.feature);
  add("Orch-Agent", signature.agent);
  if (!signature.task.empty() && !present.task && !names_task(message, at))
    add("Orch-Task", signature.task);
  return out;
}

std::string signed_role(std::string_view message, std::string_view spec_id) {
  const std::string start = "Orch-Agent: " + std::string(spec_id) + "/";
  for (std::size_t at = 0; at < message.size();) {
    const std::string_view line = line_at(message, at);
    at += line.size();
    if (line.starts_with(start))
      return std::string(text::trim(line.substr(start.size())));
  }
  return "";
}

std::string own_text(std::string_view bytes) {
  const Message message = parse(bytes);
  std::string out;
  std::size_t end = 0;  // of what counts
  for (std::size_t at = 0; at < message.text.size();) {
    const std::string_view line = line_at(message.text, at);
    at += line.size();
    if (message.is_comment(line)) continue;
    if (out.empty() && is_blank(line)) continue;
    out += line;
    if (!is_blank(line) && !is_sign_off(line)) end = out.size();
  }
  out.resize(end);
  while (out.ends_with('\n') || out.ends_with('\r')) out.pop_back();
  return out;
}

}  // namespace orch::trailer
