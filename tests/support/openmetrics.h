// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

// A strict reader of OpenMetrics 1.0, written from the specification alone, so
// that it knows nothing of who wrote the text.
namespace orch::test {

struct Metric {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct Exposition {
  std::vector<Metric> metrics;
  std::string error;  // empty: the text is sound

  // The value of a metric with exactly these labels.
  std::optional<double> find(
      const std::string& name,
      const std::map<std::string, std::string>& labels = {}) const {
    for (const Metric& m : metrics)
      if (m.name == name && m.labels == labels) return m.value;
    return std::nullopt;
  }
};

class OpenMetricsReader {
 public:
  static Exposition read(const std::string& text) {
    OpenMetricsReader reader;
    reader.out_.error = reader.read_all(text);
    return std::move(reader.out_);
  }

 private:
  std::string read_all(const std::string& text) {
    if (!text.ends_with("# EOF\n")) return "does not end in # EOF";
    const std::string body = text.substr(0, text.size() - 6);
    std::size_t from = 0;
    int line = 1;
    while (from < body.size()) {
      const std::size_t end = body.find('\n', from);
      if (end == std::string::npos) return "an unfinished line";
      const std::string why = read_line(body.substr(from, end - from));
      if (!why.empty()) return "line " + std::to_string(line) + ": " + why;
      from = end + 1;
      ++line;
    }
    return end_family();
  }

  std::string read_line(const std::string& line) {
    static const std::regex kMeta(
        "# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    std::smatch m;
    if (line.empty()) return "is empty";
    if (line[0] != '#') return read_sample(line);
    if (!std::regex_match(line, m, kMeta)) return "is no metadata: " + line;
    const std::string what = m[1], name = m[2], rest = m[3];
    if (name != family_) {
      const std::string why = end_family();
      if (!why.empty()) return why;
      if (!families_.insert(name).second) return "a second family " + name;
      family_ = name;
      type_.clear();
      unit_.clear();
      said_.clear();
    } else if (samples_ > 0) {
      return "metadata behind samples of " + name;
    }
    if (!said_.insert(what).second) return "a second " + what;
    if (what == "TYPE") {
      if (rest != "gauge" && rest != "counter" && rest != "histogram")
        return "unknown type " + rest;
      type_ = rest;
    }
    if (what == "UNIT") {
      unit_ = rest;
      if (!name.ends_with("_" + rest)) return name + " lacks its unit";
    }
    if (what == "HELP" && !is_escaped(rest, "\\n\"")) return "help " + rest;
    return "";
  }

  // Each backslash is followed by one of `known`.
  static bool is_escaped(const std::string& text, const std::string& known) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\\' &&
          (++i == text.size() || known.find(text[i]) == std::string::npos))
        return false;
    return true;
  }

  std::string read_sample(const std::string& line) {
    std::size_t i = 0;
    while (i < line.size() && line[i] != ' ' && line[i] != '{') ++i;
    Metric metric{.name = line.substr(0, i)};
    static const std::regex kName("[a-zA-Z_:][a-zA-Z0-9_:]*");
    if (!std::regex_match(metric.name, kName)) return "name " + metric.name;
    if (i < line.size() && line[i] == '{') {
      const std::string why = read_labels(line, &i, &metric);
      if (!why.empty()) return why;
    }
    if (i >= line.size() || line[i] != ' ') return "no blank before the value";
    const std::string number = line.substr(i + 1);
    static const std::regex kNumber(
        "[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?|[-+]?Inf|NaN");
    if (!std::regex_match(number, kNumber)) return "value '" + number + "'";
    metric.value = std::strtod(number.c_str(), nullptr);
    const std::string why = check(metric);
    out_.metrics.push_back(std::move(metric));
    return why;
  }

  static std::string read_labels(const std::string& line, std::size_t* i,
                                 Metric* metric) {
    static const std::regex kLabel("[a-zA-Z_][a-zA-Z0-9_]*");
    ++*i;
    while (true) {
      const std::size_t equals = line.find("=\"", *i);
      if (equals == std::string::npos) return "a label without a value";
      const std::string name = line.substr(*i, equals - *i);
      if (!std::regex_match(name, kLabel)) return "label " + name;
      std::string value;
      std::size_t j = equals + 2;
      for (; j < line.size() && line[j] != '"'; ++j) {
        if (line[j] != '\\') {
          value += line[j];
          continue;
        }
        if (++j == line.size()) return "an unfinished escape";
        if (line[j] == 'n')
          value += '\n';
        else if (line[j] == '\\' || line[j] == '"')
          value += line[j];
        else
          return "an unknown escape";
      }
      if (j >= line.size()) return "an unfinished value";
      if (!metric->labels.emplace(name, value).second)
        return "a second label " + name;
      *i = j + 1;
      if (*i < line.size() && line[*i] == ',') {
        ++*i;
        continue;
      }
      if (*i >= line.size() || line[*i] != '}') return "no end of labels";
      ++*i;
      return "";
    }
  }

  std::string check(const Metric& m) {
    if (family_.empty() || !m.name.starts_with(family_))
      return m.name + " belongs to no family";
    ++samples_;
    const std::string suffix = m.name.substr(family_.size());
    if (!seen_.insert({m.name, m.labels}).second)
      return "a second sample " + m.name;
    if (type_ == "gauge") return suffix.empty() ? "" : "suffix " + suffix;
    if (type_ == "counter") {
      if (suffix != "_total") return "suffix " + suffix;
      return m.value >= 0 ? "" : "a counter below 0";
    }
    if (type_ != "histogram") return "a sample before its type";
    auto key = m.labels;
    key.erase("le");
    if (has_key_ && key != key_) {
      const std::string why = end_histogram();
      if (!why.empty()) return why;
    }
    has_key_ = true;
    key_ = key;
    if (suffix == "_count") count_ = m.value;
    if (suffix == "_sum") sum_ = m.value;
    if (suffix == "_count" || suffix == "_sum")
      return m.labels.contains("le") ? "a le" : "";
    if (suffix != "_bucket" || !m.labels.contains("le"))
      return "suffix " + suffix;
    const std::string& le = m.labels.at("le");
    const double end = std::strtod(le.c_str(), nullptr);
    if (le != "+Inf" && le.find('.') == std::string::npos)
      return "le " + le + " is not canonical";
    if (!buckets_.empty() &&
        (end <= buckets_.back().first || m.value < buckets_.back().second))
      return "buckets do not rise";
    buckets_.emplace_back(end, m.value);
    return "";
  }

  std::string end_histogram() {
    std::string why;
    if (buckets_.empty() || !std::isinf(buckets_.back().first))
      why = family_ + " has no bucket +Inf";
    else if (!count_ || !sum_)
      why = family_ + " lacks _count or _sum";
    else if (*count_ != buckets_.back().second)
      why = family_ + ": _count is not the last bucket";
    buckets_.clear();
    count_.reset();
    sum_.reset();
    has_key_ = false;
    return why;
  }

  std::string end_family() {
    if (family_.empty()) return "";
    if (type_.empty()) return family_ + " has no type";
    if (samples_ == 0) return family_ + " has no samples";
    samples_ = 0;
    return type_ == "histogram" ? end_histogram() : "";
  }

  Exposition out_;
  std::string family_, type_, unit_;
  std::set<std::string> families_, said_;
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
  int samples_ = 0;
  bool has_key_ = false;
  std::map<std::string, std::string> key_;
  std::vector<std::pair<double, double>> buckets_;
  std::optional<double> count_, sum_;
};

inline Exposition read_openmetrics(const std::string& text) {
  return OpenMetricsReader::read(text);
}

}  // namespace orch::test
