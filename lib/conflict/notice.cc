// SPDX-License-Identifier: MIT
#include "conflict/notice.h"

#include <algorithm>
#include <optional>

#include "conflict/places.h"
#include "error/error.h"
#include "git/git.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

// All bounds are such that the whole stays below `kLongestNotice`.
constexpr std::size_t kMostDetails = 4400;
constexpr std::size_t kMostNames = 8;  // paths in the list
constexpr std::size_t kMostFiles = 4;  // with their texts
constexpr std::size_t kMostPlaces = 3;
constexpr std::size_t kMostLines = 6;  // of one side at one place
constexpr std::size_t kWidest = 100;   // bytes of a name or a line
// Findings whose texts are held at a time.
constexpr std::size_t kAtOnce = 8;
constexpr int kTries = 2;

std::string shown(const std::string& bytes) {
  return text::cut(text::printable(bytes), kWidest);
}

std::string short_id(const std::string& id) { return id.substr(0, 12); }

std::string by(const Change* change, const char* how) {
  if (!change) return "";
  return std::string(how) + short_id(change->commit) + " by " +
         text::cut(text::printable(change->author), kWidest / 2);
}

bool is_binary(const Blob& blob) {
  return blob.bytes && blob.bytes->find('\0') != std::string::npos;
}

// One side of one file.
struct View {
  std::string name;
  const Blob* blob = nullptr;
  const Change* change = nullptr;
  bool was_there = false;  // in the base

  bool is_text() const {
    return blob->mode != "160000" && blob->bytes && !is_binary(*blob);
  }
  // In words, for what is no text to be shown.
  std::string words() const;
};

std::string View::words() const {
  const auto bytes = [&](std::uint64_t size) {
    return text::count_of(size, "byte") + by(change, ", from ");
  };
  if (blob->id.empty())
    return was_there ? "deleted" + by(change, " in ") : "not there";
  if (blob->mode == "160000")
    return "a submodule at " + short_id(blob->id) + by(change, ", from ");
  if (is_binary(*blob)) return "binary, " + bytes(blob->bytes->size());
  if (blob->bytes) return bytes(blob->bytes->size());
  if (blob->size) return "too large to show, " + bytes(*blob->size);
  return "the object is missing";
}

std::string heading(const View& view, const linediff::Span& span,
                    bool with_mode) {
  std::string out = "  " + view.name;
  if (span.count == 0)
    out += ", nothing after line " + std::to_string(span.start);
  else if (span.count == 1)
    out += ", line " + std::to_string(span.start + 1);
  else
    out += ", lines " + std::to_string(span.start + 1) + "-" +
           std::to_string(span.start + span.count);
  if (with_mode) out += ", mode " + view.blob->mode;
  return out + by(view.change, ", from ") + "\n";
}

std::string lines_in(const std::string& bytes, const linediff::Span& span) {
  const auto lines = lines_of(bytes);
  std::string out;
  for (std::size_t i = 0; i < span.count && i < kMostLines; ++i)
    out += "    " + shown(lines.at(span.start + i)) + "\n";
  if (span.count > kMostLines)
    out +=
        "    (" + text::count_of(span.count - kMostLines, "more line") + ")\n";
  return out;
}

// A file as blocks that are shown as a whole or not at all.
struct Blocks {
  std::string title;
  std::vector<std::string> places;
};

class FileText {
 public:
  FileText(const ThreeSides& file, const Facts& facts)
      : file_(file),
        base_{"merge base", &file.base, nullptr, false},
        ours_{shown(facts.a.name), &file.ours, find(facts.by_a), has_base()},
        theirs_{shown(facts.b.name), &file.theirs, find(facts.by_b),
                has_base()} {}

  Blocks blocks() const {
    Blocks out;
    out.title = "\n" + shown(file_.path);
    if (!file_.types.empty()) out.title += ": " + text::join(file_.types, ", ");
    out.title += "\n";
    for (const linediff::Clash& clash : places())
      out.places.push_back(place(clash));
    if (out.places.empty()) out.places.push_back(words());
    return out;
  }

 private:
  bool has_base() const { return !file_.base.id.empty(); }
  const Change* find(const std::map<std::string, Change>& changes) const {
    const auto it = changes.find(file_.path);
    return it == changes.end() ? nullptr : &it->second;
  }
  const std::string* text_of(const Blob& blob) const {
    return blob.id.empty() ? nullptr : &*blob.bytes;
  }

  // None when a side is no text, or when there are no two to compare.
  linediff::Clashes places() const {
    int texts = 0;
    for (const View* v : {&base_, &ours_, &theirs_}) {
      if (v->blob->id.empty()) continue;
      if (!v->is_text()) return {};
      ++texts;
    }
    if (texts < 2) return {};
    return places_of(text_of(file_.base), text_of(file_.ours),
                     text_of(file_.theirs));
  }

  std::string side(const View& view, const linediff::Span& span) const {
    if (view.blob->id.empty())
      return "  " + view.name + ": " + view.words() + "\n";
    const bool one_mode = file_.ours.mode == file_.theirs.mode ||
                          &view == &base_ || file_.ours.id.empty() ||
                          file_.theirs.id.empty();
    return heading(view, span, !one_mode) + lines_in(*view.blob->bytes, span);
  }
  std::string place(const linediff::Clash& clash) const {
    return side(base_, clash.base) + side(ours_, clash.ours) +
           side(theirs_, clash.theirs);
  }
  std::string words() const {
    std::string out;
    for (const View* v : {&base_, &ours_, &theirs_}) {
      out += "  " + v->name + ": " + v->words();
      if (!v->blob->id.empty() && file_.ours.mode != file_.theirs.mode)
        out += ", mode " + v->blob->mode;
      out += "\n";
    }
    return out;
  }

  const ThreeSides& file_;
  View base_, ours_, theirs_;
};

// Adds what fits, and counts the rest.
class Bounded {
 public:
  explicit Bounded(std::string start) : text_(std::move(start)) {}

  void add(const Blocks& blocks) {
    const bool fits =
        text_.size() + blocks.title.size() + blocks.places[0].size() <= kMost;
    if (!fits) {
      ++files_;
      return;
    }
    text_ += blocks.title;
    std::size_t taken = 0;
    for (const std::string& place : blocks.places) {
      if (taken == kMostPlaces || text_.size() + place.size() > kMost) break;
      text_ += place;
      ++taken;
    }
    places_ += blocks.places.size() - taken;
  }
  std::string text(std::size_t more_files) {
    files_ += more_files;
    std::vector<std::string> out;
    if (files_ > 0) out.push_back(text::count_of(files_, "file"));
    if (places_ > 0) out.push_back(text::count_of(places_, "place"));
    if (!out.empty()) text_ += "\nleft out: " + text::join(out, ", ") + "\n";
    return text_;
  }

 private:
  static constexpr std::size_t kMost =
      kMostDetails - 50;  // for what is left out
  std::string text_;
  std::size_t files_ = 0, places_ = 0;
};

std::string side_line(const Named& side) {
  std::string out = shown(side.name) + ": ";
  if (!side.branch.empty()) out += shown(side.branch) + " at ";
  return out + short_id(side.commit) + "\n";
}

Named named(store::Store& store, const Finding& f, const std::string& name,
            const std::string& commit) {
  if (const auto agent = store::find_agent(store, name))
    return {name, agent->branch, commit};
  if (const auto feature = store::find_feature(store, f.feature_id)) {
    if (name == "base") return {name, git::short_branch(feature->base), commit};
    if (name == "integration")
      return {name, feature->integration_branch, commit};
  }
  return {name, "", commit};
}

// The details of a few findings.
std::vector<std::string> some_details(const Repository& repository,
                                      store::Store& store,
                                      const std::vector<Finding>& findings,
                                      Changes& changes) {
  std::vector<Tips> all;
  for (const Finding& f : findings) {
    const std::size_t count = std::min(f.paths.size(), kMostFiles);
    all.push_back({f.a_commit,
                   f.b_commit,
                   {f.paths.begin(),
                    f.paths.begin() + static_cast<std::ptrdiff_t>(count)}});
  }
  auto compared = compare_all(repository, all, Texts::Small);
  std::vector<std::string> bases;
  for (const Comparison& c : compared)
    if (!c.base.empty()) bases.push_back(c.base);
  const auto commits = git::read_commits(repository, bases);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& f = findings[i];
    Comparison& c = compared[i];
    Facts facts{.a = named(store, f, f.a, c.ours),
                .b = named(store, f, f.b, c.theirs),
                .base = c.base,
                .base_subject = {},
                .files = {},
                .more_files = f.paths.size() - c.files.size(),
                .by_a = changes.of(c, c.ours, &ThreeSides::ours),
                .by_b = changes.of(c, c.theirs, &ThreeSides::theirs)};
    if (const auto it = commits.find(c.base); it != commits.end())
      facts.base_subject = it->second.subject;
    facts.files = std::move(c.files);
    out.push_back(details_text(facts));
  }
  return out;
}

}  // namespace

std::string details_text(const Facts& facts) {
  std::string start = side_line(facts.a) + side_line(facts.b);
  start += "merge base: " +
           (facts.base.empty()
                ? "none"
                : short_id(facts.base) + " " + shown(facts.base_subject)) +
           "\n";
  Bounded out(std::move(start));
  for (const ThreeSides& file : facts.files)
    out.add(FileText(file, facts).blocks());
  return out.text(facts.more_files);
}

std::vector<std::string> details_of(const Repository& repository,
                                    store::Store& store,
                                    const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  Changes changes(repository);
  for (std::size_t at = 0; at < findings.size(); at += kAtOnce) {
    const std::size_t end = std::min(findings.size(), at + kAtOnce);
    const auto place = [&](std::size_t i) {
      return findings.begin() + static_cast<std::ptrdiff_t>(i);
    };
    // They are told once: what was only in the way for a moment takes them from
    // nobody. Better a message without them than none.
    for (int tries = kTries; tries > 0 && out.size() < end; --tries) {
      try {
        for (std::string& details :
             some_details(repository, store, {place(at), place(end)}, changes))
          out.push_back(std::move(details));
      } catch (const Error&) {
        if (tries == 1) out.resize(end);
      }
    }
  }
  return out;
}

std::string notice_text(const std::string& recipient, const Finding& f,
                        std::int64_t id, const std::string& details) {
  const std::string relation =
      f.kind == "stale" ? " is out of date with " : " collides with ";
  std::string out;
  if (recipient == f.a || recipient == f.b)
    out = "your work" + relation + shown(recipient == f.a ? f.b : f.a);
  else
    out = shown(f.a) + relation + shown(f.b);
  out += " in " + text::count_of(f.paths.size(), "file") + ":\n";
  const std::size_t count = std::min(f.paths.size(), kMostNames);
  for (std::size_t i = 0; i < count; ++i)
    out += "  " + shown(f.paths[i]) + "\n";
  if (count < f.paths.size())
    out += "  (" + text::count_of(f.paths.size() - count, "more file") + ")\n";
  out += "conflict type: " + shown(text::join(f.types, ", ")) + "\n" + details;
  return out + "look with: git orch conflicts show " + std::to_string(id);
}

}  // namespace orch::conflict
