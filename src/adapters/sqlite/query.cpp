// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/query.hpp"

namespace matchrunner {

Query::Query(Connection& connection, std::string_view sql) : connection_(connection) {
  auto prepared = connection.statement(sql);
  if (prepared)
    statement_ = *prepared;
  else
    failed_ = prepared.error();
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::note(int code) {
  if (code != SQLITE_OK && !failed_) failed_ = connection_.error(code);
}

Query& Query::bind(std::int64_t value) {
  if (!failed_) note(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

Query& Query::bind(std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* text = value.data() != nullptr ? value.data() : "";
  if (!failed_) note(sqlite3_bind_text64(statement_, ++parameter_, text, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::bind_null() {
  if (!failed_) note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

Result<bool> Query::step() {
  if (failed_) return *failed_;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_.error(code);
}

Result<void> Query::run() {
  while (true) {
    const auto row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Query::read(int column, std::int64_t& value) const { value = sqlite3_column_int64(statement_, column); }

void Query::read(int column, std::string& value) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  value.assign(text != nullptr ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

}  // namespace matchrunner
