// SPDX-License-Identifier: MIT
#include "git/kept_work.h"

#include <cstdint>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"

namespace orch::git {
namespace {

constexpr std::string_view kForm = "git orch open work 1\n";
constexpr std::size_t kMostBytes = 16U << 20;

// FNV-1a, 64 bits, against what a disk may do.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : bytes)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

// Fields behind each other, each with its length.
void append(std::string* bytes, std::string_view field) {
  *bytes += std::to_string(field.size()) + ":";
  *bytes += field;
}

class Reader {
  static constexpr std::size_t kLongestSize = 12;  // digits

 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::string_view> next() {
    const std::size_t colon = rest_.find(':');
    if (colon > kLongestSize) return std::nullopt;  // or there is none
    const std::size_t size =
        std::strtoull(std::string(rest_.substr(0, colon)).c_str(), nullptr, 10);
    if (size > rest_.size() - colon - 1) return std::nullopt;
    const std::string_view field = rest_.substr(colon + 1, size);
    rest_.remove_prefix(colon + 1 + size);
    return field;
  }
  std::size_t next_count() {
    return std::strtoull(std::string(next().value_or("0")).c_str(), nullptr,
                         10);
  }

 private:
  std::string_view rest_;
};

// "ab/cdef…", the place of a loose object.
bool is_object_name(std::string_view name) {
  return name.size() > 3 && name[2] == '/' &&
         name.find_first_not_of("0123456789abcdef/") == std::string::npos;
}

std::optional<std::string> objects_in(const std::string& directory) {
  std::string out;
  std::size_t count = 0;
  for (const std::string& fan : file::names_in(directory)) {
    if (fan.size() != 2) continue;
    for (const std::string& name : file::names_in(directory + "/" + fan)) {
      const std::string place = fan + "/" + name;
      if (!is_object_name(place)) continue;
      append(&out, place);
      append(&out, file::load_contents(directory + "/" + place));
      if (out.size() > kMostBytes) return std::nullopt;
      ++count;
    }
  }
  std::string all;
  append(&all, std::to_string(count));
  return all + out;
}

}  // namespace

KeptWork::KeptWork(const Repository& repository, const Quarantine& quarantine)
    : worktrees_(repository.common_dir + "/worktrees"),
      quarantine_(quarantine) {
  if (file::is_directory(repository.orch_dir()))
    directory_ = repository.orch_dir() + "/cache/open";
}

std::string KeptWork::path_of(const std::string& git_dir) const {
  const std::string name = file::name_of(git_dir);
  const bool is_linked = file::name_of(file::parent_of(git_dir)) == "worktrees";
  return directory_ + "/" + (is_linked ? "worktree-" + name : "main");
}

// What was kept of worktrees that are gone.
void KeptWork::drop_gone() const {
  constexpr std::string_view kLinked = "worktree-";
  for (const std::string& name : file::names_in(directory_))
    if (name.starts_with(kLinked) &&
        !file::exists(worktrees_ + "/" + name.substr(kLinked.size())))
      file::remove(directory_ + "/" + name);
}

std::optional<OpenWork> KeptWork::find(const std::string& git_dir,
                                       const std::string& key) const {
  if (directory_.empty()) return std::nullopt;
  const auto bytes = file::find_contents(path_of(git_dir));
  if (!bytes || !bytes->starts_with(kForm)) return std::nullopt;
  Reader whole(std::string_view(*bytes).substr(kForm.size()));
  const auto sum = whole.next();
  const auto content = whole.next();
  if (!content || sum != std::to_string(checksum(*content)))
    return std::nullopt;
  Reader reader(*content);
  if (reader.next() != key) return std::nullopt;
  OpenWork work;
  work.commit = reader.next().value_or("");
  for (std::size_t n = reader.next_count(); n > 0; --n)
    work.left_out.emplace_back(reader.next().value_or(""));
  for (std::size_t n = reader.next_count(); n > 0; --n) {
    const auto place = reader.next();
    const auto object = reader.next();
    if (!place || !object || !is_object_name(*place)) return std::nullopt;
    const std::string path =
        quarantine_.directory() + "/objects/" + std::string(*place);
    file::make_directories(file::parent_of(path));
    file::create_file(path, *object, 0444);
  }
  return work;
}

void KeptWork::keep(const std::string& git_dir, const std::string& key,
                    const OpenWork& work, const std::string& objects) const {
  if (directory_.empty()) return;
  try {
    const auto packed = objects_in(objects);
    if (!packed) return;
    std::string content;
    append(&content, key);
    append(&content, work.commit);
    append(&content, std::to_string(work.left_out.size()));
    for (const std::string& path : work.left_out) append(&content, path);
    content += *packed;
    std::string bytes(kForm);
    append(&bytes, std::to_string(checksum(content)));
    append(&bytes, content);
    file::make_private_directories(directory_);
    drop_gone();
    file::write_atomically(path_of(git_dir), bytes);
  } catch (const Error&) {
    // A full disk, or somebody else's directory: it is read again next time.
  }
}

}  // namespace orch::git
