// SPDX-License-Identifier: MIT
#include "store/messages.h"

#include "clock/clock.h"
#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT m.id, m.sender, m.agent_id, a.address, m.kind, m.text, m.priority, "
    "m.level, m.reason, m.attempts, m.sent_at, m.expires_at, m.typing_run, "
    "m.typed_run "
    "FROM messages m JOIN agents a ON a.id = m.agent_id ";

Message message_of(const Statement& s) {
  Message m;
  m.id = s.integer(0);
  m.sender = s.text(1);
  m.agent_id = s.integer(2);
  m.recipient = s.text(3);
  m.kind = s.text(4);
  m.text = s.text(5);
  m.priority = s.text(6);
  m.level = s.text(7);
  m.reason = s.maybe_text(8);
  m.attempts = s.integer(9);
  m.sent_at = s.integer(10);
  m.expires_at = s.maybe_integer(11);
  m.typing_run = s.maybe_text(12);
  m.typed_run = s.maybe_text(13);
  return m;
}

std::vector<Message> all(Statement& s) {
  std::vector<Message> messages;
  while (s.step()) messages.push_back(message_of(s));
  return messages;
}

}  // namespace

int level_rank(const std::string& level) {
  static constexpr const char* kLevels[] = {"queued", "typed", "submitted",
                                            "read", "acked"};
  for (int rank = 0; rank < 5; ++rank)
    if (level == kLevels[rank]) return rank;
  return -1;
}

std::int64_t insert_message(Store& store, const Message& m) {
  Statement(store.database(),
            "INSERT INTO messages(uid, sender, agent_id, kind, text, priority, "
            "sent_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(Blob{clock::random_bytes(16)}, m.sender, m.agent_id, m.kind, m.text,
            m.priority, m.sent_at, m.expires_at)
      .run();
  return store.database().last_id();
}

std::optional<Message> find_message(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE m.id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return message_of(s);
}

std::vector<Message> list_messages(Store& store, std::int64_t agent_id,
                                   Which which) {
  std::string sql = std::string(kColumns) + "WHERE (?1 = 0 OR m.agent_id = ?1)";
  if (which == Which::Open)
    sql += " AND m.level NOT IN ('acked', 'failed', 'expired')";
  Statement s(store.database(), sql + " ORDER BY m.id");
  s.bind(agent_id);
  return all(s);
}

std::vector<Message> list_latest_messages(Store& store, std::int64_t limit) {
  Statement s(store.database(),
              std::string(kColumns) + "ORDER BY m.id DESC LIMIT ?");
  s.bind(limit);
  return all(s);
}

std::vector<Message> list_undelivered(Store& store, std::int64_t agent_id,
                                      const std::string& run) {
  Statement s(store.database(),
              std::string(kColumns) +
                  "WHERE m.agent_id = ?1 AND (m.level IN ('queued', 'typed') "
                  "OR (m.level = 'submitted' AND m.typed_run IS NULL "
                  "AND m.typing_run IS NULL)) "
                  "AND (m.typed_run IS NULL OR m.typed_run <> ?2) "
                  "AND (m.typing_run IS NULL OR m.typing_run <> ?2) "
                  "ORDER BY m.kind <> 'brief', CASE "
                  "m.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 "
                  "WHEN 'normal' THEN 2 ELSE 3 END, m.id");
  s.bind(agent_id, run);
  return all(s);
}

bool raise_level(Store& store, std::int64_t id, const std::string& level,
                 std::int64_t at) {
  const auto message = find_message(store, id);
  if (!message) return false;
  const int now = level_rank(message->level);
  if (now < 0 || level_rank(level) <= now) return false;
  Statement(store.database(),
            "UPDATE messages SET level = ?2, reason = NULL, "
            "typed_at = CASE ?2 WHEN 'typed' THEN ?3 ELSE typed_at END, "
            "submitted_at = CASE ?2 WHEN 'submitted' THEN ?3 "
            "ELSE submitted_at END, "
            "read_at = CASE ?2 WHEN 'read' THEN ?3 ELSE read_at END, "
            "acked_at = CASE ?2 WHEN 'acked' THEN ?3 ELSE acked_at END "
            "WHERE id = ?1")
      .bind(id, level, at)
      .run();
  return true;
}

void mark_typing(Store& store, std::int64_t id, const std::string& run) {
  Statement(store.database(),
            "UPDATE messages SET typing_run = nullif(?, '') WHERE id = ?")
      .bind(run, id)
      .run();
}

void mark_typed(Store& store, std::int64_t id, const std::string& run,
                std::int64_t at) {
  raise_level(store, id, "typed", at);
  Statement(store.database(),
            "UPDATE messages SET typed_run = ?, typing_run = NULL "
            "WHERE id = ?")
      .bind(run, id)
      .run();
}

void forget_typing(Store& store, std::int64_t id) {
  Statement(store.database(),
            "UPDATE messages SET typed_run = NULL, typing_run = NULL "
            "WHERE id = ?")
      .bind(id)
      .run();
}

void end_message(Store& store, std::int64_t id, const std::string& level,
                 const std::string& reason) {
  Statement(store.database(),
            "UPDATE messages SET level = ?, reason = ? WHERE id = ?")
      .bind(level, reason, id)
      .run();
}

void set_wait_reason(Store& store, std::int64_t id, const std::string& reason) {
  Statement(store.database(), "UPDATE messages SET reason = ? WHERE id = ?")
      .bind(reason, id)
      .run();
}

void insert_attempt(Store& store, std::int64_t id, const std::string& channel,
                    const std::string& outcome, const std::string& detail,
                    std::int64_t at) {
  Statement(store.database(),
            "INSERT INTO message_attempts(message_id, at, channel, outcome, "
            "detail) VALUES (?, ?, ?, ?, ?)")
      .bind(id, at, channel, outcome, detail)
      .run();
  Statement(store.database(),
            "UPDATE messages SET attempts = attempts + 1 WHERE id = ?")
      .bind(id)
      .run();
}

std::optional<Attempt> find_last_attempt(Store& store, std::int64_t id) {
  Statement s(store.database(),
              "SELECT at, channel, outcome, detail FROM message_attempts "
              "WHERE message_id = ? ORDER BY id DESC LIMIT 1");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return Attempt{s.integer(0), s.text(1), s.text(2), s.text(3)};
}

std::vector<Message> expire_messages(Store& store, std::int64_t now) {
  std::vector<Message> expired;
  {
    Statement s(store.database(),
                std::string(kColumns) +
                    "WHERE m.expires_at <= ? AND m.level IN ('queued')");
    s.bind(now);
    expired = all(s);
  }
  for (const Message& m : expired)
    end_message(store, m.id, "expired", "expired before it could be typed");
  return expired;
}

}  // namespace orch::store
