// SPDX-License-Identifier: MIT
#include "dashboard/site.h"

#include <algorithm>

#include "clock/clock.h"
#include "dashboard/page.h"
#include "dashboard/program.h"
#include "dashboard/reply.h"
#include "error/error.h"
#include "file/file.h"
#include "roster/roster.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::dashboard {
namespace {

constexpr int kPrograms = 4;
// A landing may take half an hour: what is read never waits for what is
// written.
constexpr int kWrites = 8;
constexpr std::size_t kMostRepositories = 64;
constexpr std::size_t kMostRuns = 64;
constexpr int kProgramMs = 60'000;
constexpr int kTogetherMs = 30;  // what one act writes is one change
constexpr int kPulseMs = 15'000, kNowAndThenMs = 5000;
constexpr std::int64_t kRestMs = 100;  // between looks, at least
// A look at much is followed by a longer rest: a tenth of the time, no more.
constexpr std::int64_t kRestPerMs = 9;

http::Response not_allowed(const std::string& methods) {
  http::Response out;
  const Reply reply =
      reply_with(Refusal{405, "usage", "only " + methods + " here", ""});
  out.status = reply.status;
  out.type = "application/json";
  out.body = reply.text;
  out.headers.emplace_back("Allow", methods);
  return out;
}

http::Response error_response(const Reply& reply) {
  return {
      .status = reply.status, .type = "application/json", .body = reply.text};
}

Reply unknown(const std::string& name) {
  auto names = endpoint_names();
  names.insert(names.end(), {"events", "repositories", "session"});
  std::sort(names.begin(), names.end());
  return reply_with(Error(ErrorCode::UnknownName,
                          "there is no endpoint '" + name + "'",
                          "known: " + text::join(names, ", ")));
}

Reply too_busy() {
  return reply_with(
      Error(ErrorCode::Contended, "too much is asked for at a time"));
}

// "shop" for /src/shop/.git and for /srv/shop.git.
std::string name_of(const std::string& common_dir) {
  std::string path = common_dir;
  if (path.ends_with("/.git")) path.resize(path.size() - 5);
  return path.substr(path.rfind('/') + 1);
}

json::Object event_of_change(const std::vector<std::string>& views) {
  return {{"views", views}};
}

}  // namespace

Site::Site(http::Loop& loop, repository::Repository here, Rules rules,
           Writes writes)
    : loop_(loop),
      here_(std::move(here)),
      here_id_(roster::id_of(here_.common_dir)),
      rules_(std::move(rules)),
      writes_(writes),
      started_at_(clock::now()),
      programs_(kPrograms, kMostRuns),
      writers_(kWrites, kWrites) {
  open_repository(here_id_, here_);
  loop_.on_readable(watch_.descriptor(), [this] { noticed(); });
  loop_.every(kPulseMs, [this] {
    for (auto& [id, repo] : open_) tell(*repo, http::comment("pulse"));
  });
  // Processes end and the clock goes on without a word to anybody.
  loop_.every(kNowAndThenMs, [this] {
    for (auto& [id, repo] : open_) {
      if (repo->streams.empty()) continue;
      watch_.add(id, repo->repository);
      look(repo);
    }
  });
}

bool Site::end(std::int64_t until_ms) {
  std::vector<Workers*> all_workers{&programs_, &writers_};
  for (const auto& [id, repo] : open_) all_workers.push_back(&repo->reader);
  for (Workers* workers : all_workers) workers->end();
  // All are asked: the threads of those that have ended are joined by it.
  bool have_ended = true;
  for (Workers* workers : all_workers)
    have_ended = workers->has_ended(until_ms) && have_ended;
  return have_ended;
}

http::Site Site::as_served() {
  return {.headers = safe_headers(),
          .refuse = [this](const http::Request& request)
              -> std::optional<http::Response> {
            const auto refusal = refuse(rules_, request);
            if (!refusal) return std::nullopt;
            http::Response out = error_response(reply_with(*refusal));
            if (refusal->status == 405)
              out.headers.emplace_back("Allow", "GET, HEAD, POST");
            return out;
          },
          .serve =
              [this](const http::Request& request, const http::Answer& answer) {
                try {
                  serve(request, answer);
                } catch (const Error& e) {
                  answer(error_response(reply_with(e)));
                }
              }};
}

void Site::serve(const http::Request& request, const http::Answer& answer) {
  constexpr std::string_view kApi = "/api/";
  if (request.path.starts_with(kApi))
    return api(request, request.path.substr(kApi.size()), answer);
  auto file = page_file(request, rules_.token);
  if (!file) return answer(error_response(unknown(request.path)));
  answer(request.method == "POST" ? not_allowed("GET, HEAD")
                                  : *std::move(file));
}

void Site::api(const http::Request& request, const std::string& name,
               const http::Answer& answer) {
  const auto& written = written_verbs();
  const bool is_written =
      std::find(written.begin(), written.end(), name) != written.end();
  const bool posts = request.method == "POST";
  const bool is_own = name == "session" || name == "repositories";
  const auto names = endpoint_names();
  const bool is_read =
      std::find(names.begin(), names.end(), name) != names.end();
  if (!is_written && !is_read && !is_own && name != "events")
    return answer(error_response(unknown(name)));
  if (posts && !is_written)
    return answer(not_allowed(name == "events" ? "GET" : "GET, HEAD"));
  if (!posts && is_written && !is_read) return answer(not_allowed("POST"));
  if (name == "events" && request.method != "GET")
    return answer(not_allowed("GET"));
  if (name == "repositories")
    return answer(response_of(repositories(), request));
  const OpenPtr repo = asked_repository(request);
  if (name == "events") return answer(stream(repo));
  if (name == "session") return answer(response_of(session(repo), request));
  if (posts) return write(request, repo, name, answer);
  read(request, repo, *find_question(name, request.query), answer);
}

// --- Reading and writing -----------------------------------------------------

void Site::read(const http::Request& request, const OpenPtr& repo,
                const Question& question, const http::Answer& answer) {
  const bool posted = repo->reader.post([=, this] {
    auto reply = repo->views->read(question);
    loop_.post([=, this, reply = std::move(reply)] {
      if (!reply) return run(request, repo, question, answer);
      answer(response_of(*reply, request));
    });
  });
  if (!posted) answer(error_response(too_busy()));
}

void Site::run(const http::Request& request, const OpenPtr& repo,
               const Question& question, const http::Answer& answer) {
  const Call call = call_of(question);
  if (!is_installed(call.verb))
    return answer(error_response(unknown(question.name)));
  const std::string key = repo->id + question.text();
  auto& waiting = running_[key];
  waiting.emplace_back(request, answer);
  if (waiting.size() > 1) return;
  const std::int64_t began = clock::steady();
  const auto done = [=, this](const Reply& reply) {
    const std::int64_t took = clock::steady() - began;
    repo->reader.post([=] { repo->views->keep(question, reply, took); });
    const auto all = running_.extract(key);
    for (const auto& [asked, tell_it] : all.mapped())
      tell_it(response_of(reply, asked));
  };
  const bool posted = programs_.post([=, this] {
    const Reply reply =
        run_verb(repo->repository, call.verb, call.arguments, kProgramMs);
    loop_.post([=] { done(reply); });
  });
  if (!posted) done(too_busy());
}

void Site::write(const http::Request& request, const OpenPtr& repo,
                 const std::string& verb, const http::Answer& answer) {
  if (writes_ == Writes::Refused)
    throw Error(ErrorCode::RefusedByPolicy, "the page only reads",
                "git orch dashboard --allow-write");
  const Write wanted = write_of(verb, request.body);
  if (!is_installed(verb)) return answer(error_response(unknown(verb)));
  if (writing_ >= kWrites)
    throw Error(ErrorCode::Contended,
                std::to_string(kWrites) +
                    " verbs that write are being run, and no more at a time",
                "git orch " + verb);
  const bool posted = writers_.post([=, this] {
    const Reply reply =
        run_verb(repo->repository, verb, wanted.arguments, wanted.timeout_ms);
    loop_.post([=, this] {
      --writing_;
      answer(error_response(reply));
    });
  });
  if (!posted) return answer(error_response(too_busy()));
  ++writing_;
}

Reply Site::session(const OpenPtr& repo) const {
  const bool writes = writes_ == Writes::Allowed;
  return reply_with(
      {{"version", ORCH_VERSION},
       {"repo", repo->id},
       {"allow_write", writes},
       {"started_at", text::iso_time(started_at_)},
       {"verbs", writes ? written_verbs() : std::vector<std::string>()}});
}

Reply Site::repositories() const {
  json::Array rows;
  bool has_here = false;
  const auto add = [&](const std::string& id, const std::string& path,
                       bool is_there) {
    has_here |= id == here_id_;
    rows.emplace_back(json::Object{{"id", id},
                                   {"path", path},
                                   {"name", name_of(path)},
                                   {"is_there", is_there},
                                   {"is_here", id == here_id_}});
  };
  for (const roster::Entry& e : roster::list())
    add(e.id, e.common_dir, e.is_there);
  if (!has_here)
    add(here_id_, here_.common_dir, repository::is_initialised(here_));
  return reply_with({{"repositories", std::move(rows)}});
}

// --- Repositories ------------------------------------------------------------

Site::OpenPtr Site::asked_repository(const http::Request& request) {
  const std::string id = request.parameter("repo").value_or(here_id_);
  if (const auto found = open_.find(id); found != open_.end()) {
    found->second->asked_ms = clock::steady();
    return found->second;
  }
  for (const roster::Entry& e : roster::list())
    if (e.id == id)
      return open_repository(id, repository::require_at(e.common_dir));
  throw Error(ErrorCode::UnknownName, "there is no repository '" + id + "'",
              "git orch init, in the repository");
}

Site::OpenPtr Site::open_repository(const std::string& id,
                                    const repository::Repository& repository) {
  make_room();
  auto repo = std::make_shared<OpenRepository>();
  repo->asked_ms = clock::steady();
  repo->id = id;
  repo->repository = repository;
  repo->views = std::make_shared<ViewCache>(repository);
  watch_.add(id, repository);
  open_[id] = repo;
  return repo;
}

// Each has a thread and a store of its own: whom nobody has asked for longest
// goes.
void Site::make_room() {
  if (open_.size() < kMostRepositories) return;
  auto oldest = open_.end();
  for (auto at = open_.begin(); at != open_.end(); ++at) {
    OpenRepository& repo = *at->second;
    std::erase_if(repo.streams, [](const auto& s) { return s.expired(); });
    if (!repo.streams.empty() || !repo.reader.is_idle()) continue;
    if (oldest == open_.end() || repo.asked_ms < oldest->second->asked_ms)
      oldest = at;
  }
  if (oldest == open_.end())
    throw Error(ErrorCode::Contended,
                "too many repositories are looked at at a time");
  open_.erase(oldest);
}

// --- Changes -----------------------------------------------------------------

http::Response Site::stream(const OpenPtr& repo) {
  http::Response out{.type = "text/event-stream"};
  out.body = http::event(
      "hello",
      json::to_text(json::Object{{"repo", repo->id},
                                 {"allow_write", writes_ == Writes::Allowed}}));
  out.opened = [this, repo](const std::shared_ptr<http::Stream>& opened) {
    repo->streams.push_back(opened);
    watch_.add(repo->id, repo->repository);
    // What changed between its reading and now.
    repo->reader.post([=, this, to = std::weak_ptr(opened)] {
      const auto names = repo->views->changed_lately();
      if (names.empty()) return;
      loop_.post([=] {
        if (const auto alive = to.lock())
          alive->send(
              http::event("change", json::to_text(event_of_change(names))));
      });
    });
    look(repo);
  };
  return out;
}

void Site::noticed() {
  for (const std::string& id : watch_.take())
    if (const auto found = open_.find(id); found != open_.end())
      look(found->second);
}

void Site::look(const OpenPtr& repo) {
  std::erase_if(repo->streams, [](const auto& s) { return s.expired(); });
  if (repo->streams.empty()) return;
  if (repo->looks) {
    repo->shall_look_again = true;
    return;
  }
  repo->looks = true;
  const std::int64_t wait = repo->rests_until - clock::steady();
  loop_.after(static_cast<int>(std::max<std::int64_t>(wait, kTogetherMs)),
              [=, this] { begin_look(repo); });
}

void Site::begin_look(const OpenPtr& repo) {
  repo->shall_look_again = false;
  const bool posted = repo->reader.post([=, this] {
    const auto look = repo->views->look();
    loop_.post([=, this] { looked(repo, look); });
  });
  if (!posted) repo->looks = false;
}

void Site::looked(const OpenPtr& repo, const ViewCache::Look& look_) {
  repo->looks = false;
  repo->rests_until =
      clock::steady() + std::max(kRestMs, look_.took_ms * kRestPerMs);
  if (look_.is_gone && !repo->is_gone)
    tell(*repo,
         http::event("gone", json::to_text(json::Object{{"repo", repo->id}})));
  repo->is_gone = look_.is_gone;
  if (!look_.changed.empty())
    tell(*repo,
         http::event("change", json::to_text(event_of_change(look_.changed))));
  if (repo->shall_look_again) look(repo);
}

void Site::tell(OpenRepository& repo, const std::string& text) {
  std::erase_if(repo.streams, [&](const auto& weak) {
    const auto stream = weak.lock();
    return !stream || !stream->send(text);
  });
}

}  // namespace orch::dashboard
