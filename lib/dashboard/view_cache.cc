// SPDX-License-Identifier: MIT
#include "dashboard/view_cache.h"

#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "dashboard/program.h"
#include "dashboard/view.h"
#include "error/error.h"
#include "hook/fold.h"
#include "store/changes.h"

namespace orch::dashboard {
namespace {

constexpr std::int64_t kAskedMs = 5 * 60 * 1000;  // then nobody looks at it
constexpr std::size_t kMostEntries = 200;
constexpr std::size_t kMostBytes = std::size_t{32} * 1024 * 1024;
constexpr std::int64_t kFreshMs = 1000;   // ages, processes and the clock move
constexpr std::int64_t kKeptMs = 5000;    // of what a program said
constexpr std::int64_t kAgainMs = 3000;   // between two hints to run it again
constexpr std::int64_t kAgainPerMs = 20;  // a slow one runs more seldom
constexpr std::int64_t kSystemMs = 10'000;
constexpr std::int64_t kLatelyMs = 60'000;

}  // namespace

ViewCache::ViewCache(repository::Repository repository)
    : repository_(std::move(repository)) {}

store::Store* ViewCache::store() {
  try {
    require_there(repository_);
  } catch (const Error&) {
    store_.reset();
    throw;
  }
  if (store_) try {
      store_->require_current();
    } catch (const Error&) {
      store_.reset();
    }
  if (!store_) {
    store_ = hook::find_store(repository_);
    ++mark_;
    if (!store_) return nullptr;
    seen_ = store::change_mark(*store_);
  }
  return &*store_;
}

// What hooks have acknowledged, and whether anything is new.
void ViewCache::fold() {
  const auto folded = hook::fold(repository_, *store_);
  const std::int64_t now = store::change_mark(*store_);
  if (folded.records > 0 || now != seen_) ++mark_;
  seen_ = now;
}

Reply ViewCache::make(const Question& question) {
  try {
    const auto data = view(repository_, *store_, question);
    return reply_with(data.value());
  } catch (const Error& e) {
    return reply_with(e);
  }
}

bool ViewCache::is_fresh(const Entry& entry) const {
  const std::int64_t age = clock::steady() - entry.made_ms;
  return entry.mark == mark_ && age < (entry.is_view ? kFreshMs : kKeptMs);
}

std::optional<Reply> ViewCache::read(const Question& question) {
  try {
    const store::Store* open = store();
    if (open) fold();
    const auto found = entries_.find(question.text());
    const bool view_here = open && is_view(question);
    if (found != entries_.end()) {
      Entry& entry = found->second;
      entry.asked_ms = clock::steady();
      if (entry.is_view == view_here && is_fresh(entry) &&
          entry.question.name != "agent/log")
        return entry.reply;
    }
    if (!view_here) {
      running_[question.text()] = mark_;
      return std::nullopt;
    }
    const bool is_new = found == entries_.end();
    Entry& entry = entries_[question.text()];
    entry.question = question;
    entry.reply = make(question);
    if (is_new) entry.told = entry.reply.tag;
    entry.is_view = true;
    entry.mark = mark_;
    entry.made_ms = entry.asked_ms = clock::steady();
    Reply reply = entry.reply;
    forget_old();
    return reply;
  } catch (const Error& e) {
    return reply_with(e);
  }
}

void ViewCache::keep(const Question& question, const Reply& reply,
                     std::int64_t took_ms) {
  Entry& entry = entries_[question.text()];
  entry.question = question;
  entry.reply = reply;
  entry.is_view = false;
  entry.took_ms = took_ms;
  entry.is_told = false;
  entry.told = reply.tag;
  // What changed while it ran is not in it.
  const auto began = running_.extract(question.text());
  entry.mark = began ? began.mapped() : mark_;
  entry.made_ms = entry.asked_ms = clock::steady();
  forget_old();
}

void ViewCache::forget_old() {
  const std::int64_t now = clock::steady();
  std::erase_if(entries_, [&](const auto& e) {
    return now - e.second.asked_ms > kAskedMs;
  });
  std::size_t bytes = 0;
  for (const auto& [text, entry] : entries_) bytes += entry.reply.text.size();
  while (entries_.size() > kMostEntries || bytes > kMostBytes) {
    const auto oldest = std::min_element(
        entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
          return a.second.asked_ms < b.second.asked_ms;
        });
    bytes -= oldest->second.reply.text.size();
    entries_.erase(oldest);
  }
}

void ViewCache::refresh(Entry& entry, Look& look) {
  const std::int64_t now = clock::steady();
  if (entry.is_view && store_) {
    if (entry.mark != mark_ || now - entry.made_ms >= kFreshMs ||
        entry.question.name == "agent/log") {
      entry.reply = make(entry.question);
      entry.mark = mark_;
      entry.made_ms = now;
    }
    if (entry.reply.tag == entry.told) return;
    entry.told = entry.reply.tag;
  } else {
    // What only a program knows is hinted at, once, until it is asked again.
    const std::int64_t age = now - entry.made_ms;
    const bool by_clock = entry.question.name == "stats/system";
    const bool is_due =
        by_clock ? age >= kSystemMs
                 : entry.mark != mark_ &&
                       age >= std::max(kAgainMs, entry.took_ms * kAgainPerMs);
    if (entry.is_told || !is_due) return;
    entry.is_told = true;
  }
  entry.changed_ms = now;
  look.changed.push_back(entry.question.name);
}

ViewCache::Look ViewCache::look() {
  Look out;
  const std::int64_t began = clock::steady();
  try {
    if (store()) fold();
    forget_old();
    for (auto& [text, entry] : entries_) refresh(entry, out);
    forget_old();
  } catch (const Error& e) {
    out.is_gone = e.code() == ErrorCode::NotARepository;
  }
  const std::set<std::string> names(out.changed.begin(), out.changed.end());
  out.changed.assign(names.begin(), names.end());
  out.took_ms = clock::steady() - began;
  return out;
}

std::vector<std::string> ViewCache::changed_lately() const {
  std::set<std::string> names;
  const std::int64_t now = clock::steady();
  for (const auto& [text, entry] : entries_)
    if (entry.changed_ms != 0 && now - entry.changed_ms < kLatelyMs)
      names.insert(entry.question.name);
  return {names.begin(), names.end()};
}

}  // namespace orch::dashboard
