// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/record_row.hpp"

#include <utility>

namespace matchrunner {
namespace {

std::string make_select() {
  std::string sql = "SELECT ";
  for (const auto& column : record_columns) {
    if (&column != record_columns) sql += ", ";
    sql += column.name;
  }
  return sql + " FROM record";
}

}  // namespace

const std::string& select_record() {
  static const std::string sql = make_select();
  return sql;
}

RecordRow read_row(const Query& query) {
  RecordRow row;
  int at = 0;
  for (const auto& column : record_columns) column.read(query, at++, row);
  return row;
}

RecordRow row_after(const Write& write, const RecordRow* stored, const LeaseAfter& lease, const LeaseNow& now) {
  const Record& record = write.record;
  RecordRow row;
  if (stored != nullptr) {
    row.sequence = stored->sequence;
    row.lease_until = stored->lease_until;
    row.lease_boot = stored->lease_boot;
  }
  row.kind = record.kind;
  row.id = record.id;
  row.scope = record.scope;
  row.state = record.state;
  row.priority = record.priority;
  row.subject = record.subject;
  if (!record.unique_key.empty()) row.unique_key = record.unique_key;
  if (record.due_at) row.due_at = record.due_at->time_since_epoch().count();
  row.body = record.body;
  row.version = static_cast<std::int64_t>(record.version + 1);
  row.epoch = static_cast<std::int64_t>(lease.epoch);
  row.holder = lease.holder;
  if (lease.term == LeaseTerm::keep) return row;
  row.lease_until.reset();
  row.lease_boot.reset();
  if (lease.term == LeaseTerm::none) return row;
  row.lease_until = lease_end(now.at, write.lease_for).time_since_epoch().count();
  row.lease_boot = now.boot;
  return row;
}

Record record_of(RecordRow row, const LeaseNow& now) {
  Record record;
  if (!row.holder.empty())
    record.lease_left = row.lease_boot == now.boot ? std::chrono::floor<milliseconds>(now.left(row)) : milliseconds(0);
  record.kind = std::move(row.kind);
  record.id = std::move(row.id);
  record.scope = std::move(row.scope);
  record.state = std::move(row.state);
  record.priority = row.priority;
  record.sequence = static_cast<std::uint64_t>(row.sequence);
  record.subject = std::move(row.subject);
  record.unique_key = std::move(row.unique_key).value_or(std::string());
  if (row.due_at) record.due_at = Time(std::chrono::microseconds(*row.due_at));
  record.body = std::move(row.body);
  record.version = static_cast<std::uint64_t>(row.version);
  record.epoch = static_cast<std::uint64_t>(row.epoch);
  record.holder = std::move(row.holder);
  return record;
}

}  // namespace matchrunner
