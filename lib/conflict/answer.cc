// SPDX-License-Identifier: MIT
//
// What a program left: hostile until it is proven to be nothing but resolved
// texts of the files that were asked about.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "conflict/exchange.h"
#include "conflict/places.h"
#include "file/file.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

constexpr std::size_t kMostEntries = 10000;
constexpr std::size_t kMostList = std::size_t{1} << 20;

// "<name>" as people see it.
std::string quoted(const std::string& path) {
  return "'" + text::printable(path) + "'";
}

// A regular file that is no link, up to `most` bytes; absent when it is none,
// or larger.
std::optional<std::string> read_file(const std::string& path,
                                     std::size_t most) {
  const file::Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat s {};
  if (!fd || ::fstat(fd.get(), &s) != 0 || !S_ISREG(s.st_mode) ||
      static_cast<std::uint64_t>(s.st_size) > most)
    return std::nullopt;
  return file::read_all(fd.get());
}

// Lines that begin like one of git's markers.
std::size_t markers_in(const std::string& text) {
  std::size_t out = 0;
  for (const std::string& line : lines_of(text))
    for (const char* marker : {"<<<<<<<", "|||||||", ">>>>>>>"})
      if (line.starts_with(marker)) ++out;
  return out;
}

class Reader {
 public:
  Reader(const std::string& directory, const std::vector<ThreeSides>& files)
      : directory_(directory) {
    for (const ThreeSides& f : files) files_[f.path] = &f;
  }

  Answer read() {
    if (file::link_target(directory_ + "/resolved"))
      refuse("its directory 'resolved' is a symbolic link");
    else
      walk("");
    read_deleted();
    for (const auto& [path, file] : files_)
      if (!answer_.files.contains(path))
        refuse("it left " + quoted(path) + " unresolved");
    if (!answer_.refusal.empty()) answer_.files.clear();
    return std::move(answer_);
  }

 private:
  // The first reason stands.
  void refuse(const std::string& reason) {
    if (answer_.refusal.empty()) answer_.refusal = reason;
  }
  void walk(const std::string& below);
  void take(const std::string& path);
  void read_deleted();
  std::string wrong_with(const ThreeSides& f, const std::string& bytes) const;
  static std::size_t most_bytes(const ThreeSides& f);

  std::string directory_;
  std::map<std::string, const ThreeSides*> files_;
  std::size_t entries_ = 0;
  Answer answer_;
};

void Reader::walk(const std::string& below) {
  const std::string top = directory_ + "/resolved";
  for (const std::string& name : file::names_in(file::join(top, below))) {
    if (++entries_ > kMostEntries) return refuse("it left too many files");
    const std::string path = below.empty() ? name : below + "/" + name;
    struct stat s {};
    if (::lstat(file::join(top, path).c_str(), &s) != 0) continue;
    if (S_ISDIR(s.st_mode))
      walk(path);
    else if (!files_.contains(path))
      refuse("it left " + quoted(path) + ", which is not in conflict");
    else
      take(path);
    if (!answer_.refusal.empty()) return;
  }
}

// All of what the sides have, and room for what holds them together.
std::size_t Reader::most_bytes(const ThreeSides& f) {
  std::size_t out = std::size_t{64} << 10;
  for (const Blob* b : {&f.base, &f.ours, &f.theirs})
    if (b->bytes) out += 2 * b->bytes->size();
  return out;
}

void Reader::take(const std::string& path) {
  const ThreeSides& f = *files_.at(path);
  const auto bytes = read_file(directory_ + "/resolved/" + path, most_bytes(f));
  if (!bytes)
    return refuse("its " + quoted(path) +
                  " is no regular file, or much larger than both sides");
  if (const std::string wrong = wrong_with(f, *bytes); !wrong.empty())
    return refuse("its " + quoted(path) + wrong);
  answer_.files[path] = *bytes;
}

// A text may speak of markers, as this one does; then a side does so, too.
std::string Reader::wrong_with(const ThreeSides& f,
                               const std::string& bytes) const {
  std::size_t markers = 0;
  bool was_binary = false;
  for (const Blob* b : {&f.base, &f.ours, &f.theirs}) {
    if (!b->bytes) continue;
    markers = std::max(markers, markers_in(*b->bytes));
    was_binary = was_binary || b->bytes->find('\0') != std::string::npos;
  }
  if (was_binary) return "";
  if (bytes.find('\0') != std::string::npos) return " is no text any more";
  if (markers_in(bytes) > markers) return " has conflict markers";
  return "";
}

void Reader::read_deleted() {
  const std::string path = directory_ + "/deleted";
  if (!file::exists(path)) return;
  const auto list = read_file(path, kMostList);
  if (!list) return refuse("its list 'deleted' is no regular file");
  for (const std::string& line : lines_of(*list)) {
    if (line.empty()) continue;
    const auto file = files_.find(line);
    if (file == files_.end())
      return refuse("it deleted " + quoted(line) +
                    ", which is not in conflict");
    if (answer_.files.contains(line))
      return refuse("it both resolved and deleted " + quoted(line));
    if (!file->second->ours.id.empty() && !file->second->theirs.id.empty())
      return refuse("it deleted " + quoted(line) + ", which both sides have");
    answer_.files[line] = std::nullopt;
  }
}

}  // namespace

Answer read_answer(const std::string& directory,
                   const std::vector<ThreeSides>& files) {
  return Reader(directory, files).read();
}

std::optional<std::int64_t> confidence_in(const std::string& said) {
  constexpr std::string_view kWord = "confidence:";
  std::optional<std::int64_t> out;
  for (const std::string& line : lines_of(said)) {
    const std::string word = text::lower(text::trim(line));
    if (!word.starts_with(kWord)) continue;
    const std::string value(text::trim(word.substr(kWord.size())));
    char* end = nullptr;
    double number = std::strtod(value.c_str(), &end);
    if (end == value.c_str() || !std::isfinite(number)) continue;
    const std::string unit(end);
    if (unit.empty() && number <= 1)
      number *= 100;
    else if (unit != "%")
      continue;
    if (number >= 0 && number <= 100)
      out = static_cast<std::int64_t>(std::lround(number));
  }
  return out;
}

}  // namespace orch::conflict
