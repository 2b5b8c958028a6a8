// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/colour.h"
#include "cli/columns.h"
#include "error/error.h"
#include "text/text.h"

namespace orch::cli {
namespace {

// As git has it (COLUMNS, then the terminal).
std::size_t terminal_width() {
  if (const char* columns = std::getenv("COLUMNS"))
    if (const long n = std::strtol(columns, nullptr, 10); n > 0)
      return static_cast<std::size_t>(n);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

// Why the first write that failed did; 0: none has.
int write_error = 0;

void write_out(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() &&
      write_error == 0)
    write_error = errno;
}

void flush_answer() {
  if (std::fflush(stdout) != 0 && write_error == 0) write_error = errno;
}

std::string porcelain(const Answer& answer, bool nul) {
  std::string out;
  const json::Value data(answer.data);
  const json::Array* rows = data[answer.rows].as_array();
  if (!rows) return out;
  const auto bytes = nul ? json::FieldBytes::Raw : json::FieldBytes::Escaped;
  for (const json::Value& row : *rows) {
    for (const std::string& field : answer.fields) {
      if (&field != answer.fields.data()) out += '\t';
      out += json::to_field(row[field], bytes);
    }
    out += nul ? '\0' : '\n';
  }
  return out;
}

}  // namespace

bool is_terminal(Stream stream) {
  return ::isatty(stream == Stream::Out ? STDOUT_FILENO : STDERR_FILENO) == 1;
}

std::string toned(std::string_view text, Tone tone) {
  static const bool colour = wants_colour();
  const char* code = "";
  switch (tone) {
    case Tone::Plain:
      break;
    case Tone::Good:
      code = "32";
      break;
    case Tone::Busy:
      code = "33";
      break;
    case Tone::Bad:
      code = "31";
      break;
    case Tone::Faint:
      code = "2";
      break;
    case Tone::Strong:
      code = "1";
      break;
  }
  if (!colour || !*code) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[m";
}

Tone tone_of(std::string_view state) {
  if (state == "idle" || state == "acked" || state == "ok" || state == "clean")
    return Tone::Good;
  if (state == "busy" || state == "starting" || state == "limited" ||
      state == "typed" || state == "submitted" || state == "warn" ||
      state == "stale")
    return Tone::Busy;
  if (state == "exited" || state == "lost" || state == "needs-human" ||
      state == "failed" || state == "expired" || state == "fail" ||
      state == "collision" || state == "conflict")
    return Tone::Bad;
  if (state == "stopped" || state == "unknown") return Tone::Faint;
  return Tone::Plain;
}

Table::Table(std::vector<std::string> headings)
    : headings_(std::move(headings)) {}

void Table::add(std::vector<std::string> cells, std::vector<Tone> tones) {
  for (std::string& cell : cells) cell = text::printable(cell);
  tones.resize(cells.size(), Tone::Plain);
  rows_.push_back({std::move(cells), std::move(tones)});
}

std::string Table::text() const {
  std::vector<std::size_t> least;
  for (const std::string& h : headings_) least.push_back(h.size());
  auto widths = least;
  for (const Row& row : rows_)
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], text::display_width(row.cells[i]));
  if (is_terminal(Stream::Out))
    widths = fit_columns(std::move(widths), least, terminal_width());
  std::string out;
  const auto add_cell = [&](std::string_view cell, std::size_t i, Tone tone) {
    const std::string clipped = clip_cell(cell, widths[i]);
    out += toned(clipped, tone);
    if (i + 1 < widths.size())
      out.append(widths[i] - text::display_width(clipped) + 2, ' ');
  };
  for (std::size_t i = 0; i < headings_.size(); ++i)
    add_cell(headings_[i], i, Tone::Faint);
  out += '\n';
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      add_cell(row.cells[i], i, row.tones[i]);
    out += '\n';
  }
  return out;
}

int print(const Invocation& invocation, const Answer& answer) {
  switch (invocation.format()) {
    case Format::Json:
      write_out(json::to_text(json::Object{
                    {"version", 1}, {"ok", true}, {"data", answer.data}}) +
                "\n");
      break;
    case Format::Porcelain:
      write_out(porcelain(answer, invocation.ends_in_nul()));
      break;
    case Format::Human:
      if (!invocation.quiet()) write_out(answer.human);
      break;
  }
  flush_answer();
  return answer.exit_code;
}

int end_answer(int status) noexcept {
  flush_answer();
  if (std::ferror(stdout) == 0 && write_error == 0) return status;
  std::fprintf(stderr, "fatal: write failure on standard output%s%s\n",
               write_error != 0 ? ": " : "",
               write_error != 0 ? std::strerror(write_error) : "");
  return std::max(status, exit_code_of(ErrorCode::Io));
}

void progress(const Invocation& invocation, const std::string& line) {
  if (invocation.quiet() || !is_terminal(Stream::Error)) return;
  std::fprintf(stderr, "%s\n", text::printable(line).c_str());
}

void note(const Invocation& invocation, const std::string& line) {
  if (invocation.quiet()) return;
  std::fprintf(stderr, "%s\n", text::printable(line).c_str());
}

}  // namespace orch::cli
