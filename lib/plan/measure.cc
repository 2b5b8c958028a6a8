// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "error/error.h"
#include "plan/files.h"
#include "plan/number.h"
#include "plan/team.h"
#include "text/text.h"

namespace orch::plan {
namespace {

struct Step {
  std::string_view name;
  double below;  // of complexity
  int agents;
};
constexpr std::array<Step, 3> kSteps = {
    {{"small", 5, 3}, {"medium", 12, 5}, {"large", HUGE_VAL, 8}}};

struct Subscription {
  std::string_view name;
  int agents;
};
constexpr std::array<Subscription, 4> kSubscriptions = {
    {{"pro", 3}, {"max5", 5}, {"max20", 8}, {"console", 10}}};
constexpr int kMostAgents = 100;

using Test = bool (*)(std::string_view);

// Adds `worth` when one of the files is of the kind, and names the first.
void add_one(Size& size, const std::vector<std::string>& files, Test is_one,
             const std::string& what, int worth) {
  const std::string* first = nullptr;
  for (const std::string& path : files)
    if ((!first || path < *first) && is_one(path)) first = &path;
  if (!first) return;
  size.complexity += worth;
  size.because.push_back(what + " (" + *first + "): " + std::to_string(worth));
}

void add_count(Size& size, std::size_t count, const std::string& what,
               double per, double most) {
  const double worth = std::min(static_cast<double>(count) / per, most);
  size.complexity += worth;
  size.because.push_back(text::count_of(count, what) + ": " +
                         short_number(worth));
}

}  // namespace

std::string short_number(double number) {
  const auto tenths = std::llround(number * 10);
  std::string out = std::to_string(tenths / 10);
  if (tenths % 10 != 0) out += "." + std::to_string(std::abs(tenths % 10));
  return out;
}

Size measure(const std::vector<std::string>& files) {
  Size size;
  const auto code =
      std::count_if(files.begin(), files.end(),
                    [](const std::string& path) { return is_code(path); });
  add_count(size, static_cast<std::size_t>(code), "code file", 10, 10);
  add_count(size, files.size(), "file", 100, 5);
  add_one(size, files, is_test, "tests", 2);
  add_one(size, files, is_ci, "CI", 2);
  add_one(size, files, is_container, "containers", 1);
  for (const Step& step : kSteps) {
    if (size.complexity >= step.below) continue;
    size.name = step.name;
    size.agents = step.agents;
    break;
  }
  return size;
}

std::optional<Size> size_named(std::string_view name) {
  for (const Step& step : kSteps)
    if (step.name == name)
      return Size{std::string(name), step.agents, 0, {"asked for"}};
  return std::nullopt;
}

int cap_of(const std::string& plan) {
  std::vector<std::string> names;
  for (const Subscription& known : kSubscriptions) {
    if (known.name == plan) return known.agents;
    names.emplace_back(known.name);
  }
  int number = 0;
  const char* end = plan.data() + plan.size();
  const auto [stop, error] = std::from_chars(plan.data(), end, number);
  if (error == std::errc() && stop == end && number >= 1 &&
      number <= kMostAgents)
    return number;
  const std::string near = text::nearest(plan, names);
  throw UsageError("unknown plan '" + plan + "'" +
                       (near.empty() ? "" : ", did you mean '" + near + "'?"),
                   "it is pro, max5, max20, console or a number of agents "
                   "from 1 to 100");
}

}  // namespace orch::plan
