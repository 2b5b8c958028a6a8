// SPDX-License-Identifier: MIT
#include "store/query.h"

#include <unistd.h>

#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "overview/csv.h"
#include "overview/follow.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;

constexpr std::int64_t kDefaultTimeoutS = 10, kMaxTimeoutS = 1000000;
// A table and a JSON object are made in memory.
constexpr std::size_t kMaxBytes = 64 << 20;

std::size_t size_of(const json::Array& row) {
  std::size_t bytes = 16;
  for (const json::Value& v : row)
    bytes += 8 + (v.as_string() ? v.as_string()->size() : 8);
  return bytes;
}

// TAB between fields, whatever the columns are called.
std::string porcelain_line(const json::Array& row, bool nul) {
  std::string out;
  for (const json::Value& v : row) {
    if (&v != row.data()) out += '\t';
    const std::string field = json::to_field(
        v, nul ? json::FieldBytes::Raw : json::FieldBytes::Escaped);
    if (nul && field.find('\0') != std::string::npos)
      throw Error(ErrorCode::Usage,
                  "cannot print the answer: a value has a NUL byte, which "
                  "ends a record of -z",
                  "use --json or --porcelain");
    out += field;
  }
  return out + (nul ? '\0' : '\n');
}

// Row by row: as large as it may be, it needs no memory.
int stream(const Invocation& invocation, store::Query& query) {
  const bool csv = invocation.has("csv");
  if (csv) {
    json::Array heading(query.columns().begin(), query.columns().end());
    overview::write_out(overview::csv_line(heading));
  }
  while (const auto row = query.next())
    overview::write_out(csv ? overview::csv_line(*row)
                            : porcelain_line(*row, invocation.ends_in_nul()));
  overview::write_now("");
  return kDone;
}

// All texts of all rows in base64, in the same shape; null when none needs it.
json::Value rows_in_base64(const json::Array& rows) {
  bool needed = false;
  json::Array out;
  for (const json::Value& row : rows) {
    json::Array encoded;
    for (const json::Value& v : *row.as_array()) {
      const std::string* text = v.as_string();
      needed = needed || (text && !text::is_utf8(*text));
      encoded.push_back(text ? json::Value(text::base64(*text)) : nullptr);
    }
    out.emplace_back(std::move(encoded));
  }
  return needed ? json::Value(std::move(out)) : json::Value();
}

json::Array rows_of(store::Query& query) {
  json::Array rows;
  std::size_t bytes = 0;
  while (auto row = query.next()) {
    bytes += size_of(*row);
    if (bytes > kMaxBytes)
      throw Error(ErrorCode::Usage,
                  "the answer is larger than " +
                      std::to_string(kMaxBytes >> 20) + " MiB",
                  "add a LIMIT, or use --csv or --porcelain, which print row "
                  "by row");
    rows.emplace_back(*std::move(row));
  }
  return rows;
}

std::string table_of(const store::Query& query, const json::Array& rows) {
  std::vector<std::string> headings;
  for (const std::string& name : query.columns())
    headings.push_back(text::printable(name));
  cli::Table table(headings);
  for (const json::Value& row : rows) {
    std::vector<std::string> cells;
    for (const json::Value& v : *row.as_array())
      cells.push_back(json::to_field(v, json::FieldBytes::Raw));
    table.add(cells);
  }
  return table.text();
}

std::string sql_of(const Invocation& invocation) {
  const std::string sql = invocation.operand(0);
  return sql == "-" ? file::read_all(STDIN_FILENO) : sql;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(1, 1);
  if (invocation.has("csv") && invocation.format() != cli::Format::Human)
    throw UsageError("--csv is a form of its own: give no other");
  const std::int64_t timeout_s =
      invocation.number("timeout").value_or(kDefaultTimeoutS);
  if (timeout_s < 1 || timeout_s > kMaxTimeoutS)
    throw UsageError("--timeout is a number of seconds from 1 to " +
                     std::to_string(kMaxTimeoutS));
  const std::string sql = sql_of(invocation);
  const auto repository = repository::require();
  std::optional<std::string> orch_dir;
  if (hook::find_store(repository)) orch_dir = repository.orch_dir();
  store::Query query(orch_dir, sql, timeout_s * 1000);
  if (invocation.has("csv") || invocation.format() == cli::Format::Porcelain)
    return stream(invocation, query);
  json::Array rows = rows_of(query);
  if (invocation.format() == cli::Format::Human)
    return cli::print(invocation, {.human = table_of(query, rows)});
  json::Object data{{"columns", query.columns()}};
  json::Value encoded = rows_in_base64(rows);
  data.emplace_back("rows", std::move(rows));
  if (!encoded.is_null()) data.emplace_back("rows_b64", std::move(encoded));
  return cli::print(invocation, {.data = std::move(data)});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "query",
    .group = cli::Group::Store,
    .summary = "ask the event store in SQL, read-only",
    .synopsis = {"(<sql>|-) [--csv] [--timeout <s>]"},
    .options = {{"csv", 0, Arity::Flag, "", "print CSV with a heading"},
                {"timeout", 0, Arity::One, "s",
                 "give up after so many seconds; default: 10"}},
    .listing = true,
    .run = run};

}  // namespace orch
