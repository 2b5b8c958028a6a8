// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../scratch.h"
#include "file/file.h"
#include "objects/database.h"
#include "objects/tree.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::objects {
namespace {

using test::thrown_by;

class Objects : public ::testing::Test {
 protected:
  Objects() { git({"init", "-q", "--bare", "."}); }

  std::string git(std::vector<std::string> args,
                  const std::string& input = {}) const {
    args.insert(args.begin(), "git");
    const auto outcome = process::run(
        {.argv = args, .directory = scratch_.root(), .input = input});
    EXPECT_TRUE(outcome.ok()) << args[1] << ": " << outcome.errors;
    return std::string(text::trim(outcome.output));
  }
  Id add(const std::string& bytes) const {
    return *parse_id(git({"hash-object", "-w", "--stdin"}, bytes));
  }
  std::string loose_path(const Id& id) const {
    return "objects/" + hex(id).substr(0, 2) + "/" + hex(id).substr(2);
  }
  Database database() const { return Database({scratch_.path("objects")}); }

  test::Scratch scratch_;
};

TEST_F(Objects, AddedHaveTheNamesThatGitGives) {
  Database known = database();
  for (const std::size_t size : {0, 1, 47, 48, 55, 56, 64, 200, 100000}) {
    const std::string bytes(size, 'x');
    const Id id = known.add(Kind::Blob, bytes);
    EXPECT_EQ(hex(id), hex(add(bytes))) << size;
    EXPECT_EQ(known.require(id, Kind::Blob), bytes);
  }
}

TEST_F(Objects, TreeBytesAreThoseOfGit) {
  const Id blob = add("x");
  const Leaf file{Leaf::kPlain, blob};
  const Id below =
      *parse_id(git({"mktree"}, "100755 blob " + hex(blob) + "\tf\n"));
  Database known({});
  EXPECT_EQ(hex(known.add(Kind::Tree,
                          tree_bytes({{"f", {Leaf::kExecutable, blob}}}))),
            hex(below));
  // A directory sorts as if its name ended in a slash.
  const std::string lines = "100644 blob " + hex(blob) + "\ta.c\n040000 tree " +
                            hex(below) + "\ta\n100644 blob " + hex(blob) +
                            "\ta0\n";
  EXPECT_EQ(hex(known.add(Kind::Tree, tree_bytes({{"a", {Leaf::kTree, below}},
                                                  {"a.c", file},
                                                  {"a0", file}}))),
            git({"mktree"}, lines));
}

TEST(Id, IsFortyHexadecimalDigits) {
  const std::string text = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_EQ(hex(*parse_id(text)), text);
  EXPECT_FALSE(parse_id("0123"));
  EXPECT_FALSE(parse_id(text + "0"));
  EXPECT_FALSE(parse_id("g123456789abcdef0123456789abcdef01234567"));
}

TEST_F(Objects, AreReadLoose) {
  const std::string bytes = std::string("x\0y\n", 4) + std::string(9000, 'z');
  EXPECT_EQ(database().require(add(bytes), Kind::Blob), bytes);
  EXPECT_EQ(database().require(add(""), Kind::Blob), "");
}

TEST_F(Objects, AreReadFromPacksWithDeltas) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "line " + std::to_string(i * i) + "\n";
  std::vector<Id> ids;
  std::vector<std::string> texts;
  std::string list;
  for (int i = 0; i < 30; ++i) {
    texts.push_back(text + std::to_string(i));
    text += "more " + std::to_string(i) + "\n";
    ids.push_back(add(texts.back()));
    list += hex(ids.back()) + "\n";
  }
  for (const std::string how : {"--delta-base-offset", "--no-reuse-delta"}) {
    git({"pack-objects", "-q", how, "objects/pack/pack"}, list);
    git({"prune-packed"});
    Database all = database();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      EXPECT_FALSE(file::exists(scratch_.path(loose_path(ids[i]))));
      EXPECT_EQ(all.require(ids[i], Kind::Blob), texts[i]);
    }
  }
}

TEST_F(Objects, AreFoundThroughAlternates) {
  const Id id = add("there");
  scratch_.write("mine/info/alternates", "# comment\n../objects\n");
  EXPECT_EQ(Database({scratch_.path("mine")}).require(id, Kind::Blob), "there");
}

TEST_F(Objects, AreFoundWhenTheyArePackedLater) {
  const Id id = add("moves");
  Database before = database();
  git({"pack-objects", "-q", "objects/pack/pack"}, hex(id));
  git({"prune-packed"});
  EXPECT_EQ(before.require(id, Kind::Blob), "moves");
}

TEST_F(Objects, AreAbsentMissingOrOfAnotherKind) {
  const Id none = *parse_id(std::string(40, '1'));
  EXPECT_FALSE(database().find(none));
  Database all = database();
  EXPECT_EQ(thrown_by([&] { all.require(none, Kind::Blob); }),
            "io: missing object " + hex(none));
  const Id blob = add("b");
  EXPECT_EQ(thrown_by([&] { all.require(blob, Kind::Tree); }),
            "io: object " + hex(blob) + " is of another kind");
}

TEST_F(Objects, AreCorruptWhenTheirBytesAre) {
  const Id id = add("some text\n");
  const std::string path = loose_path(id), good = scratch_.read(path);
  const auto read = [&] {
    return thrown_by([&] { database().require(id, Kind::Blob); });
  };
  for (const std::string& bad : {good.substr(0, good.size() - 1), good + "x",
                                 std::string("junk"), std::string()}) {
    std::filesystem::remove(scratch_.path(path));
    scratch_.write(path, bad);
    EXPECT_TRUE(read().starts_with("corrupt: cannot read object")) << read();
  }
}

TEST_F(Objects, InABrokenPackAreCorruptAndNothingElse) {
  std::string list, text(3000, 'x');
  std::vector<Id> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(add(text += std::to_string(i)));
    list += hex(ids.back()) + "\n";
  }
  const std::string name =
      "objects/pack/pack-" +
      git({"pack-objects", "-q", "objects/pack/pack"}, list) + ".pack";
  git({"prune-packed"});
  const std::string good = scratch_.read(name);
  for (std::size_t at = 12; at + 20 < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    std::filesystem::remove(scratch_.path(name));
    scratch_.write(name, bad);
    Database all = database();
    for (const Id& id : ids) {
      const std::string thrown =
          thrown_by([&] { all.require(id, Kind::Blob); });
      EXPECT_TRUE(thrown == "nothing" || thrown.starts_with("corrupt: ") ||
                  thrown.ends_with("another kind"))
          << at << " " << thrown;
    }
  }
}

TEST(Delta, CopiesAndInserts) {
  const std::string base = "0123456789";
  // Copy 3 from 2, insert "ab", copy 1 from 9.
  const std::string delta(
      "\x0a\x06\x91\x02\x03\x02"
      "ab\x91\x09\x01",
      11);
  EXPECT_EQ(apply_delta(base, delta, 100), "234ab9");
  EXPECT_FALSE(apply_delta(base, delta, 5));                 // beyond the limit
  EXPECT_FALSE(apply_delta("012345678", delta, 100));        // another base
  EXPECT_FALSE(apply_delta(base, delta.substr(0, 9), 100));  // cut off
  EXPECT_FALSE(apply_delta(base, std::string("\x0a\x06\x91\x08\x06", 5), 9));
}

std::string entry(const std::string& mode, const std::string& name) {
  return mode + " " + name + std::string(1, '\0') + std::string(20, 'i');
}

std::string read_tree(const std::string& bytes) {
  std::string out;
  for (TreeReader reader(bytes); !reader.done(); reader.next())
    out += std::string(reader.entry().name) + ":" +
           std::to_string(reader.entry().leaf.mode == Leaf::kPlain) + " ";
  return out;
}

TEST(TreeReader, ReadsNamesAndCanonicalModes) {
  EXPECT_EQ(read_tree(entry("100664", "a") + entry("100644", "b.c") +
                      entry("40000", "b") + entry("100755", "b0")),
            "a:1 b.c:1 b:0 b0:0 ");
  EXPECT_EQ(read_tree(""), "");
}

TEST(TreeReader, RefusesWhatIsNoTree) {
  for (const std::string& bad :
       {entry("100644", "b") + entry("100644", "a"),
        entry("100644", "a") + entry("100644", "a"), entry("100644", ""),
        entry("100644", "a/b"), entry("10x644", "a"), entry("", "a"),
        entry("100644", "a").substr(0, 20), std::string("100644")})
    EXPECT_EQ(thrown_by([&] { read_tree(bad); }), "corrupt: cannot read a tree")
        << bad;
}

TEST(Commit, HasTreeParentsAndDate) {
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c');
  const Commit commit = parse_commit(
      "tree " + a + "\nparent " + b + "\nparent " + c +
      "\nauthor A <a@b> 5 +0000\ncommitter A > B <a@b> 1700000000 -0200\n\nm");
  EXPECT_EQ(hex(commit.tree), a);
  ASSERT_EQ(commit.parents.size(), 2u);
  EXPECT_EQ(hex(commit.parents[1]), c);
  EXPECT_EQ(commit.date, 1700000000);
  EXPECT_EQ(thrown_by([&] { parse_commit("tree " + a); }),
            "corrupt: cannot read a commit");
}

}  // namespace
}  // namespace orch::objects
