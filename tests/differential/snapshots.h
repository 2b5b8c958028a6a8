// SPDX-License-Identifier: MIT
#pragma once

#include "repository.h"
#include "texts.h"

// All kinds of changes to few names, so that they meet often.
namespace orch::differential {

inline const std::vector<std::string> kDirectories = {"",     "a/",   "b/",
                                                      "a/x/", "a/y/", "c/"};
inline const std::vector<std::string> kNames = {"f", "g", "h.c", "h", "i.txt"};
inline const std::vector<std::string> kCommits = {
    "1111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222"};

inline std::string make_path(Tape& tape) {
  return tape.one_of(kDirectories) + tape.one_of(kNames);
}

// A file at `path`: whatever stood in its way goes.
inline void put(Snapshot& files, const std::string& path, const File& file) {
  std::erase_if(files, [&](const auto& entry) {
    return entry.first.starts_with(path + "/") ||
           path.starts_with(entry.first + "/");
  });
  files[path] = file;
}

inline const std::string& some_path(Tape& tape, const Snapshot& files) {
  auto it = files.begin();
  std::advance(it, static_cast<std::ptrdiff_t>(tape.below(files.size())));
  return it->first;
}

inline std::string edited_bytes(Tape& tape, const std::string& bytes) {
  return bytes_of(edited(tape, lines_of_bytes(bytes)));
}

inline std::string with_carriage_returns(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

inline void move_directory(Snapshot& files, const std::string& from,
                           const std::string& to) {
  Snapshot moved;
  for (const auto& [path, file] : files)
    if (path.starts_with(from)) moved[to + path.substr(from.size())] = file;
  std::erase_if(files,
                [&](const auto& e) { return e.first.starts_with(from); });
  for (const auto& [path, file] : moved) put(files, path, file);
}

inline void change_content(Tape& tape, Snapshot& files) {
  File& file = files[some_path(tape, files)];
  if (file.mode == "160000") {
    file.bytes = tape.one_of(kCommits);
    return;
  }
  switch (tape.below(12)) {
    case 9:
      file.bytes = with_carriage_returns(file.bytes);
      break;
    case 10:
      file.bytes += std::string("\0binary", 7) + std::to_string(tape.below(3));
      break;
    case 11:
      file.bytes.clear();
      break;
    default:
      file.bytes = edited_bytes(tape, file.bytes);
  }
}

inline void change_kind(Tape& tape, Snapshot& files) {
  const std::string path = some_path(tape, files);
  File& file = files[path];
  switch (tape.below(6)) {
    case 0:
    case 1:
    case 2:
      if (file.mode.starts_with("100"))
        file.mode = file.mode == "100644" ? "100755" : "100644";
      break;
    case 3:
      file = {"120000", "target " + std::to_string(tape.below(3))};
      break;
    case 4:
      file = {"160000", tape.one_of(kCommits)};
      break;
    case 5:
      put(files, path + "/" + tape.one_of(kNames), {"100644", "below\n"});
      break;
  }
}

inline void change_names(Tape& tape, Snapshot& files) {
  const std::string path = some_path(tape, files);
  File file = files[path];
  switch (tape.below(8)) {
    case 0:
    case 1:
      files.erase(path);
      break;
    case 2:
    case 3:
      put(files, make_path(tape), {"100644", bytes_of(make_any_text(tape))});
      break;
    case 4:  // a copy, maybe changed
      if (tape.one_in(2) && file.mode != "160000")
        file.bytes = edited_bytes(tape, file.bytes);
      put(files, make_path(tape), file);
      break;
    case 5:
    case 6:  // a rename, maybe changed
      files.erase(path);
      if (tape.one_in(2) && file.mode != "160000")
        file.bytes = edited_bytes(tape, file.bytes);
      put(files, make_path(tape), file);
      break;
    case 7: {
      const std::string from = tape.one_of(kDirectories);
      if (from.empty()) break;
      if (tape.one_in(4))
        std::erase_if(files,
                      [&](const auto& e) { return e.first.starts_with(from); });
      else
        move_directory(files, from, tape.one_of(kDirectories));
      break;
    }
  }
}

inline void change(Tape& tape, Snapshot& files) {
  if (files.empty()) {
    put(files, make_path(tape), {"100644", "again\n"});
    return;
  }
  const std::size_t what = tape.below(10);
  if (what < 6)
    change_content(tape, files);
  else if (what < 9)
    change_names(tape, files);
  else
    change_kind(tape, files);
}

inline Snapshot first_snapshot(Tape& tape) {
  Snapshot files;
  for (std::size_t n = 3 + tape.below(10); n > 0; --n)
    put(files, make_path(tape), {"100644", bytes_of(make_any_text(tape))});
  return files;
}

}  // namespace orch::differential
