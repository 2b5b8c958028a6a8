// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "forge/forge.h"
#include "process/process.h"

// One call of a forge's program; private to `forge`.
namespace orch::forge {

struct Call {
  std::vector<std::string> args;  // without the program
  std::string input;
};
struct Heard {
  hosting::Response response;
  hosting::Failure failure;
  hosting::Ending ending;
};

process::Program program_of(const Client& client, const Call& call);
// At most 16 MiB of its answer are kept.
Heard hear(const Client& client, const Call& call);
// Side by side, a few at a time; in input order.
std::vector<Heard> hear_all(const Client& client,
                            const std::vector<Call>& calls);

// A file for the time of one call, which only this user can read.
class Letter {
 public:
  explicit Letter(const std::string& bytes);
  ~Letter();
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string directory_, path_;
};

// The questions of one forge. `place` of the client is known to all but `open`
// of gh.
Opened open_gh(const Client& client, const hosting::Wanted& wanted);
Opened open_glab(const Client& client, const hosting::Wanted& wanted);
Opened open_tea(const Client& client, const hosting::Wanted& wanted);
Refreshed refresh_tea(const Client& client,
                      const std::vector<hosting::Known>& known);
// gh and glab, whose calls look alike.
Refreshed refresh_batch(const Client& client,
                        const std::vector<hosting::Known>& known,
                        const std::string& memory);

// Sorted.
std::vector<std::int64_t> numbers_of(const std::vector<hosting::Known>& known);
// Whether asking on would only fail again.
bool is_final(const hosting::Failure& failure);
// Whether it may become part of an endpoint.
bool is_commit(const std::string& id);

// "group/name" as one part of a path.
std::string encoded(const std::string& path);
// The arguments of an API call that shows its headers.
std::vector<std::string> api(const Client& client, const std::string& endpoint,
                             const std::vector<std::string>& more = {});

}  // namespace orch::forge
