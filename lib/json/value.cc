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

// Builds our values while the library reads, without its own between.
class Reader : public nlohmann::json_sax<Library> {
 public:
  Value take() { return std::move(whole_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool b) override { return add(b); }
  bool number_integer(number_integer_t n) override { return add(Value(n)); }
  bool number_unsigned(number_unsigned_t n) override {
    return add(static_cast<std::int64_t>(n));
  }
  bool number_float(number_float_t n, const string_t&) override {
    return add(n);
  }
  bool string(string_t& s) override { return add(std::move(s)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool key(string_t& name) override {
    open_.back().key = std::move(name);
    return true;
  }
  bool end_object() override {
    Object done = std::move(open_.back().object);
    open_.pop_back();
    return add(std::move(done));
  }
  bool end_array() override {
    Array done = std::move(open_.back().array);
    open_.pop_back();
    return add(std::move(done));
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  struct Open {
    bool is_object = false;
    std::string key;
    Array array;
    Object object;
  };

  bool open(bool is_object) {
    open_.emplace_back().is_object = is_object;
    return true;
  }

  bool add(Value value) {
    if (open_.empty()) {
      whole_ = std::move(value);
    } else if (Open& in = open_.back(); !in.is_object) {
      in.array.push_back(std::move(value));
    } else {
      // Of a key that is there twice, the last counts.
      const auto same = std::find_if(
          in.object.begin(), in.object.end(),
          [&](const Member& member) { return member.first == in.key; });
      if (same != in.object.end())
        same->second = std::move(value);
      else
        in.object.emplace_back(std::move(in.key), std::move(value));
    }
    return true;
  }

  Value whole_;
  std::vector<Open> open_;
};

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
  Reader reader;
  if (!Library::sax_parse(text, &reader)) return std::nullopt;
  return reader.take();
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
