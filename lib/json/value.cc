// SPDX-License-Identifier: MIT
#include "json/value.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text/text.h"

namespace orch::json {

using Library = nlohmann::ordered_json;

Value::Value(const std::vector<std::string>& strings)
    : data_(Array(strings.begin(), strings.end())) {}

const std::string* Value::as_string() const {
  return std::get_if<std::string>(&data_);
}

std::optional<std::int64_t> Value::as_integer() const {
  if (const auto* n = std::get_if<std::int64_t>(&data_)) return *n;
  return std::nullopt;
}

std::optional<bool> Value::as_bool() const {
  if (const auto* b = std::get_if<bool>(&data_)) return *b;
  return std::nullopt;
}

const Array* Value::as_array() const { return std::get_if<Array>(&data_); }
const Object* Value::as_object() const { return std::get_if<Object>(&data_); }

const Value& Value::operator[](std::string_view key) const {
  static const Value kNull;
  if (const Object* object = as_object())
    for (const Member& member : *object)
      if (member.first == key) return member.second;
  return kNull;
}

namespace {

bool has_bad_string(const Array& array) {
  return std::any_of(array.begin(), array.end(), [](const Value& v) {
    const std::string* s = v.as_string();
    return s && !text::is_utf8(*s);
  });
}

}  // namespace

// Turns our values into the library's.
class Writer {
 public:
  static Library convert(const Value& value) {
    return std::visit([](const auto& v) { return convert_one(v); },
                      value.data_);
  }

 private:
  static Library convert_one(std::monostate) { return nullptr; }
  static Library convert_one(bool b) { return b; }
  static Library convert_one(std::int64_t n) { return n; }
  static Library convert_one(double n) { return n; }
  static Library convert_one(const std::string& s) { return text::to_utf8(s); }
  static Library convert_one(const Array& array) {
    Library out = Library::array();
    for (const Value& v : array) out.push_back(convert(v));
    return out;
  }
  static Library convert_one(const Object& object) {
    Library out = Library::object();
    for (const auto& [key, v] : object) {
      out[key] = convert(v);
      const std::string* s = v.as_string();
      const Array* a = v.as_array();
      if (s && !text::is_utf8(*s)) {
        out[key + "_b64"] = text::base64(*s);
      } else if (a && has_bad_string(*a)) {
        Library all = Library::array();
        for (const Value& entry : *a)
          all.push_back(entry.as_string() ? text::base64(*entry.as_string())
                                          : std::string());
        out[key + "_b64"] = std::move(all);
      }
    }
    return out;
  }
};

namespace {

Value from_library(const Library& value) {
  switch (value.type()) {
    case Library::value_t::boolean:
      return value.get<bool>();
    case Library::value_t::number_integer:
    case Library::value_t::number_unsigned:
      return value.get<std::int64_t>();
    case Library::value_t::number_float:
      return value.get<double>();
    case Library::value_t::string:
      return value.get<std::string>();
    case Library::value_t::array: {
      Array out;
      for (const auto& v : value) out.push_back(from_library(v));
      return out;
    }
    case Library::value_t::object: {
      Object out;
      for (const auto& [key, v] : value.items())
        out.emplace_back(key, from_library(v));
      return out;
    }
    default:
      return nullptr;
  }
}

std::string escape_field(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '\t')
      out += "\\t";
    else if (c == '\n')
      out += "\\n";
    else if (c == '\\')
      out += "\\\\";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string to_text(const Value& value) {
  return Writer::convert(value).dump(-1, ' ', false,
                                     Library::error_handler_t::replace);
}

std::optional<Value> parse(std::string_view text) {
  const Library parsed = Library::parse(text, nullptr, false);
  if (parsed.is_discarded()) return std::nullopt;
  return from_library(parsed);
}

std::string to_field(const Value& value, FieldBytes bytes) {
  if (value.is_null()) return {};
  if (const auto b = value.as_bool()) return *b ? "1" : "0";
  if (const std::string* s = value.as_string())
    return bytes == FieldBytes::Raw ? *s : escape_field(*s);
  if (const Array* array = value.as_array()) {
    std::vector<std::string> parts;
    for (const Value& v : *array) parts.push_back(to_field(v, bytes));
    return text::join(parts, ",");
  }
  return to_text(value);
}

}  // namespace orch::json
