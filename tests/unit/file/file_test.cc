// SPDX-License-Identifier: MIT
#include "file/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "unit/scratch.h"

namespace orch::file {
namespace {

namespace fs = std::filesystem;
using test::thrown_by;
using Names = std::vector<std::string>;

class FileIn : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const {
    return scratch_.path(name);
  }
  fs::perms mode(const std::string& name) const {
    return fs::status(path(name)).permissions();
  }
  test::Scratch scratch_;
};

TEST_F(FileIn, IsReadWhole) {
  const std::string bytes =
      std::string(200000, 'x') + '\0' + test::every_byte();
  scratch_.write("f", bytes);
  EXPECT_EQ(find_contents(path("f")), bytes);
  EXPECT_EQ(load_contents(path("f")), bytes);
}

TEST_F(FileIn, IsAbsentOrAnErrorAsTheNameOfTheFunctionSays) {
  EXPECT_FALSE(find_contents(path("none")));
  scratch_.write("f", "");
  EXPECT_FALSE(find_contents(path("f/below")));
  EXPECT_EQ(find_contents(path("f")), "");
  EXPECT_EQ(
      thrown_by([&] { load_contents(path("none")); }),
      "io: cannot open '" + path("none") + "': no such file or directory");
  EXPECT_EQ(thrown_by([&] { load_contents(scratch_.root()); }),
            "io: cannot read '" + scratch_.root() + "': is a directory");
}

TEST_F(FileIn, IsReplacedByANewFileWithItsMode) {
  scratch_.write("f", "old, and longer than the new one");
  const int old = ::open(path("f").c_str(), O_RDONLY);
  write_atomically(path("f"), "new");
  EXPECT_EQ(scratch_.read("f"), "new");
  EXPECT_EQ(mode("f"), fs::perms::owner_read | fs::perms::owner_write);
  // Who has the old file open still sees it whole.
  EXPECT_EQ(read_all(old), "old, and longer than the new one");
  ::close(old);
  write_atomically(path("f"), "x", 0755);
  EXPECT_EQ(::access(path("f").c_str(), X_OK), 0);
  EXPECT_EQ(names_in(scratch_.root()), Names{"f"});
}

TEST_F(FileIn, IsReplacedByAFileAlsoWhereALinkWas) {
  scratch_.write("target", "precious");
  fs::create_symlink(path("target"), path("link"));
  write_atomically(path("link"), "new");
  EXPECT_EQ(scratch_.read("target"), "precious");
  EXPECT_FALSE(fs::is_symlink(path("link")));
}

TEST_F(FileIn, LeavesNothingBesideItWhenItCannotBeReplaced) {
  fs::create_directory(path("d"));
  EXPECT_TRUE(
      thrown_by([&] { write_atomically(path("d"), "x"); }).starts_with("io: "));
  EXPECT_EQ(names_in(scratch_.root()), Names{"d"});
  EXPECT_TRUE(thrown_by([&] {
                write_atomically(path("no/f"), "x");
              }).starts_with("io: "));
}

TEST_F(FileIn, IsWholeWhoeverIsKilledWhileHeReplacesIt) {
  const std::string one(300000, 'a'), other(200000, 'b');
  write_atomically(path("f"), one);
  for (int i = 0; i < 40; ++i) {
    const pid_t writer = ::fork();
    if (writer == 0)
      while (true) {
        write_atomically(path("f"), other);
        write_atomically(path("f"), one);
      }
    // So many replacements, or what they are by then, are seen before the end.
    const std::int64_t before = modified_ms(path("f"));
    while (modified_ms(path("f")) == before) {
    }
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    const std::string now = scratch_.read("f");
    EXPECT_TRUE(now == one || now == other) << now.size();
  }
}

TEST_F(FileIn, LeavesNothingBesideItWhenItsWriterIsKilledWhileItWrites) {
  scratch_.write("f", "old");
  const pid_t writer = ::fork();
  if (writer == 0) {
    // The kernel kills who writes more than that.
    const rlimit limit{100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    write_atomically(path("f"), std::string(300000, 'x'));
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) << status;
  EXPECT_EQ(scratch_.read("f"), "old");
  EXPECT_EQ(names_in(scratch_.root()), Names{"f"});
}

TEST_F(FileIn, IsAbandonedWhenItsWriterIsGone) {
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  const std::string dead = std::to_string(gone);
  const std::string alive = std::to_string(::getpid());
  for (const std::string& name :
       {std::string("f"), "old.new-" + dead, "young.new-" + dead,
        "old.new-" + alive, std::string("old.new-"), "old.new-" + dead + "x",
        ".new-" + dead, std::string("old.new-99999999999999999999")}) {
    scratch_.write(name, "x");
    if (!name.starts_with("young"))
      fs::last_write_time(path(name), fs::file_time_type::clock::now() -
                                          std::chrono::minutes(5));
  }
  EXPECT_EQ(abandoned_in(scratch_.root()), Names{"old.new-" + dead});
  EXPECT_EQ(abandoned_in(path("nothing")), Names{});
}

TEST_F(FileIn, TakesNoHarmFromWhatAnotherOfItsNumberLeft) {
  const std::string beside = "f.new-" + std::to_string(::getpid());
  scratch_.write("precious", "p");
  fs::create_symlink(path("precious"), path(beside));
  write_atomically(path("f"), "new");
  EXPECT_EQ(scratch_.read("f"), "new");
  EXPECT_EQ(scratch_.read("precious"), "p");
  EXPECT_EQ(names_in(scratch_.root()), (Names{"f", "precious"}));
}

TEST_F(FileIn, ExistsAlsoAsADanglingLink) {
  fs::create_symlink("/nowhere", path("dangling"));
  EXPECT_TRUE(exists(path("dangling")));
  EXPECT_FALSE(exists(path("none")));
  EXPECT_EQ(link_target(path("dangling")), "/nowhere");
  EXPECT_FALSE(link_target(path("none")));
  EXPECT_FALSE(link_target(scratch_.root()));
}

TEST_F(FileIn, ADirectoryIsEmptyOrNot) {
  fs::create_directory(path("d"));
  EXPECT_TRUE(is_directory(path("d")));
  EXPECT_TRUE(is_empty_directory(path("d")));
  scratch_.write("d/.hidden", "");
  EXPECT_FALSE(is_empty_directory(path("d")));
  EXPECT_FALSE(is_directory(path("d/.hidden")));
  EXPECT_FALSE(is_empty_directory(path("none")));
  EXPECT_FALSE(is_empty_directory(path("d/.hidden")));
}

TEST_F(FileIn, DirectoriesAreMadeWithTheirParents) {
  make_private_directories(path("p/q/r"));
  for (const char* d : {"p", "p/q", "p/q/r"})
    EXPECT_EQ(mode(d), fs::perms::owner_all) << d;
  make_directories(path("s/t"));
  EXPECT_EQ(mode("s/t"), fs::perms(0755));
  EXPECT_NO_THROW(make_private_directories(path("s/t")));
  EXPECT_EQ(mode("s/t"), fs::perms(0755));
  scratch_.write("f", "");
  EXPECT_NE(thrown_by([&] { make_private_directories(path("f/x")); }),
            "nothing");
}

TEST_F(FileIn, NamesAreSortedAndWithoutDots) {
  for (const char* name : {"b", "a", ".c", "A", "\xFF"})
    scratch_.write(name, "");
  EXPECT_EQ(names_in(scratch_.root()), (Names{".c", "A", "a", "b", "\xFF"}));
  EXPECT_EQ(names_in(path("none")), Names());
  EXPECT_EQ(names_in(path("a")), Names());
}

TEST_F(FileIn, MayBeAbsentWhenItIsRemoved) {
  scratch_.write("f", "");
  file::remove(path("f"));
  EXPECT_FALSE(exists(path("f")));
  EXPECT_NO_THROW(file::remove(path("f")));
  EXPECT_NO_THROW(remove_tree(path("f")));
  // What cannot be looked at is not gone.
  const std::string longer = path(std::string(300, 'x'));
  EXPECT_EQ(thrown_by([&] { remove_tree(longer); }),
            "io: cannot remove '" + longer + "': file name too long");
}

TEST_F(FileIn, ATreeIsRemovedWithoutFollowingLinks) {
  scratch_.write("victim/file", "precious");
  scratch_.write("tree/a/b/c", "");
  scratch_.write("tree/.hidden", "");
  fs::create_directory_symlink(path("victim"), path("tree/a/link"));
  fs::create_symlink(path("victim/file"), path("tree/file-link"));
  fs::create_symlink("/nowhere", path("tree/dangling"));
  remove_tree(path("tree"));
  EXPECT_FALSE(exists(path("tree")));
  EXPECT_EQ(scratch_.read("victim/file"), "precious");
}

TEST_F(FileIn, ALinkToATreeIsRemovedItselfAlsoWithASlashBehindIt) {
  scratch_.write("victim/file", "precious");
  fs::create_directory_symlink(path("victim"), path("link"));
  remove_tree(path("link"));
  EXPECT_FALSE(exists(path("link")));
  fs::create_directory_symlink(path("victim"), path("link"));
  thrown_by([&] { remove_tree(path("link/")); });
  EXPECT_EQ(scratch_.read("victim/file"), "precious");
}

TEST_F(FileIn, TellsWhenItWasChanged) {
  scratch_.write("f", "");
  const timespec times[2] = {{5, 0}, {1700000000, 123000000}};
  ::utimensat(AT_FDCWD, path("f").c_str(), times, 0);
  EXPECT_EQ(modified_ms(path("f")), 1700000000123);
  EXPECT_EQ(modified_ms(path("none")), 0);
}

TEST(PathOf, IsSplitAndJoined) {
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("/"), "/");
  EXPECT_EQ(parent_of("a"), ".");
  EXPECT_EQ(name_of("/a/b"), "b");
  EXPECT_EQ(name_of("b"), "b");
  EXPECT_EQ(name_of("/a/"), "");
  EXPECT_EQ(join("/a", "b"), "/a/b");
  EXPECT_EQ(join("/a/", "b"), "/a/b");
  EXPECT_EQ(join("/a", "/b"), "/b");
  EXPECT_EQ(join("", "b"), "b");
}

TEST_F(FileIn, IsResolvedAsFarAsItExists) {
  scratch_.write("real/sub/f", "");
  fs::create_directory_symlink(path("real"), path("link"));
  EXPECT_EQ(resolve(path("link/sub/f")), path("real/sub/f"));
  EXPECT_EQ(resolve(path("link/none/deeper")), path("real/none/deeper"));
  EXPECT_EQ(resolve(path("link/sub/..//./sub")), path("real/sub"));
  EXPECT_EQ(resolve(path("none/../real/./sub//none")), path("real/sub/none"));
  EXPECT_EQ(resolve(path("link/../x")), path("x"));
  EXPECT_EQ(resolve("/"), "/");
  EXPECT_EQ(resolve("/.."), "/");
  EXPECT_EQ(resolve("/nonexistent/../.."), "/");
}

TEST_F(FileIn, IsResolvedFromTheCurrentDirectoryWhenRelative) {
  const std::string before = current_directory();
  ASSERT_EQ(::chdir(scratch_.root().c_str()), 0);
  EXPECT_EQ(current_directory(), scratch_.root());
  EXPECT_EQ(resolve("none/x"), path("none/x"));
  EXPECT_EQ(resolve("."), scratch_.root());
  EXPECT_EQ(resolve(""), scratch_.root());
  ASSERT_EQ(::chdir(before.c_str()), 0);
}

TEST(DescriptorOf, ClosesOnceAndMoves) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int number = ends[0];
  ::close(ends[1]);
  {
    Descriptor first(number);
    Descriptor second(std::move(first));
    // NOLINTNEXTLINE(bugprone-use-after-move): what is left of it is nothing
    EXPECT_FALSE(first);
    EXPECT_EQ(second.get(), number);
    first = std::move(second);
    EXPECT_EQ(first.get(), number);
    EXPECT_NE(::fcntl(number, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

class LockOn : public FileIn {
 protected:
  // Whether another process can take the lock.
  bool another_can_take(Lock::Mode mode) {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(Lock::try_take(path("lock"), mode) ? 0 : 1);
    int status = -1;
    ::waitpid(pid, &status, 0);
    return status == 0;
  }
};

TEST_F(LockOn, ExcludesOtherProcessesWhileItIsHeld) {
  {
    const auto held = Lock::try_take(path("lock"), Lock::Mode::Exclusive);
    ASSERT_TRUE(held);
    EXPECT_FALSE(another_can_take(Lock::Mode::Exclusive));
    EXPECT_FALSE(another_can_take(Lock::Mode::Shared));
  }
  EXPECT_TRUE(another_can_take(Lock::Mode::Exclusive));
}

TEST_F(LockOn, IsSharedByReadersOnly) {
  const auto held = Lock::try_take(path("lock"), Lock::Mode::Shared);
  ASSERT_TRUE(held);
  EXPECT_TRUE(another_can_take(Lock::Mode::Shared));
  EXPECT_FALSE(another_can_take(Lock::Mode::Exclusive));
}

TEST_F(LockOn, NeitherTruncatesNorRemovesItsFile) {
  scratch_.write("lock", "content");
  { Lock::try_take(path("lock"), Lock::Mode::Exclusive); }
  EXPECT_EQ(scratch_.read("lock"), "content");
}

TEST_F(LockOn, IsGivenUpWithAnErrorAtTheLimit) {
  const auto held = Lock::try_take(path("lock"), Lock::Mode::Exclusive);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(thrown_by([&] {
              Lock::take(path("lock"), Lock::Mode::Exclusive, 50, "the pane");
            }),
            "contended: cannot lock the pane: another process holds it");
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GE(waited, std::chrono::milliseconds(50));
  EXPECT_LT(waited, std::chrono::seconds(3));
}

TEST_F(LockOn, IsFreeWhenItsHolderIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const auto held = Lock::try_take(path("lock"), Lock::Mode::Exclusive);
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_FALSE(Lock::try_take(path("lock"), Lock::Mode::Exclusive));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_TRUE(Lock::try_take(path("lock"), Lock::Mode::Exclusive));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(LockOn, IsNotInheritedByProgramsThatWeStart) {
  const auto held = Lock::try_take(path("lock"), Lock::Mode::Exclusive);
  EXPECT_NE(::fcntl(held->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

}  // namespace
}  // namespace orch::file
