// SPDX-License-Identifier: MIT
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "error/error.h"
#include "file/file.h"
#include "process/process.h"
#include "sandbox/sandbox.h"
#include "text/text.h"

namespace orch::sandbox {
namespace {

// What opens other doors: keys, tokens, the user's own session.
constexpr const char* kSecrets[] = {".ssh",
                                    ".gnupg",
                                    ".aws",
                                    ".azure",
                                    ".kube",
                                    ".docker",
                                    ".config/gh",
                                    ".config/glab-cli",
                                    ".config/gcloud",
                                    ".netrc",
                                    ".git-credentials",
                                    ".config/git/credentials",
                                    ".password-store"};

class Walls {
 public:
  explicit Walls(const Settings& settings) : s_(settings) {}

  void add(std::vector<std::string> args) {
    out_.insert(out_.end(), args.begin(), args.end());
  }
  void show(const std::string& path) {
    if (file::exists(path)) add({"--ro-bind", path, path});
  }
  void let_write(const std::string& path) {
    if (file::exists(path)) add({"--bind", path, path});
  }
  void hide(const std::string& path) {
    if (file::is_directory(path))
      add({"--tmpfs", path});
    else if (file::exists(path))
      add({"--ro-bind", "/dev/null", path});
  }

  // The machine, read-only, without what belongs to this user's sessions:
  // sockets of tmux, D-Bus, containers.
  void machine() {
    add({"bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc",
         "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc",
         "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run"});
    if (file::is_directory("/var/tmp")) add({"--tmpfs", "/var/tmp"});
    show("/run/systemd/resolve");
    show("/run/resolvconf");
  }

  void repository() {
    if (file::name_of(s_.common_dir) == ".git")
      show(file::parent_of(s_.common_dir));
    show(s_.common_dir);
    show(s_.prefix);
  }

  // What the user allows, and what a CLI cannot do without, but for what of it
  // other programs of his would run.
  void allowed() {
    for (const std::string& path : s_.write) let_write(path);
    for (const std::string& path : s_.read) show(path);
  }

  // Behind all that shows something, so that nothing shows them again.
  void secrets() {
    for (const char* secret : kSecrets) hide(file::join(s_.home, secret));
    hide(s_.tmux_socket);
  }

  // Of ours, others' doors and files that are locked (flock(2) asks for no
  // right to write) are out of sight.
  void own() {
    add({"--tmpfs", s_.common_dir + "/orch"});
    show(s_.base);
    if (!s_.run_dir.empty()) show(s_.run_dir);
    show(s_.common_dir + "/orch/scripts");
    let_write(s_.clone());
    add({"--bind", s_.worktree, s_.worktree, "--ro-bind", s_.base + "/gitfile",
         s_.worktree + "/.git", "--ro-bind", s_.base + "/door",
         s_.clone() + "/orch"});
  }

  // Only what upload-pack reads: the clone, and the objects that it borrows.
  void served() {
    if (file::is_directory(s_.home)) add({"--tmpfs", s_.home});
    const std::string objects = s_.common_dir + "/objects";
    add({"--tmpfs", s_.common_dir});
    show(objects);
    for (const std::string& other : text::split_list(
             file::find_contents(objects + "/info/alternates").value_or(""),
             '\n'))
      show(file::resolve(other.starts_with('/') ? other
                                                : file::join(objects, other)));
    show(s_.clone());
  }

  std::vector<std::string> take() { return std::move(out_); }

 private:
  const Settings& s_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> walls(const Settings& settings, Purpose purpose,
                               int filter) {
  Walls walls(settings);
  walls.machine();
  if (purpose == Purpose::Serve) {
    walls.served();
    walls.add({"--unshare-net", "--clearenv", "--setenv", "PATH",
               "/usr/local/bin:/usr/bin:/bin", "--chdir", "/"});
  } else {
    walls.show(settings.home);
    walls.repository();
    walls.allowed();
    walls.secrets();
    walls.own();
    walls.add({"--setenv", "ORCH_GIT_DIR", settings.clone(), "--setenv",
               "TMPDIR", "/tmp", "--unsetenv", "SSH_AUTH_SOCK", "--unsetenv",
               "DBUS_SESSION_BUS_ADDRESS", "--chdir", settings.worktree});
    if (filter >= 0) walls.add({"--seccomp", std::to_string(filter)});
  }
  walls.add({"--"});
  return walls.take();
}

// seccomp(2), with the layout of seccomp_data.
std::string terminal_filter() {
#if defined(__x86_64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  constexpr std::uint32_t kHere = AUDIT_ARCH_X86_64;
  constexpr std::uint32_t kElse = AUDIT_ARCH_I386;
  constexpr std::uint32_t kElseIoctl = 54;  // of 32-bit programs
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  constexpr std::uint32_t kHere = AUDIT_ARCH_AARCH64;
  constexpr std::uint32_t kElse = AUDIT_ARCH_ARM;
  constexpr std::uint32_t kElseIoctl = 54;
#else
  return "";
#endif
#if defined(__x86_64__) || defined(__aarch64__)
  constexpr std::uint32_t kLoad = BPF_LD | BPF_W | BPF_ABS;
  constexpr std::uint32_t kEqual = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr std::uint32_t kReturn = BPF_RET | BPF_K;
  constexpr std::uint32_t kX32 = 0x40000000;  // x86-64 with short pointers
  const sock_filter program[] = {
      BPF_STMT(kLoad, offsetof(seccomp_data, arch)),
      BPF_JUMP(kEqual, kHere, 0, 4),
      BPF_STMT(kLoad, offsetof(seccomp_data, nr)),
      BPF_JUMP(kEqual, SYS_ioctl, 5, 0),
      BPF_JUMP(kEqual, SYS_ioctl | kX32, 4, 0),
      BPF_JUMP(kEqual, 514 | kX32, 3, 6),  // its own ioctl
      BPF_JUMP(kEqual, kElse, 0, 5),
      BPF_STMT(kLoad, offsetof(seccomp_data, nr)),
      BPF_JUMP(kEqual, kElseIoctl, 0, 3),
      BPF_STMT(kLoad, offsetof(seccomp_data, args[1])),
      BPF_JUMP(kEqual, TIOCSTI, 2, 0),
      BPF_JUMP(kEqual, TIOCLINUX, 1, 0),
      BPF_STMT(kReturn, SECCOMP_RET_ALLOW),
      BPF_STMT(kReturn, SECCOMP_RET_ERRNO | EPERM),
  };
  std::string bytes(sizeof program, '\0');
  std::memcpy(bytes.data(), program, sizeof program);
  return bytes;
#endif
}

void require_usable() {
  if (!process::find_on_path("bwrap"))
    throw Error(ErrorCode::MissingTool,
                "cannot make a sandbox: bubblewrap is not installed",
                "apt-get install bubblewrap");
  const auto tried =
      process::run({.argv = {"bwrap", "--unshare-pid", "--unshare-ipc",
                             "--cap-drop", "ALL", "--ro-bind", "/", "/",
                             "--dev", "/dev", "--proc", "/proc", "true"},
                    .timeout_ms = 10000});
  if (!tried.ok())
    throw Error(
        ErrorCode::MissingTool,
        "cannot make a sandbox: " + text::printable(text::trim(tried.errors)),
        "bwrap --ro-bind / / --unshare-pid --proc /proc true");
}

}  // namespace orch::sandbox
