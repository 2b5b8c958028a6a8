// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One command, one file: git-orch/<verb>.cc ends in the constant `kCommand`,
// and the parser, -h, completion, the man page's SYNOPSIS and OPTIONS and the
// list of verbs are all made from it.
namespace orch::cli {

// Optional: once, with a value only as --name=value.
enum class Arity { Flag, One, Many, Optional };

struct Option {
  std::string_view name;  // long, without dashes
  char short_name = 0;    // 0: none
  Arity arity = Arity::Flag;
  std::string_view value = {};  // what the value is, for example "branch"
  std::string_view help = {};   // lower case, no full stop
  bool hidden = false;          // for our own programs only
};

// Commands are listed under these headings, in this order.
enum class Group {
  SetUp,
  Features,
  Agents,
  Work,
  Store,
  Time,
  Seeing,
  Internal
};

class Invocation;

struct Command {
  std::string_view name;  // "check-conflicts"
  Group group;
  std::string_view summary;  // lower case, no full stop, at most 60 characters
  std::vector<std::string_view> synopsis;  // without "git orch <name>"
  std::vector<Option> options;             // those of its own
  bool listing = false;                    // also --porcelain and -z
  int (*run)(const Invocation&);           // the exit code
};

// The one command of this program.
extern const Command kCommand;

enum class Format { Human, Json, Porcelain };

// The arguments of one call, parsed.
class Invocation {
 public:
  // Throws UsageError, which names the nearest option.
  static Invocation parse(const Command& command,
                          const std::vector<std::string>& args);

  bool has(std::string_view option) const;
  std::optional<std::string> find(std::string_view option) const;  // the last
  std::vector<std::string> all(std::string_view option) const;
  const std::vector<std::string>& operands() const { return operands_; }
  // What stood behind "--"; part of the operands, too.
  const std::vector<std::string>& after_dashes() const { return after_dashes_; }

  // Throw UsageError unless there are so many operands.
  void expect_operands(std::size_t least, std::size_t most) const;
  // The operand, or the empty string.
  std::string operand(std::size_t index) const;
  // Throws UsageError when the value is no duration, or no whole number.
  std::optional<std::int64_t> duration(std::string_view option) const;
  std::optional<std::int64_t> number(std::string_view option) const;

  Format format() const { return format_; }
  bool quiet() const { return has("quiet"); }
  bool ends_in_nul() const { return has("null"); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> operands_;
  std::vector<std::string> after_dashes_;
  Format format_ = Format::Human;
};

// A positive whole number, as rows have. Throws UsageError.
std::int64_t parse_id(const std::string& text);

// All options of a command, the common ones included.
std::vector<Option> all_options(const Command& command);

// The texts that are made from a command.
std::string usage_text(const Command& command);
std::string completion_text(const Command& command);
std::string synopsis_page(const Command& command);  // AsciiDoc
std::string options_page(const Command& command);   // AsciiDoc
std::string_view group_title(Group group);

}  // namespace orch::cli
