// SPDX-License-Identifier: MIT
#include "git/merge.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::git {
namespace {

constexpr int kSignal = 128;  // and the number of the signal: the exit status

// GIT_ALTERNATE_OBJECT_DIRECTORIES is a list; an entry in double quotes may
// hold any byte (git(1)).
std::string quote_alternate(const std::string& path) {
  std::string out = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Reads NUL-terminated fields one by one.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  bool next(std::string_view* field) {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return false;
    *field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

 private:
  std::string_view rest_;
};

// "CONFLICT (modify/delete)" -> "modify/delete"; empty for what is no conflict.
std::string conflict_type(std::string_view message_type) {
  constexpr std::string_view kPrefix = "CONFLICT (";
  if (!message_type.starts_with(kPrefix) || !message_type.ends_with(")"))
    return "";
  return std::string(message_type.substr(
      kPrefix.size(), message_type.size() - kPrefix.size() - 1));
}

// "<mode> <id> <stage>", then a tab at `tab`, then the path.
Stage stage_of(std::string_view field, std::size_t tab) {
  const auto words = text::split(field.substr(0, tab), ' ');
  if (words.size() != 3) return {};
  return {std::atoi(words[2].c_str()), words[0], words[1],
          std::string(field.substr(tab + 1))};
}

void add_type(Detail* detail, const std::string& path,
              const std::string& type) {
  auto& types = detail->types[path];
  if (std::find(types.begin(), types.end(), type) == types.end())
    types.push_back(type);
}

// One answer of `merge-tree --stdin -z`: status, tree, the conflicted stages,
// an empty field, the messages (count, paths, type, text), an empty field.
// `detail` may be null.
bool read_answer(Fields& fields, Merge* merge, Detail* detail) {
  std::string_view field;
  if (!fields.next(&field)) return false;
  const bool clean = field == "1";
  if (!fields.next(&field)) return false;
  merge->tree = field;
  std::set<std::string> paths, types;
  // A clean answer has no stages, and then no separator before its messages.
  if (!clean) {
    while (fields.next(&field) && !field.empty()) {
      const std::size_t tab = field.find('\t');
      if (tab == std::string_view::npos) return false;
      paths.emplace(field.substr(tab + 1));
      if (detail) detail->stages.push_back(stage_of(field, tab));
    }
  }
  while (fields.next(&field)) {
    // Where submodules conflict, git 2.39 prints advice for people in front of
    // the last separator: whatever is no count ends the answer.
    if (field.find_first_not_of("0123456789") != std::string_view::npos ||
        field.empty()) {
      merge->verdict = clean ? Verdict::Clean : Verdict::Conflict;
      merge->paths.assign(paths.begin(), paths.end());
      merge->types.assign(types.begin(), types.end());
      return true;
    }
    std::vector<std::string> about;
    for (long n = std::strtol(std::string(field).c_str(), nullptr, 10); n > 0;
         --n) {
      if (!fields.next(&field)) return false;
      if (detail) about.emplace_back(field);
    }
    if (!fields.next(&field)) return false;
    if (const std::string type = conflict_type(field); !type.empty()) {
      types.insert(type);
      for (const std::string& path : about) add_type(detail, path, type);
    }
    if (!fields.next(&field)) return false;  // the text, meant for people
  }
  return false;
}

}  // namespace

Quarantine::Quarantine(const Repository& repository) {
  const std::string parent = file::is_directory(repository.orch_dir())
                                 ? repository.orch_dir() + "/tmp"
                                 : "";
  std::string pattern;
  if (!parent.empty() && ::access(repository.orch_dir().c_str(), W_OK) == 0) {
    file::make_private_directories(parent);
    // The owner's name, so that only a dead one's is ever cleared.
    const process::Identity self = process::self();
    pattern = parent + "/" + std::to_string(self.pid) + "-" +
              std::to_string(self.start) + "-XXXXXX";
  } else {
    const char* tmp = std::getenv("TMPDIR");
    pattern = std::string(tmp ? tmp : "/tmp") + "/git-orch-XXXXXX";
  }
  if (!::mkdtemp(pattern.data()))
    throw io_error("cannot create directory '" + pattern + "'", errno);
  directory_ = pattern;
  file::make_directories(directory_ + "/objects");
  environment_ = {{"GIT_OBJECT_DIRECTORY", directory_ + "/objects"},
                  {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
                   quote_alternate(repository.common_dir + "/objects")}};
}

Quarantine::~Quarantine() {
  try {
    file::remove_tree(directory_);
  } catch (const Error&) {
    // What is left lies below orch/tmp, which the tick clears.
  }
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Clean:
      return "clean";
    case Verdict::Conflict:
      return "conflict";
    case Verdict::Unknown:
      break;
  }
  return "unknown";
}

namespace {

// `read(i, fields)` takes the answer for pair i, and is false when there is
// none; `fail(i, reason)` is called for a pair that git cannot merge.
void ask_all(const Repository& repository, const Quarantine& quarantine,
             const std::vector<Pair>& pairs,
             const std::function<bool(std::size_t, Fields&)>& read,
             const std::function<void(std::size_t, std::string)>& fail) {
  std::size_t next = 0;
  while (next < pairs.size()) {
    std::string input;
    for (std::size_t i = next; i < pairs.size(); ++i)
      input += pairs[i].first + " " + pairs[i].second + "\n";
    const process::Outcome outcome = run(
        repository, {.args = {"merge-tree", "--write-tree", "--stdin", "-z"},
                     // Attributes are read from the files of a working tree.
                     .worktree = repository.worktree,
                     .input = input,
                     .environment = quarantine.environment()});
    Fields fields(outcome.output);
    while (next < pairs.size() && read(next, fields)) ++next;
    if (next == pairs.size()) break;
    // git stops at the first pair that it cannot merge and leaves the rest
    // unanswered; say why for that one and go on behind it. When it was killed
    // (2.39 may abort on moved directories), answers that were not yet written
    // are lost, so the first without one may be any.
    const bool is_lost = outcome.status > kSignal && pairs.size() > 1;
    if (is_lost)
      ask_all(
          repository, quarantine, {pairs[next]},
          [&](std::size_t, Fields& only) { return read(next, only); },
          [&](std::size_t, std::string reason) {
            fail(next, std::move(reason));
          });
    else
      fail(next, message_of(outcome));
    ++next;
  }
}

}  // namespace

std::vector<Merge> merge_all(const Repository& repository,
                             const Quarantine& quarantine,
                             const std::vector<Pair>& pairs) {
  std::vector<Merge> merges(pairs.size());
  ask_all(
      repository, quarantine, pairs,
      [&](std::size_t i, Fields& fields) {
        Merge merge;
        if (!read_answer(fields, &merge, nullptr)) return false;
        merges[i] = std::move(merge);
        return true;
      },
      [&](std::size_t i, std::string reason) {
        merges[i].reason = std::move(reason);
      });
  return merges;
}

std::vector<Detail> merge_in_detail(const Repository& repository,
                                    const Quarantine& quarantine,
                                    const std::vector<Pair>& pairs) {
  std::vector<Detail> details(pairs.size());
  ask_all(
      repository, quarantine, pairs,
      [&](std::size_t i, Fields& fields) {
        Detail detail;
        if (!read_answer(fields, &detail.merge, &detail)) return false;
        details[i] = std::move(detail);
        return true;
      },
      [&](std::size_t i, std::string reason) {
        details[i].merge.reason = std::move(reason);
      });
  return details;
}

}  // namespace orch::git
