// SPDX-License-Identifier: MIT
//
// Messages of commits.
#include "trailer/trailer.h"

#include "fuzz/targets.h"
#include "tasklist/words.h"

namespace orch::fuzz {

void trailer(std::string_view input) {
  const orch::trailer::Signature signature{"001-auth", "001-auth/impl-api",
                                           "T001"};
  for (const auto editor :
       {orch::trailer::Editor::No, orch::trailer::Editor::Yes}) {
    const auto insertion = orch::trailer::sign(input, signature, editor);
    if (!insertion) continue;
    require(insertion->at <= input.size(), "it goes into the message");
    std::string message(input);
    message.insert(insertion->at, insertion->text);
    require(!orch::trailer::sign(message, signature, editor),
            "a message is signed once");
  }
  orch::trailer::own_text(input);
  for (const tasklist::NamedTask& task : tasklist::named_tasks(input))
    require(tasklist::is_task_id(task.id), "what is named is a task");
  for (const std::string& id : tasklist::reverted_commits(input))
    require((id.size() == 40 || id.size() == 64) &&
                id.find_first_not_of("0123456789abcdef") == std::string::npos,
            "what is reverted is a commit");
}

}  // namespace orch::fuzz
