// SPDX-License-Identifier: MIT
#include "store/messages.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Messages : public StoreTest {
 protected:
  Messages() : agent_(add_agent(add_feature("001-a"), "001-a/impl-ui")) {}

  std::int64_t add(const std::string& text,
                   const std::string& priority = "normal") {
    Message m;
    m.sender = "person";
    m.agent_id = agent_.id;
    m.text = text;
    m.priority = priority;
    m.sent_at = 1;
    return insert_message(store_, m);
  }
  std::string level(std::int64_t id) {
    return find_message(store_, id).value().level;
  }
  std::string texts(const std::vector<Message>& messages) {
    std::string out;
    for (const Message& m : messages) out += m.text;
    return out;
  }

  Agent agent_;
};

TEST(LevelRank, RisesFromQueuedToAcked) {
  EXPECT_EQ(level_rank("queued"), 0);
  EXPECT_EQ(level_rank("typed"), 1);
  EXPECT_EQ(level_rank("submitted"), 2);
  EXPECT_EQ(level_rank("read"), 3);
  EXPECT_EQ(level_rank("acked"), 4);
  for (const char* none : {"failed", "expired", "", "Read", "ack"})
    EXPECT_EQ(level_rank(none), -1) << none;
}

TEST_F(Messages, KeepEveryByteButNul) {
  const std::int64_t id = add(test::every_byte());
  const Message m = find_message(store_, id).value();
  EXPECT_EQ(m.text, test::every_byte());
  EXPECT_EQ(m.recipient, "001-a/impl-ui");
  EXPECT_EQ(m.sender, "person");
  EXPECT_EQ(m.level, "queued");
  EXPECT_EQ(m.attempts, 0);
  EXPECT_FALSE(m.expires_at);
  EXPECT_FALSE(find_message(store_, id + 1));
}

TEST_F(Messages, RiseLevelByLevelAndMayLeaveLevelsOut) {
  const std::int64_t id = add("x");
  EXPECT_TRUE(raise_level(store_, id, "typed", 10));
  EXPECT_TRUE(raise_level(store_, id, "read", 20));
  EXPECT_EQ(level(id), "read");
  EXPECT_EQ(first("SELECT typed_at || ' ' || coalesce(submitted_at, '-') || "
                  "' ' || read_at FROM messages"),
            "10 - 20");
}

TEST_F(Messages, NeverFall) {
  const std::int64_t id = add("x");
  raise_level(store_, id, "read", 1);
  for (const char* lower : {"queued", "typed", "submitted", "read"})
    EXPECT_FALSE(raise_level(store_, id, lower, 2)) << lower;
  EXPECT_EQ(level(id), "read");
  EXPECT_FALSE(raise_level(store_, id, "nonsense", 2));
  EXPECT_FALSE(raise_level(store_, id, "failed", 2));
  EXPECT_FALSE(raise_level(store_, 99, "read", 2));
}

TEST_F(Messages, NeverFallAlsoForSomebodyWithTheSqliteShell) {
  const std::vector<std::string> levels = {"queued", "typed", "submitted",
                                           "read", "acked"};
  for (std::size_t from = 0; from < levels.size(); ++from) {
    const std::string id = std::to_string(add("x"));
    const std::string update =
        "UPDATE messages SET level = '%' WHERE id = " + id;
    const auto set = [&](const std::string& to) {
      std::string sql = update;
      return refusal_of(sql.replace(sql.find('%'), 1, to));
    };
    ASSERT_EQ(set(levels[from]), "nothing");
    for (std::size_t to = 0; to < from; ++to)
      EXPECT_NE(set(levels[to]).find("a message level never falls"),
                std::string::npos)
          << levels[from] << " to " << levels[to];
  }
}

TEST_F(Messages, StayAtAnEnd) {
  for (const char* end : {"acked", "failed", "expired"}) {
    const std::int64_t id = add("x");
    if (end == std::string("acked"))
      raise_level(store_, id, end, 1);
    else
      end_message(store_, id, end, "because");
    for (const char* level : {"queued", "typed", "submitted", "read", "acked"})
      EXPECT_FALSE(raise_level(store_, id, level, 2)) << end << level;
    for (const char* other : {"acked", "failed", "expired"}) {
      if (other == std::string(end)) continue;
      EXPECT_NE(test::thrown_by([&] { end_message(store_, id, other, "no"); }),
                "nothing")
          << end << " to " << other;
    }
    EXPECT_EQ(level(id), end);
  }
}

TEST_F(Messages, TakeNoLevelThatIsNone) {
  add("x");
  EXPECT_NE(refusal_of("UPDATE messages SET level = 'seen'"), "nothing");
}

TEST_F(Messages, ForgetWhyTheyWaitedWhenTheyRise) {
  const std::int64_t id = add("x");
  set_wait_reason(store_, id, "the agent is busy");
  EXPECT_EQ(find_message(store_, id)->reason, "the agent is busy");
  raise_level(store_, id, "typed", 1);
  EXPECT_FALSE(find_message(store_, id)->reason);
}

TEST_F(Messages, RememberTheRunTheyWereTypedInto) {
  const std::int64_t id = add("x");
  EXPECT_FALSE(find_message(store_, id)->typed_run);
  mark_typed(store_, id, "run1", 1);
  EXPECT_EQ(level(id), "typed");
  mark_typed(store_, id, "run2", 2);
  EXPECT_EQ(find_message(store_, id)->typed_run, "run2");
  EXPECT_EQ(first("SELECT typed_at FROM messages"), "1");
}

TEST_F(Messages, AreNotTypedTwiceIntoOneRunAndAgainIntoTheNext) {
  const std::int64_t id = add("x");
  const auto waiting = [&](const std::string& run) {
    return texts(list_undelivered(store_, agent_.id, run));
  };
  mark_typing(store_, id, "run1");
  EXPECT_EQ(level(id), "queued");
  EXPECT_EQ(waiting("run1"), "");
  EXPECT_EQ(waiting("run2"), "x");
  mark_typing(store_, id, "");
  EXPECT_EQ(waiting("run1"), "x");
  mark_typing(store_, id, "run1");
  mark_typed(store_, id, "run1", 1);
  EXPECT_FALSE(find_message(store_, id)->typing_run);
  EXPECT_EQ(waiting("run1"), "");
  EXPECT_EQ(waiting("run2"), "x");
  raise_level(store_, id, "submitted", 2);
  EXPECT_EQ(waiting("run2"), "");
}

TEST_F(Messages, AreDeliveredByPriorityThenAge) {
  add("1", "low");
  add("2", "normal");
  add("3", "critical");
  add("4", "high");
  add("5", "critical");
  add("6", "normal");
  EXPECT_EQ(texts(list_undelivered(store_, agent_.id, "run")), "354261");
  EXPECT_EQ(texts(list_messages(store_, agent_.id, Which::All)), "123456");
}

TEST_F(Messages, AreOpenUntilTheyAreAtAnEnd) {
  const std::int64_t a = add("a"), b = add("b"), c = add("c"), d = add("d");
  raise_level(store_, a, "acked", 1);
  raise_level(store_, b, "read", 1);
  end_message(store_, c, "failed", "gone");
  EXPECT_EQ(texts(list_messages(store_, agent_.id, Which::Open)), "bd");
  EXPECT_EQ(texts(list_messages(store_, agent_.id, Which::All)), "abcd");
  EXPECT_EQ(texts(list_undelivered(store_, agent_.id, "run")), "d");
  EXPECT_EQ(find_message(store_, c)->reason, "gone");
  EXPECT_GT(d, c);
}

TEST_F(Messages, OfAnotherAgentAreNotMixedIn) {
  const Agent other = add_agent(*agent_.feature_id, "001-a/impl-api");
  add("mine");
  Message m;
  m.sender = "orch";
  m.agent_id = other.id;
  m.text = "theirs";
  insert_message(store_, m);
  EXPECT_EQ(texts(list_messages(store_, agent_.id, Which::All)), "mine");
  EXPECT_EQ(texts(list_undelivered(store_, other.id, "run")), "theirs");
  EXPECT_EQ(texts(list_messages(store_, 0, Which::All)), "minetheirs");
}

TEST_F(Messages, CountTheirAttempts) {
  const std::int64_t id = add("x");
  insert_attempt(store_, id, "paste", "refused", "busy", 1);
  insert_attempt(store_, id, "paste", "typed", "", 2);
  EXPECT_EQ(find_message(store_, id)->attempts, 2);
  EXPECT_EQ(first("SELECT group_concat(outcome) FROM message_attempts"),
            "refused,typed");
}

TEST_F(Messages, ExpireOnlyWhileTheyAreQueuedAndOnlyInTime) {
  const auto with_expiry = [&](const std::string& text, std::int64_t at) {
    Message m;
    m.sender = "person";
    m.agent_id = agent_.id;
    m.text = text;
    m.expires_at = at;
    return insert_message(store_, m);
  };
  const std::int64_t due = with_expiry("due", 100);
  const std::int64_t later = with_expiry("later", 101);
  const std::int64_t typed = with_expiry("typed", 50);
  const std::int64_t never = add("never");
  mark_typed(store_, typed, "r", 1);
  EXPECT_EQ(texts(expire_messages(store_, 100)), "due");
  EXPECT_EQ(level(due), "expired");
  EXPECT_EQ(level(later), "queued");
  EXPECT_EQ(level(typed), "typed");
  EXPECT_EQ(level(never), "queued");
  EXPECT_TRUE(expire_messages(store_, 100).empty());
}

}  // namespace
}  // namespace orch::store
