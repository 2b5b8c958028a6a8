// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Bytes as people and terminals meet them. Every name, message and file name
// is hostile input: nothing here interprets it, and what goes to a terminal
// goes through `printable`.
namespace orch::text {

// Whether `bytes` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

// `bytes` as valid UTF-8; every byte that is not becomes U+FFFD.
std::string to_utf8(std::string_view bytes);

// `bytes` fit for one cell of a terminal table: control characters, DEL, C1
// controls, bidirectional overrides and the separators of lines and paragraphs
// become visible escapes (\n, \x1b, \u{202e}); bytes that are not UTF-8 become
// \xNN.
std::string printable(std::string_view bytes);

// The same for running text: newlines and tabs stay.
std::string printable_lines(std::string_view bytes);

// Running text made printable, each line four blanks in, so that nothing in it
// can pass for a heading.
std::string indented(std::string_view bytes);

// Columns that `utf8` takes in a terminal: combining marks take none, East
// Asian wide characters and emoji two.
std::size_t display_width(std::string_view utf8);

// `utf8` cut to at most `columns`, ending in "…" when something was cut.
std::string clip(std::string_view utf8, std::size_t columns);

// `utf8` cut to at most `bytes`, at least 3, between two characters, ending in
// "…" when something was cut. Unlike columns, bytes bound what a text of marks
// without a width can hold.
std::string cut(std::string_view utf8, std::size_t bytes);

// RFC 4648 with padding.
std::string base64(std::string_view bytes);

// Lower-case hexadecimal digits, two per byte.
std::string hex(std::string_view bytes);

// A number of `bytes` that is the same on every machine (after FNV-1a); no
// secret.
std::uint64_t hash(std::string_view bytes);

// The parts between separators; "" gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);

// The parts that are not empty, without blanks around them.
std::vector<std::string> split_list(std::string_view text, char separator);

std::string join(const std::vector<std::string>& parts,
                 std::string_view separator);

std::string_view trim(std::string_view text);
std::string_view trim_end(std::string_view text);

// "1 file", "2 files", "2 branches".
std::string count_of(std::size_t count, std::string_view singular);

// The known name closest to `name`, or the empty string when none is near
// (edit distance above a third of the length).
std::string nearest(std::string_view name,
                    const std::vector<std::string>& known);

// Whether `id` can be a spec-id: [a-z0-9][a-z0-9._-]*, and a valid component
// of a ref (git-check-ref-format(1)): no "..", no trailing "." or ".lock".
bool is_spec_id(std::string_view id);

}  // namespace orch::text
