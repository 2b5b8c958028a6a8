// SPDX-License-Identifier: MIT
#include "openmetrics/openmetrics.h"

#include <array>
#include <charconv>
#include <cmath>

#include "text/text.h"

namespace orch::openmetrics {
namespace {

// Of a label's value; in a help text, quotes stay.
std::string escaped(std::string_view bytes, bool quotes) {
  std::string out;
  for (const char c : text::to_utf8(bytes)) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
  return out;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 value, std::chars_format::fixed)
                       .ptr;
  return {buffer.data(), end};
}

// The canonical form of a bucket's end: always a fraction.
std::string end_text(double value) {
  const std::string number = number_text(value);
  return std::isfinite(value) && number.find('.') == std::string::npos
             ? number + ".0"
             : number;
}

std::string labels_text(const Labels& all, const Labels& own) {
  std::string out;
  for (const Labels* labels : {&all, &own})
    for (const auto& [name, value] : *labels)
      out +=
          (out.empty() ? "" : ",") + name + "=\"" + escaped(value, true) + "\"";
  return out.empty() ? "" : "{" + out + "}";
}

}  // namespace

void add(Family& family, const Labels& labels, double value) {
  family.samples.push_back(
      {family.type == Type::Counter ? "_total" : "", labels, value});
}

void add_histogram(Family& family, const Labels& labels,
                   const std::vector<Bucket>& up_to, std::int64_t count,
                   double sum) {
  for (const Bucket& bucket : up_to) {
    Labels with = labels;
    with.emplace_back("le", end_text(bucket.up_to));
    family.samples.push_back(
        {"_bucket", std::move(with), static_cast<double>(bucket.count)});
  }
  family.samples.push_back({"_count", labels, static_cast<double>(count)});
  family.samples.push_back({"_sum", labels, sum});
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::Gauge:
      return "gauge";
    case Type::Counter:
      return "counter";
    case Type::Histogram:
      return "histogram";
  }
  return "unknown";
}

std::string to_text(const std::vector<Family>& families, const Labels& labels) {
  std::string out;
  for (const Family& f : families) {
    if (f.samples.empty()) continue;
    out += "# TYPE " + f.name + " " + std::string(type_name(f.type)) + "\n";
    if (!f.unit.empty()) out += "# UNIT " + f.name + " " + f.unit + "\n";
    out += "# HELP " + f.name + " " + escaped(f.help, false) + "\n";
    for (const Sample& s : f.samples)
      out += f.name + s.suffix + labels_text(labels, s.labels) + " " +
             number_text(s.value) + "\n";
  }
  return out + "# EOF\n";
}

}  // namespace orch::openmetrics
