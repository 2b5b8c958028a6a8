// SPDX-License-Identifier: MIT
#include "store/verdicts.h"

#include "store/database.h"
#include "store/path_list.h"

namespace orch::store {

std::vector<std::optional<Verdict>> find_verdicts(
    Store& store, const std::string& context,
    const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::optional<Verdict>> out;
  out.reserve(pairs.size());
  Statement s(store.database(),
              "SELECT verdict = 'conflict', paths, types FROM verdicts "
              "WHERE a_commit = ? AND b_commit = ? AND context = ?");
  for (const auto& [a, b] : pairs) {
    s.bind(a, b, context);
    if (s.step())
      out.emplace_back(Verdict{a, b, s.integer(0) != 0,
                               paths_from_json(s.text(1)),
                               paths_from_json(s.text(2))});
    else
      out.emplace_back();
  }
  return out;
}

void insert_verdicts(Store& store, const std::string& context,
                     const std::vector<Verdict>& verdicts, std::int64_t now) {
  Transaction transaction(store);
  Statement s(store.database(),
              "INSERT INTO verdicts (a_commit, b_commit, context, verdict, "
              "paths, types, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT DO NOTHING");
  for (const Verdict& v : verdicts) {
    s.bind(v.a_commit, v.b_commit, context, v.conflict ? "conflict" : "clean",
           paths_to_json(v.paths), paths_to_json(v.types), now);
    s.run();
  }
  transaction.commit();
}

}  // namespace orch::store
