// SPDX-License-Identifier: MIT
#include "overview/proposal.h"

#include "json/or_null.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::overview {

const std::vector<std::string>& proposal_fields() {
  static const std::vector<std::string> kFields = {
      "id",     "conflict",   "status", "program",    "paths",
      "simple", "confidence", "commit", "created_at", "ended_at"};
  return kFields;
}

json::Object proposal_json(const store::Proposal& p) {
  return {
      {"id", p.id},
      {"conflict", p.conflict_id},
      {"status", p.status},
      {"program", p.program},
      {"paths", p.paths},
      {"simple", p.is_simple()},
      {"confidence", p.confidence ? json::Value(*p.confidence) : json::Value()},
      {"commit", json::text_or_null(p.commit)},
      {"created_at", text::iso_time(p.created_at)},
      {"ended_at", json::time_or_null(p.ended_at)},
      {"lines", p.lines},
      {"places", p.places},
      {"reason", json::text_or_null(p.reason)},
      {"answer", json::text_or_null(p.answer)},
      {"ours", p.ours},
      {"theirs", p.theirs},
      {"ref", json::text_or_null(p.ref)},
      {"branch", json::text_or_null(p.branch)},
      {"merge_commit", json::text_or_null(p.merge_commit)},
      {"backup_ref", json::text_or_null(p.backup_ref)}};
}

std::string confidence_of(const store::Proposal& p) {
  return p.confidence ? std::to_string(*p.confidence) + "%" : "";
}

std::string proposal_text(const store::Proposal& p) {
  std::string out = "proposal " + std::to_string(p.id) + " for conflict " +
                    std::to_string(p.conflict_id) + ": " + p.status + "\n";
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty())
      out += std::string(name) + text::printable(value) + "\n";
  };
  line("program     ", p.program);
  line("files       ", text::join(p.paths, ", "));
  line("size        ",
       text::count_of(static_cast<std::size_t>(p.lines), "line") + " in " +
           text::count_of(static_cast<std::size_t>(p.places), "place") +
           (p.is_simple() ? ", simple" : ""));
  line("confidence  ", confidence_of(p));
  line("commit      ", p.commit);
  line("refused     ", p.reason);
  line("merged as   ", p.merge_commit);
  if (!p.answer.empty()) out += "said:\n" + text::indented(p.answer);
  return out;
}

}  // namespace orch::overview
