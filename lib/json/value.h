// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// A JSON value of our own, so that the JSON library stays behind one source
// file. Objects keep the order of insertion: the contract gives that order.
namespace orch::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : data_(b) {}
  Value(int n) : data_(static_cast<std::int64_t>(n)) {}
  Value(std::int64_t n) : data_(n) {}
  Value(std::size_t n) : data_(static_cast<std::int64_t>(n)) {}
  Value(double n) : data_(n) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(std::string_view s) : data_(std::string(s)) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(Array a) : data_(std::move(a)) {}
  Value(Object o) : data_(std::move(o)) {}
  // Null when absent.
  template <typename T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }
  Value(const std::vector<std::string>& strings);

  bool is_null() const { return data_.index() == 0; }
  // Absent when the value is of another type.
  const std::string* as_string() const;
  std::optional<std::int64_t> as_integer() const;
  std::optional<bool> as_bool() const;
  const Array* as_array() const;
  const Object* as_object() const;
  // The member `key` of an object; null when absent or not an object.
  const Value& operator[](std::string_view key) const;

  bool operator==(const Value&) const = default;

 private:
  friend class Writer;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array,
               Object>
      data_;
};

// One line of JSON, without a newline at the end. A string that is not UTF-8
// is written with U+FFFD for each bad byte and gets a sibling "<key>_b64" with
// all bytes; a list of strings with a bad one gets the sibling for all entries.
std::string to_text(const Value& value);

// Absent when `text` is not one JSON document.
std::optional<Value> parse(std::string_view text);

// The value as one field of the porcelain form: null is empty, booleans are
// 1 and 0, lists are comma-separated, bytes are left alone but for TAB, newline
// and backslash, which are escaped (unless the records end in NUL).
enum class FieldBytes { Escaped, Raw };
std::string to_field(const Value& value, FieldBytes bytes);

}  // namespace orch::json
