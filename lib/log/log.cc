// SPDX-License-Identifier: MIT
#include "log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <sys/stat.h>

#include <memory>

namespace orch::log {
namespace {

constexpr std::size_t kFileBytes = 1 << 20;
constexpr std::size_t kFiles = 3;

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void write(const std::string& orch_dir, const std::string& family, Level level,
           const std::string& text) {
  const mode_t before = ::umask(0077);
  try {
    spdlog::logger logger(
        family, std::make_shared<spdlog::sinks::rotating_file_sink_st>(
                    orch_dir + "/log/" + family + ".log", kFileBytes, kFiles));
    // Flushing tells of what fails on standard error, which is not its place.
    logger.set_error_handler([](const std::string&) {});
    logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %P %l %v",
                       spdlog::pattern_time_type::utc);
    logger.log(level_of(level), text);
    logger.flush();
  } catch (const spdlog::spdlog_ex&) {
    // A full or read-only disk: the log is the one thing that may be lost.
  }
  ::umask(before);
}

}  // namespace orch::log
