// SPDX-License-Identifier: Apache-2.0
// Query: one run of a kept statement, from its first parameter to its last row; the statement is free again after it.
// Bound text must live as long as the Query.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sqlite/connection.hpp"

namespace matchrunner {

class Query {
 public:
  Query(Connection& connection, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // The next parameter, from the first on.
  Query& bind(std::int64_t value);
  Query& bind(std::string_view value);
  Query& bind(const std::string& value) { return bind(std::string_view(value)); }
  template <class Value>
  Query& bind(const std::optional<Value>& value) {
    return value ? bind(*value) : bind_null();
  }

  // true: there is a row to read.
  Result<bool> step();

  // Steps to the end.
  Result<void> run();

  void read(int column, std::int64_t& value) const;
  void read(int column, std::string& value) const;
  template <class Value>
  void read(int column, std::optional<Value>& value) const {
    value.reset();
    if (!is_null(column)) read(column, value.emplace());
  }

 private:
  Query& bind_null();
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  void note(int code);

  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  int parameter_ = 0;
  std::optional<Error> failed_;  // to prepare or to bind; step() tells
};

}  // namespace matchrunner
