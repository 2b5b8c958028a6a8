// SPDX-License-Identifier: MIT
#include "tmux/tmux.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "process/process.h"
#include "text/text.h"
#include "tmux/call.h"
#include "tmux/output.h"

namespace orch::tmux {
namespace {

constexpr char kSession[] = "orch";

// A socket path of at most 100 bytes is left by sun_path (108).
// tmux expands formats in -c; a doubled # stands for itself.
std::string escape_format(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '#') out += '#';
    out += c;
  }
  return out;
}

// An argument that ends in ";" ends the command, even as data.
std::string escape_last(std::string arg) {
  if (arg.ends_with(';')) arg.insert(arg.size() - 1, "\\");
  return arg;
}

}  // namespace

process::Outcome call(const std::vector<std::string>& argv,
                      const std::string& input) {
  return process::run({.argv = argv,
                       .input = input,
                       .keep = process::Environment::ForAgent,
                       .timeout_ms = kTimeoutMs});
}

std::optional<Version> installed_version() {
  const process::Outcome outcome = call({"tmux", "-V"});
  return outcome.ok() ? version_in(outcome.output) : std::nullopt;
}

void require_usable() {
  const auto version = installed_version();
  if (!version)
    throw Error(ErrorCode::MissingTool, "cannot start agents: no tmux on PATH",
                "apt install tmux");
  if (*version < kLeastVersion)
    throw Error(ErrorCode::MissingTool,
                "cannot start agents: tmux " + std::to_string(version->major) +
                    "." + std::to_string(version->minor) + " is older than 3.2",
                "install tmux 3.2 or newer");
}

std::string default_socket(const std::string& common_dir) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::string directory;
  if (runtime && *runtime == '/')
    directory = std::string(runtime) + "/git-orch";
  else
    directory = "/tmp/git-orch-" + std::to_string(::geteuid());
  file::make_private_directories(directory);
  struct stat s {};
  if (::lstat(directory.c_str(), &s) != 0 || !S_ISDIR(s.st_mode) ||
      s.st_uid != ::geteuid() || (s.st_mode & 0077) != 0)
    throw Error(ErrorCode::Io,
                "cannot use socket directory '" + directory +
                    "': it is not a directory that only we can enter",
                "git config --global orch.tmuxSocket <path>");
  std::array<char, 20> name{};
  std::snprintf(name.data(), name.size(), "%016llx",
                static_cast<unsigned long long>(text::hash(common_dir)));
  return directory + "/" + name.data();
}

Server::Server(std::string socket, std::string config_file,
               std::string log_directory, std::string libexec_directory)
    : socket_(std::move(socket)),
      config_file_(std::move(config_file)),
      log_directory_(std::move(log_directory)),
      libexec_directory_(std::move(libexec_directory)) {}

std::vector<std::string> Server::client(
    const std::vector<std::string>& args) const {
  std::vector<std::string> argv = {"tmux", "-S", socket_, "-f", config_file_};
  argv.insert(argv.end(), args.begin(), args.end());
  return argv;
}

bool Server::is_running() const {
  return call(client({"has-session", "-t", std::string("=") + kSession})).ok();
}

// Where each pane's log goes: a link named by the pane's number. The server
// may serve several repositories (orch.tmuxSocket), and the command that tmux
// runs for a log must hold no path.
std::string Server::link_directory() const { return socket_ + ".logs"; }

void Server::clear_leftovers() const {
  if (is_running()) return;
  file::remove_tree(link_directory());
  file::remove(socket_);
}

std::optional<Pane> Server::try_open(const NewPane& pane,
                                     std::string* error) const {
  std::vector<std::string> args;
  if (is_running())
    args = {"new-window", "-d", "-t", std::string("=") + kSession + ":"};
  else
    args = {"new-session", "-d", "-s", kSession};
  args.insert(args.end(),
              {"-n", pane.window_name, "-c", escape_format(pane.directory),
               "-P", "-F", "#{pane_id} #{pane_pid}", "--"});
  args.insert(args.end(), pane.argv.begin(), pane.argv.end());
  args.back() = escape_last(args.back());

  // The server keeps the environment that it is born with and gives it to
  // every pane: it gets a clean one, and where the links to the logs are.
  process::Program program{.argv = client(args),
                           .directory = "/",
                           .keep = process::Environment::ForAgent,
                           .timeout_ms = kTimeoutMs};
  program.environment = {{"ORCH_PANE_LINKS", link_directory()},
                         {"ORCH_LIBEXEC", libexec_directory_}};
  const process::Outcome outcome = process::run(program);
  auto made = outcome.ok() ? pane_in(outcome.output) : std::nullopt;
  if (!made) *error = text::trim(outcome.errors);
  return made;
}

Pane Server::open(const NewPane& pane) const {
  require_usable();
  file::make_private_directories(link_directory());
  std::string error;
  auto made = try_open(pane, &error);
  // Somebody else may have started or ended the server in between.
  if (!made) made = try_open(pane, &error);
  if (!made) throw Error(ErrorCode::Io, "cannot open a tmux pane: " + error);
  if (const auto identity = process::find_identity(made->pid))
    made->start = identity->start;
  const std::string number = made->id.substr(1);
  const std::string link = file::join(link_directory(), number);
  file::remove(link);
  const std::string log = file::join(log_directory_, pane.log_command_tag);
  if (::symlink(log.c_str(), link.c_str()) != 0)
    throw io_error("cannot write '" + link + "'", errno);
  // A constant command: paths come from the server's environment and the link
  // and are never parsed.
  call(client({"pipe-pane", "-t", made->id,
               "exec \"$ORCH_LIBEXEC\"/git-orch--pane-log "
               "\"$ORCH_PANE_LINKS\"/" +
                   number,
               ";", "select-pane", "-t", made->id, "-T",
               escape_format(pane.title)}));
  return *made;
}

void Server::close(const Pane& pane) const {
  const std::string same = "#{==:#{pane_pid}," + std::to_string(pane.pid) + "}";
  call(client(
      {"if-shell", "-F", "-t", pane.id, same, "kill-pane -t " + pane.id}));
}

bool Server::has(const Pane& pane) const {
  const process::Outcome outcome =
      call(client({"display-message", "-p", "-t", pane.id, "#{pane_pid}"}));
  return outcome.ok() && text::trim(outcome.output) == std::to_string(pane.pid);
}

std::vector<Pane> Server::find_started_with(const std::string& part) const {
  const process::Outcome outcome =
      call(client({"list-panes", "-a", "-F",
                   "#{pane_id} #{pane_pid} #{pane_start_command}"}));
  std::vector<Pane> out;
  for (const std::string& line : text::split_list(outcome.output, '\n')) {
    if (line.find(part) == std::string::npos) continue;
    auto pane = pane_in(line);
    if (!pane) continue;
    if (const auto identity = process::find_identity(pane->pid))
      pane->start = identity->start;
    out.push_back(*std::move(pane));
  }
  return out;
}

std::optional<std::string> Server::version() const {
  const process::Outcome outcome =
      call(client({"display-message", "-p", "#{version}"}));
  if (!outcome.ok()) return std::nullopt;
  return std::string(text::trim(outcome.output));
}

std::vector<std::string> Server::attach_argv(const Pane& pane) const {
  return {"tmux",  "-S",
          socket_, "select-window",
          "-t",    pane.id,
          ";",     "attach-session",
          "-t",    std::string("=") + kSession};
}

}  // namespace orch::tmux
