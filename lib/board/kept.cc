// SPDX-License-Identifier: MIT
#include "board/kept.h"

#include <cstdio>

#include "board/board.h"
#include "cli/locale.h"
#include "clock/clock.h"
#include "json/value.h"
#include "memo/memo.h"

namespace orch::board {

std::optional<Form> form_of(const std::vector<std::string>& args) {
  if (args.empty()) return Form::Human;
  if (args.size() == 1 && args[0] == "--json") return Form::Json;
  if (args.size() == 1 && args[0] == "--format=prompt") return Form::Prompt;
  if (args.size() == 2 && args[0] == "--format" && args[1] == "prompt")
    return Form::Prompt;
  return std::nullopt;
}

bool print_kept(const repository::Repository& repository, Form form) {
  const Look look{.now = clock::now(), .ascii = !cli::speaks_utf8()};
  const auto answer = memo::find(repository, look.now);
  if (!answer) return false;
  std::string out;
  if (form == Form::Json) {
    out = R"({"version":1,"ok":true,"data":)" + *answer + "}\n";
  } else {
    const auto data = json::parse(*answer);
    if (!data) return false;
    out = form == Form::Human ? status_text(*data, look)
                              : prompt_line(*data, look);
    if (form == Form::Prompt && !out.empty()) out += "\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0;
}

}  // namespace orch::board
