// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/batch_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/sqlite/query.hpp"

namespace matchrunner {
namespace {

const std::string& find_record() {
  static const std::string sql = select_record() + " WHERE kind = ? AND id = ?";
  return sql;
}

std::string make_insert() {
  std::string names;
  std::string values;
  for (const auto& column : record_columns) {
    names += (names.empty() ? "" : ", ") + std::string(column.name);
    values += values.empty() ? "?" : ", ?";
  }
  return "INSERT INTO record (" + names + ") VALUES (" + values + ")";
}

const std::string& insert_record() {
  static const std::string sql = make_insert();
  return sql;
}

}  // namespace

Result<void> BatchWriter::begin(const Context& context) {
  auto use = std::make_unique<Connection::Use>(connection_, context);
  if (!use->ready()) return use->ready().error();
  const Connection::Scope scope(connection_, context);
  if (auto there = connection_.check_file(); !there) return there;
  auto begun = Query(connection_, "BEGIN IMMEDIATE").run();
  if (begun) use_ = std::move(use);
  return begun;
}

void BatchWriter::roll_back() {
  if (connection_.in_transaction()) (void)Query(connection_, "ROLLBACK").run();
}

Result<void> BatchWriter::read_sequences() {
  Query query(connection_,
              "SELECT max(record, ifnull((SELECT max(sequence) FROM record), 0)),"
              " max(event, ifnull((SELECT max(sequence) FROM event), 0)) FROM spent");
  const auto row = query.step();
  if (!row) return row.error();
  query.read(0, last_.record);
  query.read(1, last_.event);
  return {};
}

// They are read again only when somebody else has written.
Result<void> BatchWriter::know_sequences() {
  if (last_as_of_ && last_as_of_ == connection_.content_version()) return {};
  return read_sequences();
}

std::vector<Result<CommitReceipt>> BatchWriter::commit(std::span<const Batch* const> batches) {
  const auto use = std::move(use_);
  now_.at = BootClock::now();
  at_ = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  std::vector<Result<CommitReceipt>> results;
  results.reserve(batches.size());
  broken_.reset();
  note(know_sequences());
  last_as_of_.reset();
  bool any = false;
  for (const Batch* batch : batches) {
    if (broken_) break;
    results.push_back(write_batch(*batch));
    any = any || results.back().has_value();
  }
  if (!broken_ && any) note(Query(connection_, "COMMIT").run());
  if (broken_ || !any)
    roll_back();
  else
    last_as_of_ = connection_.content_version();
  if (!broken_) return results;
  return std::vector<Result<CommitReceipt>>(batches.size(), *broken_);
}

bool BatchWriter::note(const Result<void>& done) {
  if (!done && !broken_) broken_ = done.error();
  return done.has_value();
}

// All that can be refused is refused before anything is written, but for a unique key that is taken.
Result<CommitReceipt> BatchWriter::write_batch(const Batch& batch) {
  auto steps = plan(batch);
  if (!steps) return steps.error();
  if (auto done = carry_out(*steps); !done) return done.error();
  CommitReceipt receipt;
  receipt.at = at_;
  for (const Step& step : *steps) {
    receipt.versions.push_back(step.write->remove ? 0 : static_cast<std::uint64_t>(step.next.version));
    receipt.epochs.push_back(step.write->remove ? 0 : static_cast<std::uint64_t>(step.next.epoch));
  }
  for (const Event& event : batch.events) {
    if (!note(append(event))) return *broken_;
    receipt.last_sequence = static_cast<std::uint64_t>(last_.event);
  }
  return receipt;
}

Result<std::vector<BatchWriter::Step>> BatchWriter::plan(const Batch& batch) {
  std::vector<Step> steps;
  steps.reserve(batch.writes.size());
  for (const Write& write : batch.writes) {
    auto step = plan_write(write);
    if (!step) return step.error();
    steps.push_back(*std::move(step));
  }
  return steps;
}

Result<BatchWriter::Step> BatchWriter::plan_write(const Write& write) {
  Step step{&write, {}, {}};
  {
    Query query(connection_, find_record());
    const auto found = query.bind(write.record.kind).bind(write.record.id).step();
    if (!found) {
      note(found.error());
      return found.error();
    }
    if (*found) step.stored = read_row(query);
  }
  const RecordRow* stored = step.stored ? &*step.stored : nullptr;
  const auto version = stored ? std::optional(static_cast<std::uint64_t>(stored->version)) : std::nullopt;
  if (auto expected = check_version(write, version); !expected) return expected.error();
  StoredLease lease;
  if (stored) lease = {static_cast<std::uint64_t>(stored->epoch), stored->holder, now_.lapsed(*stored)};
  const auto after = change_lease(write, lease);
  if (!after) return after.error();
  step.next = row_after(write, stored, *after, now_);
  return step;
}

// One write leaves no trace when its unique key is taken; several need a savepoint to go back to.
Result<void> BatchWriter::carry_out(std::vector<Step>& steps) {
  const bool may_go_back = steps.size() > 1 && std::any_of(steps.begin(), steps.end(), [](const Step& step) {
                             return step.next.unique_key.has_value();
                           });
  const Sequences before = last_;
  if (may_go_back && !note(Query(connection_, "SAVEPOINT batch").run())) return *broken_;
  Result<void> done;
  for (Step& step : steps)
    if (done = carry_out(step); !done) break;
  if (!done) last_ = before;
  if (!done && done.error().code != ErrorCode::already_exists) {
    note(done);
    return done;
  }
  if (may_go_back && !done) note(Query(connection_, "ROLLBACK TO batch").run());
  if (may_go_back) note(Query(connection_, "RELEASE batch").run());
  return done;
}

Result<void> BatchWriter::carry_out(Step& step) {
  const Record& record = step.write->record;
  if (step.write->remove) return remove(*step.stored);
  if (!step.stored || step.write->requeue) step.next.sequence = ++last_.record;
  auto written = step.stored ? update(*step.stored, step.next) : insert(step.next);
  if (written || written.error().code != ErrorCode::already_exists) return written;
  return Error{ErrorCode::already_exists, describe(record) + ": another has the unique key " + record.unique_key,
               "sqlite"};
}

Result<void> BatchWriter::insert(const RecordRow& row) {
  Query query(connection_, insert_record());
  for (const auto& column : record_columns) column.bind(query, row);
  return query.run();
}

// Writes only the columns that change: the indexes of the others are not touched.
Result<void> BatchWriter::update(const RecordRow& stored, const RecordRow& row) {
  std::string sql = "UPDATE record SET ";
  const RecordColumn* changed[std::size(record_columns)];
  std::size_t count = 0;
  for (const auto& column : record_columns) {
    if (column.same(stored, row)) continue;
    if (count != 0) sql += ", ";
    sql += column.name;
    sql += " = ?";
    changed[count++] = &column;
  }
  sql += " WHERE sequence = ?";
  Query query(connection_, sql);
  for (std::size_t i = 0; i < count; ++i) changed[i]->bind(query, row);
  return query.bind(stored.sequence).run();
}

Result<void> BatchWriter::remove(const RecordRow& stored) {
  if (stored.sequence == last_.record)
    if (auto spent = Query(connection_, "UPDATE spent SET record = ?").bind(stored.sequence).run(); !spent)
      return spent;
  return Query(connection_, "DELETE FROM record WHERE sequence = ?").bind(stored.sequence).run();
}

Result<void> BatchWriter::append(const Event& event) {
  Query query(connection_,
              "INSERT INTO event (sequence, at, kind, subject, epoch, type, body) VALUES (?, ?, ?, ?, ?, ?, ?)");
  query.bind(++last_.event).bind(std::int64_t{at_.time_since_epoch().count()}).bind(event.kind).bind(event.subject);
  return query.bind(static_cast<std::int64_t>(event.epoch)).bind(event.type).bind(event.body).run();
}

Result<std::uint64_t> BatchWriter::trim(std::uint64_t through, const Context& context) {
  if (auto begun = begin(context); !begun) return begun.error();
  const auto use = std::move(use_);
  last_as_of_.reset();
  auto done = read_sequences();
  const auto last = static_cast<std::int64_t>(std::min<std::uint64_t>(through, INT64_MAX));
  std::uint64_t dropped = 0;
  if (done) done = Query(connection_, "UPDATE spent SET event = ?").bind(last_.event).run();
  if (done)
    done = Query(connection_, "DELETE FROM event WHERE sequence <= min(?, ? + (SELECT min(sequence) - 1 FROM event))")
               .bind(last)
               .bind(std::int64_t{max_trim})
               .run();
  if (done) dropped = connection_.changed();
  if (done) done = Query(connection_, "COMMIT").run();
  if (done) return dropped;
  roll_back();
  return done.error();
}

}  // namespace matchrunner
