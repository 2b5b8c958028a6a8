// SPDX-License-Identifier: MIT
#include "rebuild/rebuild.h"

#include <algorithm>

#include "file/file.h"
#include "progress/progress.h"
#include "text/text.h"

namespace orch::rebuild {
namespace {

std::string line_of(const store::SalvagedTable& t) {
  const std::string rows =
      text::count_of(static_cast<std::size_t>(t.rows), "row");
  std::string line = "table " + t.name + ": " + rows;
  line += t.whole ? " kept" : " read";
  if (t.refused > 0)
    line += ", " + std::to_string(t.refused) + " that were no rows of ours";
  if (t.whole) return line;
  if (t.lost) return line + ", at most " + std::to_string(*t.lost) + " lost";
  return line + ", what else it held is lost";
}

std::vector<std::string> lines_of_tables(
    const std::vector<store::SalvagedTable>& tables) {
  std::vector<std::string> lines;
  std::size_t whole = 0, rows = 0, all_rows = 0;
  for (const store::SalvagedTable& t : tables) {
    all_rows += static_cast<std::size_t>(t.rows);
    if (t.whole && t.refused == 0) {
      ++whole;
      rows += static_cast<std::size_t>(t.rows);
    } else {
      lines.push_back(line_of(t));
    }
  }
  if (whole == 0 && all_rows == 0) return {"nothing of it could be read"};
  lines.insert(lines.begin(), text::count_of(whole, "table") +
                                  " read whole, with " +
                                  text::count_of(rows, "row"));
  return lines;
}

}  // namespace

std::vector<std::string> words_of(const store::Rebuilt& rebuilt) {
  std::vector<std::string> lines = lines_of_tables(rebuilt.tables);
  if (rebuilt.dropped > 0)
    lines.push_back(text::count_of(rebuilt.dropped, "row") +
                    " dropped, since what they refer to is lost");
  for (const std::string& spec_id : rebuilt.features)
    lines.push_back("feature '" + spec_id +
                    "' made anew; its base and its name are guesses");
  for (const std::string& address : rebuilt.agents) {
    const bool runs = std::find(rebuilt.running.begin(), rebuilt.running.end(),
                                address) != rebuilt.running.end();
    lines.push_back("agent '" + address + "' made anew from its branch" +
                    (runs ? " and its process, which runs; its kind is a guess"
                          : "; its kind is a guess, its runtime and process "
                            "are not known"));
  }
  if (rebuilt.commits > 0)
    lines.push_back(text::count_of(rebuilt.commits, "event") +
                    " made anew from commits");
  if (rebuilt.snapshots > 0)
    lines.push_back(text::count_of(rebuilt.snapshots, "snapshot") +
                    " found by ref");
  for (const std::string& address : rebuilt.scheduled)
    lines.push_back("agent '" + address + "' got a check-in every 30 minutes");
  return lines;
}

Report rebuild(const Repository& repository) {
  // Before the gate is taken: git is slow.
  const store::Known known = known_to_git(repository);
  const store::Rebuilt rebuilt = store::rebuild(repository.orch_dir(), known);
  const auto lines = words_of(rebuilt);
  store::Store store = store::Store::open(repository.orch_dir());
  {
    store::Transaction transaction(store);
    store::set_meta(store, "rebuilt " + file::name_of(rebuilt.aside),
                    text::join(lines, "; "));
    transaction.commit();
  }
  // What commits say of tasks is read again, too.
  for (const store::Feature& f : store::list_features(store, "in-progress"))
    progress::reconcile(repository, store, f);
  return {rebuilt.aside, lines};
}

}  // namespace orch::rebuild
