// SPDX-License-Identifier: MIT
#include "config/program.h"

#include <algorithm>

#include "error/error.h"
#include "process/process.h"
#include "text/case.h"
#include "text/text.h"
#include "text/time.h"
#include "text/words.h"

namespace orch::config {
namespace {

constexpr std::int64_t kDayMs = std::int64_t{24} * 60 * 60 * 1000;

}  // namespace

std::int64_t timeout_of(const Config& config, const std::string& key,
                        std::int64_t otherwise) {
  const auto text = config.find(text::lower(key));
  if (!text) return otherwise;
  const auto parsed = text::parse_duration(*text);
  if (!parsed || *parsed <= 0 || *parsed > kDayMs)
    throw Error(ErrorCode::Usage, "bad value '" + *text + "' for " + key,
                "a duration up to a day, as 90s or 10m");
  return *parsed;
}

std::vector<std::string> parse_command(const std::string& command,
                                       const std::string& where,
                                       const std::string& examples) {
  std::vector<std::string> argv;
  try {
    argv = text::split_words(command);
  } catch (const Error& e) {
    throw Error(ErrorCode::Usage,
                "bad value for " + where + ": " + std::string(e.what()),
                e.hint());
  }
  if (argv.empty())
    throw Error(ErrorCode::Usage, where + " is empty", examples);
  if (argv[0].find('/') != std::string::npos && argv[0][0] != '/')
    throw Error(ErrorCode::Usage, "'" + argv[0] + "' in " + where +
                                      " is neither a name nor an absolute "
                                      "path");
  if (!process::find_on_path(argv[0]))
    throw Error(ErrorCode::MissingTool,
                "cannot find '" + argv[0] + "', which " + where + " names");
  return argv;
}

std::optional<Program> find_program(const Config& config,
                                    const std::string& key,
                                    const std::string& timeout_key,
                                    std::int64_t default_timeout_ms,
                                    const std::string& examples) {
  const auto command = config.find_trusted(text::lower(key));
  if (!command) {
    if (!config.find(text::lower(key))) return std::nullopt;
    throw Error(ErrorCode::Usage,
                key +
                    " names a program to run, so it does not count in the "
                    "configuration of a repository",
                examples);
  }
  return Program{
      .argv = parse_command(*command, key, examples),
      .timeout_ms = timeout_of(config, timeout_key, default_timeout_ms)};
}

}  // namespace orch::config
