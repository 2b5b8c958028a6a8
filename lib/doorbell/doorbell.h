// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "repository/repository.h"

// What hook programs (git's and the agents') do when something happened: make
// it durable, then see to it that somebody folds it soon.
namespace orch::doorbell {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Appends a durable record and tells the daemon, or, when none listens, starts
// one detached child that does the rest. Nobody waits for it. When another
// child waits to run already, it will see the record, and none is started.
// Throws Error{Io} when the record could not be made durable.
void record(const repository::Repository& repository, std::string_view kind,
            Fields fields);

// The same for what git has called a hook program for. Called twice for one
// thing by one process (a git that looks for hooks in its configuration and in
// the hook directory), it leaves one event.
void record_call_of_git(const repository::Repository& repository,
                        std::string_view kind, Fields fields);

// Only the second half: something in the store is waiting to be delivered.
void ring(const repository::Repository& repository);

}  // namespace orch::doorbell
