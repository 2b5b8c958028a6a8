// SPDX-License-Identifier: MIT
#include "overview/proposal.h"

#include "text/text.h"
#include "text/time.h"

namespace orch::overview {
namespace {

json::Value or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

json::Value time_or_null(const std::optional<std::int64_t>& at) {
  return at ? json::Value(text::iso_time(*at)) : json::Value();
}

}  // namespace

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
      {"commit", or_null(p.commit)},
      {"created_at", text::iso_time(p.created_at)},
      {"ended_at", time_or_null(p.ended_at)},
      {"lines", p.lines},
      {"places", p.places},
      {"reason", or_null(p.reason)},
      {"answer", or_null(p.answer)},
      {"ours", p.ours},
      {"theirs", p.theirs},
      {"ref", or_null(p.ref)},
      {"branch", or_null(p.branch)},
      {"merge_commit", or_null(p.merge_commit)},
      {"backup_ref", or_null(p.backup_ref)}};
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
