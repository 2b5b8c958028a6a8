// SPDX-License-Identifier: MIT
#include "predict/words.h"

#include "file/file.h"

namespace orch::predict {

std::optional<objects::Id> commit_named(const Repository& repository,
                                        const std::string& word) {
  if (auto id = objects::parse_id(word)) return id;
  if (word.empty() || word[0] == '-' ||
      word.find_first_of("^~:@{") != std::string::npos)
    return std::nullopt;
  const bool names_another =
      file::exists(repository.common_dir + "/" + word) ||
      repository::find_ref(repository, "refs/" + word) ||
      repository::find_ref(repository, "refs/tags/" + word);
  if (names_another) return std::nullopt;
  const auto value = repository::find_ref(repository, "refs/heads/" + word);
  return value ? objects::parse_id(*value) : std::nullopt;
}

}  // namespace orch::predict
