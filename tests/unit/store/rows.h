// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "store/database.h"
#include "store/events.h"
#include "store/features.h"
#include "store/store.h"
#include "unit/scratch.h"

namespace orch::store {

// A new store in a directory of its own, with rows on request.
class StoreTest : public ::testing::Test {
 protected:
  std::int64_t add_feature(const std::string& spec_id) {
    Feature f;
    f.spec_id = spec_id;
    f.name = spec_id;
    f.integration_branch = "feature/" + spec_id + "/overseer";
    f.base = "refs/heads/main";
    f.base_commit = std::string(40, 'b');
    f.created_at = 1;
    return insert_feature(store_, f);
  }
  Agent add_agent(std::int64_t feature_id, const std::string& address) {
    Agent a;
    a.feature_id = feature_id;
    a.address = address;
    a.role = address.substr(address.rfind('/') + 1);
    a.created_at = 1;
    return find_agent(store_, insert_agent(store_, a)).value();
  }
  void add_event(const std::string& message) {
    Event e;
    e.type = "note";
    e.message = message;
    e.at = 1;
    Transaction t(store_);
    insert_event(store_, e);
    t.commit();
  }
  // The refusal of a statement, or "nothing".
  std::string refusal_of(const std::string& sql) {
    return test::thrown_by([&] { store_.database().execute(sql.c_str()); });
  }
  std::string first(const std::string& sql) {
    Statement s(store_.database(), sql);
    return s.step() ? s.text(0) : "no row";
  }

  test::Scratch scratch_;
  Store store_ = Store::open(scratch_.root());
};

}  // namespace orch::store
