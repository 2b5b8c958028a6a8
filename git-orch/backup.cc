// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "spool/spool.h"
#include "store/copy.h"
#include "text/text.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const std::string path = invocation.operand(0);
  if (path.empty()) throw UsageError("the name of the file is empty");
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::NotInitialised, "there is no event store here",
                "git orch init");
  if (store->is_read_only() && !spool::is_empty(repository.orch_dir()))
    cli::note(invocation,
              "events in the spool are not in the copy: the repository cannot "
              "be written");
  const store::Copied copied = store::copy_to(*store, path);
  return cli::print(
      invocation,
      {.data = {{"file", path},
                {"bytes", copied.bytes},
                {"events", copied.events}},
       .human =
           "wrote " + text::printable(path) + ", " +
           text::count_of(static_cast<std::size_t>(copied.events), "event") +
           "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "backup",
    .group = cli::Group::Store,
    .summary = "copy the event store while it is in use",
    .synopsis = {"<file>"},
    .options = {},
    .run = run};

}  // namespace orch
