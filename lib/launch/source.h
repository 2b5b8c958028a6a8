// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "plan/document.h"
#include "plan/spec.h"

// What launch and plan are given: specifications, folders of them, and plans
// that a person has edited. Read where they are, also outside the repository.
namespace orch::launch {

struct Source {
  enum class Kind { Spec, Folder, Plan };
  Kind kind = Kind::Spec;
  std::string path;    // absolute; of a folder its spec.md
  std::string digest;  // of what it says: equal ones are one
  plan::Spec spec;     // unless it is a plan
  plan::Plan plan;     // when it is one
  // The texts that it was read from: one, or of a folder its spec.md, plan.md
  // and tasks.md.
  std::vector<std::string> texts;

  // The plan's, else what the name gives, else "spec-" and a part of the
  // digest.
  std::string spec_id() const;
};

// What one operand means. Throws Error{UnknownName} with the nearest name in
// that directory, Error{Usage} for what cannot be read as a specification.
Source read_source(const std::string& operand);

// All that the operands mean, in their order, each content once: a file, a
// folder with a spec.md, a directory (its *.md files and such folders, by
// name), or a pattern as in glob(7). `repeated` gets the paths that were left
// out; two of one spec-id are an Error{Usage}. Throws as read_source, and
// Error{UnknownName} for what names nothing.
std::vector<Source> read_sources(const std::vector<std::string>& operands,
                                 std::vector<std::string>& repeated);

// The source as one text, and the source that such a text holds; `path` is
// where it was read. A text of another form is an Error{Corrupt}.
std::string kept_text(const Source& source);
Source kept_source(const std::string& text, const std::string& path);
// Whether what lies at its path says the same.
bool is_unchanged(const Source& source);
// Writes it below `directory`, under its own name, and returns the path to
// name: that of the file, of a folder that of its spec.md.
std::string write_copy(const Source& source, const std::string& directory);

}  // namespace orch::launch
