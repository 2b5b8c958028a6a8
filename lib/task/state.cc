// SPDX-License-Identifier: MIT
#include "task/state.h"

namespace orch::task {

bool is_finished(const std::string& status) {
  return status == "done" || status == "dropped";
}

State state_of(const Facts& f) {
  const std::string said = f.said.value_or("");
  const auto outweighs = [&](const std::optional<Proof>& proof) {
    return proof && (said.empty() || proof->at >= f.said_at);
  };
  if (said == "dropped") return {"dropped", std::nullopt};
  if (f.completes && (said == "done" || outweighs(f.completes)))
    return {"done", f.completes->commit};
  if (said == "done" || said == "blocked") return {said, std::nullopt};
  if (outweighs(f.names)) return {"doing", f.names->commit};
  if (said == "doing") return {"doing", std::nullopt};
  return {f.waits ? "blocked" : "open", std::nullopt};
}

}  // namespace orch::task
