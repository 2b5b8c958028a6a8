// SPDX-License-Identifier: MIT
//
// git-orch--complete <word>...: what may stand in the place of the last word of
// `git orch <word>...`, for the completions of shells. One line for each: the
// word, TAB, what it is. ":files" and ":directories" ask the shell for those.
// Prints nothing when anything fails: nobody wants to see that while typing.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "completion/completion.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/process.h"
#include "repository/repository.h"
#include "text/text.h"

namespace {

using orch::completion::Source;
using orch::completion::Word;

constexpr int kPatienceMs = 5000;

std::string output_of(const std::vector<std::string>& argv) {
  return orch::process::run({.argv = argv, .timeout_ms = kPatienceMs}).output;
}

// A verb beside us, else one of somebody else on PATH.
std::string program_of(const std::string& verb) {
  const std::string sibling =
      orch::file::join(orch::installation::bin_directory(), "git-orch-" + verb);
  return orch::file::exists(sibling) ? sibling : "git-orch-" + verb;
}

// The first field of each line that `argv` prints, and of another what it is.
std::vector<Word> column_of(const std::vector<std::string>& argv,
                            std::size_t at = 0, std::size_t about = 0) {
  std::vector<Word> words;
  for (const std::string& line : orch::text::split(output_of(argv), '\n')) {
    const auto fields = orch::text::split(line, '\t');
    if (fields.size() <= at || fields[at].empty()) continue;
    words.push_back(
        {fields[at], about > 0 && about < fields.size() ? fields[about] : ""});
  }
  return words;
}

std::vector<Word> refs(const std::vector<std::string>& below) {
  std::vector<std::string> argv = {"git", "for-each-ref",
                                   "--format=%(refname:short)"};
  argv.insert(argv.end(), below.begin(), below.end());
  return column_of(argv);
}

std::vector<Word> data(const std::string& kind) {
  std::string directory;
  if (const auto repository =
          orch::repository::find(orch::file::current_directory()))
    directory = repository->orch_dir();
  std::vector<Word> words;
  for (const std::string& name :
       orch::installation::data_names(directory, kind))
    words.push_back({name, ""});
  return words;
}

std::vector<Word> names_from(Source source, const std::string& verb) {
  switch (source) {
    case Source::Agents:
      return column_of({program_of("agent"), "list", "--porcelain"}, 0, 6);
    case Source::Features:
      return column_of({program_of("status"), "--porcelain"});
    case Source::Tasks:
      return column_of({program_of("task"), "list", "--porcelain"}, 0, 1);
    case Source::Ids:
      return column_of({program_of(verb), "list", "--porcelain"});
    case Source::Branches:
      return refs({"refs/heads"});
    case Source::Revisions:
      return refs({"refs/heads", "refs/tags", "refs/remotes"});
    case Source::Roles:
      return data("roles");
    case Source::Teams:
      return data("teams");
    case Source::Runtimes:
      return data("runtimes");
    case Source::EventTypes:
      return column_of({program_of("stats"), "--events", "--porcelain"}, 1);
    case Source::Files:
      return {{":files", ""}};
    case Source::Directories:
      return {{":directories", ""}};
  }
  return {};
}

void print(const std::vector<Word>& words, const std::string& prefix) {
  for (const Word& word : words)
    std::printf("%s%s\t%s\n", prefix.c_str(),
                orch::text::printable(word.text).c_str(),
                orch::text::printable(word.about).c_str());
}

void run(const std::vector<std::string>& words) {
  if (words.size() < 2) {
    const std::string front =
        orch::file::join(orch::installation::bin_directory(), "git-orch");
    print(orch::completion::verbs_in(output_of({front, "-h"})), "");
    print({{"--version", ""}, {"--help", ""}}, "");
    return;
  }
  const std::string& verb = words.front();
  if (verb.starts_with("-") || verb.find('/') != std::string::npos) return;
  const auto wanted = orch::completion::complete(
      output_of({program_of(verb), "-h"}), {words.begin() + 1, words.end()});
  print(wanted.words, wanted.prefix);
  for (const Source source : wanted.sources)
    print(names_from(source, verb), wanted.prefix);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv + 1, argv + argc});
  } catch (const std::exception&) {
    // Nothing to offer.
  }
  return 0;
}
