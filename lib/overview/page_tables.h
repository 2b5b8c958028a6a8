// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "overview/overview.h"

// What is on a feature's page, before it has a form.
namespace orch::overview {

struct PageTable {
  std::string heading;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // any bytes
};

std::vector<PageTable> page_tables(store::Store& store,
                                   const FeatureStatus& feature);

}  // namespace orch::overview
