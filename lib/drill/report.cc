// SPDX-License-Identifier: MIT
#include "drill/report.h"

namespace orch::drill {

json::Array findings_json(const std::vector<Finding>& findings) {
  json::Array out;
  for (const Finding& f : findings)
    out.emplace_back(json::Object{{"check", f.check}, {"what", f.what}});
  return out;
}

}  // namespace orch::drill
