// SPDX-License-Identifier: MIT
#include "store/history.h"

#include "store/database.h"

namespace orch::store {
namespace {

// What is read while it lives was there at the same moment.
class Moment {
 public:
  explicit Moment(Database& database) : database_(database) {
    database_.execute("BEGIN");
  }
  ~Moment() {
    try {
      database_.execute("COMMIT");
    } catch (const std::exception&) {
      // Nothing was written; the connection ends soon.
    }
  }
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

 private:
  Database& database_;
};

void read_events(Database& database, history::Records& out) {
  Statement s(database,
              "SELECT e.id, hex(e.event_id), e.event_type, "
              "coalesce(e.role, ''), e.message, coalesce(e.commit_hash, ''), "
              "coalesce(CASE WHEN m.old_commit IS NULL THEN e.commit_hash "
              "ELSE m.new_commit END, ''), e.created_at "
              "FROM task_events e LEFT JOIN commit_map m "
              "ON m.old_commit = e.commit_hash ORDER BY e.id");
  while (s.step())
    out.events.push_back({.id = s.integer(0),
                          .key = s.text(1),
                          .type = s.text(2),
                          .role = s.text(3),
                          .message = s.text(4),
                          .recorded_commit = s.text(5),
                          .commit = s.text(6),
                          .at = s.integer(7)});
}

void read_messages(Database& database, history::Records& out) {
  Statement s(database,
              "SELECT m.id, hex(m.uid), m.sender, a.address, m.kind, "
              "m.priority, m.level, m.text, m.typed_at, m.submitted_at, "
              "m.read_at, m.acked_at FROM messages m "
              "JOIN agents a ON a.id = m.agent_id ORDER BY m.id");
  while (s.step())
    out.messages.push_back({.id = s.integer(0),
                            .key = s.text(1),
                            .sender = s.text(2),
                            .recipient = s.text(3),
                            .kind = s.text(4),
                            .priority = s.text(5),
                            .level = s.text(6),
                            .text = s.text(7),
                            .typed_at = s.maybe_integer(8),
                            .submitted_at = s.maybe_integer(9),
                            .read_at = s.maybe_integer(10),
                            .acked_at = s.maybe_integer(11)});
}

void read_rest(Database& database, history::Records& out) {
  Statement leases(database,
                   "SELECT name, owner, fencing FROM leases ORDER BY name");
  while (leases.step())
    out.leases.push_back(
        {leases.text(0), leases.maybe_text(1), leases.integer(2)});
  Statement checkins(database,
                     "SELECT c.id, a.address, c.slug, c.note, c.state, "
                     "c.every_ms IS NOT NULL OR c.schedule IS NOT NULL, "
                     "c.message_id FROM checkins c "
                     "JOIN agents a ON a.id = c.agent_id ORDER BY c.id");
  while (checkins.step())
    out.checkins.push_back({.id = checkins.integer(0),
                            .agent = checkins.text(1),
                            .slug = checkins.text(2),
                            .note = checkins.text(3),
                            .state = checkins.text(4),
                            .recurs = checkins.integer(5) != 0,
                            .message_id = checkins.maybe_integer(6)});
  Statement agents(database,
                   "SELECT address, desired, state, state_source, "
                   "coalesce(pane, ''), coalesce(pid, 0), "
                   "coalesce(pid_start, 0), exited_at FROM agents ORDER BY id");
  while (agents.step())
    out.agents.push_back({.address = agents.text(0),
                          .desired = agents.text(1),
                          .state = agents.text(2),
                          .source = agents.text(3),
                          .pane = agents.text(4),
                          .pid = agents.integer(5),
                          .pid_start = agents.integer(6),
                          .exited_at = agents.maybe_integer(7)});
}

}  // namespace

history::Records read_history(Store& store) {
  history::Records out;
  const Moment moment(store.database());
  read_events(store.database(), out);
  read_messages(store.database(), out);
  read_rest(store.database(), out);
  return out;
}

std::map<std::string, std::string> list_transcripts(Store& store) {
  std::map<std::string, std::string> out;
  Statement s(store.database(),
              "SELECT address, transcript FROM agents "
              "WHERE transcript IS NOT NULL AND transcript <> ''");
  while (s.step()) out[s.text(0)] = s.text(1);
  return out;
}

}  // namespace orch::store
