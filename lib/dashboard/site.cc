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

constexpr int kHands = 4;
// A landing may take half an hour: what is read never waits for what is
// written.
constexpr int kWrites = 8;
constexpr std::size_t kMostHouses = 64;
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
      programs_(kHands, kMostRuns),
      writers_(kWrites, kWrites) {
  open_house(here_id_, here_);
  loop_.on_readable(watch_.descriptor(), [this] { noticed(); });
  loop_.every(kPulseMs, [this] {
    for (auto& [id, house] : houses_) tell(*house, http::comment("pulse"));
  });
  // Processes end and the clock goes on without a word to anybody.
  loop_.every(kNowAndThenMs, [this] {
    for (auto& [id, house] : houses_) {
      if (house->streams.empty()) continue;
      watch_.add(id, house->repository);
      look(house);
    }
  });
}

bool Site::end(std::int64_t until_ms) {
  std::vector<Crew*> crews{&programs_, &writers_};
  for (const auto& [id, house] : houses_) crews.push_back(&house->reader);
  for (Crew* crew : crews) crew->end();
  return std::all_of(crews.begin(), crews.end(),
                     [&](Crew* crew) { return crew->has_ended(until_ms); });
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
  const HouseOf house = house_of(request);
  if (name == "events") return answer(stream(house));
  if (name == "session") return answer(response_of(session(house), request));
  if (posts) return write(request, house, name, answer);
  read(request, house, *find_question(name, request.query), answer);
}

// --- Reading and writing -----------------------------------------------------

void Site::read(const http::Request& request, const HouseOf& house,
                const Question& question, const http::Answer& answer) {
  const bool posted = house->reader.post([=, this] {
    auto reply = house->desk->read(question);
    loop_.post([=, this, reply = std::move(reply)] {
      if (!reply) return run(request, house, question, answer);
      answer(response_of(*reply, request));
    });
  });
  if (!posted) answer(error_response(too_busy()));
}

void Site::run(const http::Request& request, const HouseOf& house,
               const Question& question, const http::Answer& answer) {
  const Call call = call_of(question);
  if (!is_installed(call.verb))
    return answer(error_response(unknown(question.name)));
  const std::string key = house->id + question.text();
  auto& waiting = running_[key];
  waiting.emplace_back(request, answer);
  if (waiting.size() > 1) return;
  const std::int64_t began = clock::steady();
  const auto done = [=, this](const Reply& reply) {
    const std::int64_t took = clock::steady() - began;
    house->reader.post([=] { house->desk->keep(question, reply, took); });
    const auto all = running_.extract(key);
    for (const auto& [asked, tell_it] : all.mapped())
      tell_it(response_of(reply, asked));
  };
  const bool posted = programs_.post([=, this] {
    const Reply reply =
        run_verb(house->repository, call.verb, call.arguments, kProgramMs);
    loop_.post([=] { done(reply); });
  });
  if (!posted) done(too_busy());
}

void Site::write(const http::Request& request, const HouseOf& house,
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
        run_verb(house->repository, verb, wanted.arguments, wanted.timeout_ms);
    loop_.post([=, this] {
      --writing_;
      answer(error_response(reply));
    });
  });
  if (!posted) return answer(error_response(too_busy()));
  ++writing_;
}

Reply Site::session(const HouseOf& house) const {
  const bool writes = writes_ == Writes::Allowed;
  return reply_with(
      {{"version", ORCH_VERSION},
       {"repo", house->id},
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

Site::HouseOf Site::house_of(const http::Request& request) {
  const std::string id = request.parameter("repo").value_or(here_id_);
  if (const auto found = houses_.find(id); found != houses_.end()) {
    found->second->asked_ms = clock::steady();
    return found->second;
  }
  for (const roster::Entry& e : roster::list())
    if (e.id == id) return open_house(id, repository::require_at(e.common_dir));
  throw Error(ErrorCode::UnknownName, "there is no repository '" + id + "'",
              "git orch init, in the repository");
}

Site::HouseOf Site::open_house(const std::string& id,
                               const repository::Repository& repository) {
  make_room();
  auto house = std::make_shared<House>();
  house->asked_ms = clock::steady();
  house->id = id;
  house->repository = repository;
  house->desk = std::make_shared<Desk>(repository);
  watch_.add(id, repository);
  houses_[id] = house;
  return house;
}

// Each has a thread and a store of its own: whom nobody has asked for longest
// goes.
void Site::make_room() {
  if (houses_.size() < kMostHouses) return;
  auto oldest = houses_.end();
  for (auto at = houses_.begin(); at != houses_.end(); ++at) {
    House& house = *at->second;
    std::erase_if(house.streams, [](const auto& s) { return s.expired(); });
    if (!house.streams.empty() || !house.reader.is_idle()) continue;
    if (oldest == houses_.end() || house.asked_ms < oldest->second->asked_ms)
      oldest = at;
  }
  if (oldest == houses_.end())
    throw Error(ErrorCode::Contended,
                "too many repositories are looked at at a time");
  houses_.erase(oldest);
}

// --- Changes -----------------------------------------------------------------

http::Response Site::stream(const HouseOf& house) {
  http::Response out{.type = "text/event-stream"};
  out.body = http::event(
      "hello",
      json::to_text(json::Object{{"repo", house->id},
                                 {"allow_write", writes_ == Writes::Allowed}}));
  out.opened = [this, house](const std::shared_ptr<http::Stream>& opened) {
    house->streams.push_back(opened);
    watch_.add(house->id, house->repository);
    // What changed between its reading and now.
    house->reader.post([=, this, to = std::weak_ptr(opened)] {
      const auto names = house->desk->changed_lately();
      if (names.empty()) return;
      loop_.post([=] {
        if (const auto alive = to.lock())
          alive->send(
              http::event("change", json::to_text(event_of_change(names))));
      });
    });
    look(house);
  };
  return out;
}

void Site::noticed() {
  for (const std::string& id : watch_.take())
    if (const auto found = houses_.find(id); found != houses_.end())
      look(found->second);
}

void Site::look(const HouseOf& house) {
  std::erase_if(house->streams, [](const auto& s) { return s.expired(); });
  if (house->streams.empty()) return;
  if (house->looks) {
    house->shall_look_again = true;
    return;
  }
  house->looks = true;
  const std::int64_t wait = house->rests_until - clock::steady();
  loop_.after(static_cast<int>(std::max<std::int64_t>(wait, kTogetherMs)),
              [=, this] { begin_look(house); });
}

void Site::begin_look(const HouseOf& house) {
  house->shall_look_again = false;
  const bool posted = house->reader.post([=, this] {
    const auto look = house->desk->look();
    loop_.post([=, this] { looked(house, look); });
  });
  if (!posted) house->looks = false;
}

void Site::looked(const HouseOf& house, const Desk::Look& look_) {
  house->looks = false;
  house->rests_until =
      clock::steady() + std::max(kRestMs, look_.took_ms * kRestPerMs);
  if (look_.is_gone && !house->is_gone)
    tell(*house,
         http::event("gone", json::to_text(json::Object{{"repo", house->id}})));
  house->is_gone = look_.is_gone;
  if (!look_.changed.empty())
    tell(*house,
         http::event("change", json::to_text(event_of_change(look_.changed))));
  if (house->shall_look_again) look(house);
}

void Site::tell(House& house, const std::string& text) {
  std::erase_if(house.streams, [&](const auto& weak) {
    const auto stream = weak.lock();
    return !stream || !stream->send(text);
  });
}

}  // namespace orch::dashboard
