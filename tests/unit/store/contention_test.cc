// SPDX-License-Identifier: MIT
#include "store/contention.h"

#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "store/message_times.h"
#include "store/messages.h"
#include "unit/store/rows.h"
#include "unit/waiters.h"

namespace orch::store {
namespace {

class Contention : public StoreTest {
 protected:
  std::int64_t waits() const { return count_waits(scratch_.root()); }
  bool somebody_waits() const {
    return test::somebody_waits_for(scratch_.path("store.lock"));
  }
};

TEST_F(Contention, IsNoneWhereNobodyHasToWait) {
  for (int i = 0; i < 3; ++i) Transaction(store_).commit();
  EXPECT_EQ(waits(), 0);
  EXPECT_EQ(count_waits(scratch_.path("nothing")), 0);
}

// Of whom the new log can tell nothing, and whose index is in its way.
TEST_F(Contention, WithWhoHoldsARemovedLogEndsWhenItIsClosed) {
  const std::string log = scratch_.path("orch.db-wal");
  std::optional<Store> holder = std::move(store_);
  std::filesystem::remove(log);
  std::string opened;
  std::thread opener([&] {
    opened = test::thrown_by([&] {
      store_ = Store::open(scratch_.root());
      Transaction(store_).commit();
    });
  });
  while (!std::filesystem::exists(log)) std::this_thread::yield();
  holder.reset();
  opener.join();
  EXPECT_EQ(opened, "nothing");
  EXPECT_EQ(store_.schema_version(), kSchemaVersion);
}

TEST_F(Contention, CountsTheTransactionsThatWaited) {
  for (int i = 1; i <= 2; ++i) {
    std::optional<file::Lock> gate = lock_gate(scratch_.root());
    std::thread writer([&] { Transaction(store_).commit(); });
    while (!somebody_waits()) std::this_thread::yield();
    gate.reset();
    writer.join();
    EXPECT_EQ(waits(), i);
  }
  Transaction(store_).commit();
  EXPECT_EQ(waits(), 2);
}

TEST_F(Contention, SurvivesALogThatIsWrittenBack) {
  std::optional<file::Lock> gate = lock_gate(scratch_.root());
  std::thread writer([&] { Transaction(store_).commit(); });
  while (!somebody_waits()) std::this_thread::yield();
  gate.reset();
  writer.join();
  // Long enough that the log is emptied.
  for (int i = 0; i < 50; ++i) {
    Transaction t(store_);
    for (int k = 0; k < 20; ++k)
      set_meta(store_, "k" + std::to_string(i * 20 + k),
               std::string(4000, 'x'));
    t.commit();
  }
  EXPECT_EQ(waits(), 1);
}

TEST_F(Contention, IsForgottenWithWhatAnOlderProgramWrote) {
  Transaction(store_).commit();
  scratch_.write("store.lock", "12345678");
  EXPECT_EQ(waits(), 0);
  Transaction(store_).commit();
  EXPECT_EQ(waits(), 0);
}

class MessageTime : public StoreTest {
 protected:
  MessageTime() : agent_(add_agent(add_feature("001-a"), "001-a/impl-ui")) {}
  std::int64_t add(std::int64_t sent_at) {
    Message m;
    m.sender = "person";
    m.agent_id = agent_.id;
    m.text = "x";
    m.sent_at = sent_at;
    return insert_message(store_, m);
  }
  Agent agent_;
};

TEST_F(MessageTime, IsThatOfTheFirstProof) {
  const std::int64_t typed = add(100), read = add(200), waiting = add(300);
  raise_level(store_, typed, "typed", 110);
  raise_level(store_, typed, "acked", 150);
  raise_level(store_, read, "read", 260);
  const auto all = list_message_times(store_, 0);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].recipient, "001-a/impl-ui");
  EXPECT_EQ(all[0].sender, "person");
  EXPECT_EQ(all[0].level, "acked");
  EXPECT_EQ(all[0].sent_at, 100);
  EXPECT_EQ(all[0].delivered_at, 110);
  EXPECT_EQ(all[0].acked_at, 150);
  EXPECT_EQ(all[1].delivered_at, 260);
  EXPECT_FALSE(all[1].acked_at);
  EXPECT_FALSE(all[2].delivered_at);
  ASSERT_EQ(list_message_times(store_, read).size(), 1U);
  EXPECT_EQ(list_message_times(store_, read)[0].id, waiting);
}

}  // namespace
}  // namespace orch::store
