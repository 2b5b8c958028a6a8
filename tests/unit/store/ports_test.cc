// SPDX-License-Identifier: MIT
#include "store/ports.h"

#include <gtest/gtest.h>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Ports : public StoreTest {
 protected:
  Ports() {
    Transaction transaction(store_);
    const std::int64_t feature = add_feature("001-a");
    for (const char* address : {"001-a/x", "001-a/y"})
      agents_.push_back(add_agent(feature, address).id);
    Agent z;
    z.address = "dir/z";
    z.role = "z";
    z.created_at = 1;
    agents_.push_back(insert_agent(store_, z));
    transaction.commit();
  }
  bool take(std::int64_t port, std::size_t agent, const std::string& name) {
    Transaction transaction(store_);
    const bool taken = take_port(store_, {port, agents_[agent], name, 7});
    transaction.commit();
    return taken;
  }
  std::vector<std::int64_t> agents_;
};

TEST_F(Ports, BelongToOneVariableOfOneAgent) {
  EXPECT_TRUE(take(20001, 0, "PORT"));
  EXPECT_TRUE(take(20001, 0, "PORT"));
  EXPECT_FALSE(take(20001, 0, "DB"));
  EXPECT_FALSE(take(20001, 1, "PORT"));
  EXPECT_TRUE(take(20002, 1, "PORT"));
  EXPECT_EQ(list_ports(store_),
            (std::vector<Port>{{20001, agents_[0], "PORT", 7},
                               {20002, agents_[1], "PORT", 7}}));
  EXPECT_EQ(list_ports(store_, agents_[1]),
            (std::vector<Port>{{20002, agents_[1], "PORT", 7}}));
}

TEST_F(Ports, AreReplacedByAnother) {
  take(20001, 0, "PORT");
  EXPECT_TRUE(take(20005, 0, "PORT"));
  EXPECT_EQ(list_ports(store_),
            (std::vector<Port>{{20005, agents_[0], "PORT", 7}}));
}

TEST_F(Ports, AreReleased) {
  take(20001, 0, "A");
  take(20002, 0, "B");
  take(20003, 1, "A");
  Transaction transaction(store_);
  release_port(store_, agents_[0], "A");
  EXPECT_EQ(list_ports(store_, agents_[0]).size(), 1U);
  release_ports(store_, agents_[0]);
  transaction.commit();
  EXPECT_TRUE(list_ports(store_, agents_[0]).empty());
  EXPECT_EQ(list_ports(store_).size(), 1U);
}

TEST_F(Ports, AreReleasedOfAgentsThatAreGone) {
  take(20001, 0, "A");
  take(20002, 2, "A");
  Transaction transaction(store_);
  release_ports_of_the_gone(store_);
  EXPECT_EQ(list_ports(store_).size(), 2U);
  Agent z = *find_agent(store_, agents_[2]);
  z.status = "completed";
  update_agent(store_, z);
  release_ports_of_the_gone(store_);
  EXPECT_EQ(list_ports(store_).size(), 1U);
  EXPECT_TRUE(list_ports(store_, agents_[2]).empty());
  transaction.commit();
}

}  // namespace
}  // namespace orch::store
