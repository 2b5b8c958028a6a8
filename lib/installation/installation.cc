// SPDX-License-Identifier: MIT
#include "installation/installation.h"

#include <algorithm>

#include "error/error.h"
#include "file/file.h"
#include "file/regular.h"
#include "text/text.h"

namespace orch::installation {
namespace {

constexpr char kSuffix[] = ".yaml";

std::string prefix() {
  std::string directory = file::parent_of(file::own_program());
  for (const char* tail :
       {"/libexec/git-orch/hooks/guard", "/libexec/git-orch/hooks",
        "/libexec/git-orch", "/bin"})
    if (directory.ends_with(tail))
      return directory.substr(0,
                              directory.size() - std::string_view(tail).size());
  return file::parent_of(directory);
}

}  // namespace

std::string bin_directory() { return prefix() + "/bin"; }
std::string libexec_directory() { return prefix() + "/libexec/git-orch"; }
std::string hook_directory() { return libexec_directory() + "/hooks"; }
std::string guard_hook_directory() { return hook_directory() + "/guard"; }
std::string glance_stub() { return hook_directory() + "/chain/glance"; }
std::string internal_program(const std::string& name) {
  return libexec_directory() + "/" + name;
}
std::string pass_on_program() { return hook_directory() + "/chain/pass-on"; }
std::string empty_stub() { return hook_directory() + "/chain/stub"; }

std::string template_directory() {
  return prefix() + "/share/git-orch/templates";
}

std::vector<std::string> hook_events() {
  auto names = file::names_in(hook_directory());
  // By name: a look that fails would make a hook of a directory.
  for (const std::string& directory :
       {guard_hook_directory(), file::parent_of(pass_on_program())})
    std::erase(names, file::name_of(directory));
  return names;
}

std::vector<std::string> data_names(const std::string& orch_dir,
                                    const std::string& kind) {
  std::vector<std::string> names;
  for (const std::string& directory :
       {orch_dir + "/" + kind, template_directory() + "/" + kind})
    for (const std::string& name : file::names_in(directory))
      if (name.ends_with(kSuffix))
        names.push_back(name.substr(0, name.size() - 5));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

DataFile require_data(const std::string& orch_dir, const std::string& kind,
                      const std::string& name) {
  if (text::is_spec_id(name)) {
    for (const std::string& directory : {orch_dir, template_directory()}) {
      const std::string path = directory + "/" + kind + "/" + name + kSuffix;
      if (auto bytes = file::find_regular(path)) return {path, *bytes};
    }
  }
  const auto names = data_names(orch_dir, kind);
  const std::string near = text::nearest(name, names);
  const std::string singular = kind.substr(0, kind.size() - 1);
  throw Error(ErrorCode::UnknownName, "unknown " + singular + " '" + name + "'",
              near.empty() ? "known: " + text::join(names, ", ")
                           : "did you mean '" + near + "'?");
}

}  // namespace orch::installation
