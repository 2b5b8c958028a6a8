// SPDX-License-Identifier: MIT
#include "store/ports.h"

#include "store/database.h"

namespace orch::store {
namespace {

std::vector<Port> rows_of(Statement& s) {
  std::vector<Port> out;
  while (s.step())
    out.push_back({.port = s.integer(0),
                   .agent_id = s.integer(1),
                   .name = s.text(2),
                   .taken_at = s.integer(3)});
  return out;
}

}  // namespace

std::vector<Port> list_ports(Store& store) {
  Statement s(store.database(),
              "SELECT port, agent_id, name, taken_at FROM ports ORDER BY port");
  return rows_of(s);
}

std::vector<Port> list_ports(Store& store, std::int64_t agent_id) {
  Statement s(store.database(),
              "SELECT port, agent_id, name, taken_at FROM ports "
              "WHERE agent_id = ? ORDER BY name");
  s.bind(agent_id);
  return rows_of(s);
}

bool take_port(Store& store, const Port& port) {
  Statement holder(store.database(),
                   "SELECT agent_id, name FROM ports WHERE port = ?");
  holder.bind(port.port);
  if (holder.step())
    return holder.integer(0) == port.agent_id && holder.text(1) == port.name;
  release_port(store, port.agent_id, port.name);
  Statement(store.database(),
            "INSERT INTO ports(port, agent_id, name, taken_at) "
            "VALUES (?, ?, ?, ?)")
      .bind(port.port, port.agent_id, port.name, port.taken_at)
      .run();
  return true;
}

void release_port(Store& store, std::int64_t agent_id,
                  const std::string& name) {
  Statement(store.database(),
            "DELETE FROM ports WHERE agent_id = ? AND name = ?")
      .bind(agent_id, name)
      .run();
}

void release_ports(Store& store, std::int64_t agent_id) {
  Statement(store.database(), "DELETE FROM ports WHERE agent_id = ?")
      .bind(agent_id)
      .run();
}

void release_ports_of_the_gone(Store& store) {
  Statement(store.database(),
            "DELETE FROM ports WHERE agent_id IN (SELECT a.id FROM agents a "
            "LEFT JOIN features f ON f.id = a.feature_id "
            "WHERE a.status = 'completed' OR f.status <> 'in-progress')")
      .run();
}

}  // namespace orch::store
