// SPDX-License-Identifier: Apache-2.0
// RecordRow: a record as a row of the table `record`, and the table of its columns from which every statement on it is
// made. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/sqlite/query.hpp"
#include "domain/commit_rules.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

struct RecordRow {
  std::int64_t sequence = 0;
  std::string kind;
  std::string id;
  std::string scope;
  std::string state;
  std::int64_t priority = 0;
  std::string subject;
  std::optional<std::string> unique_key;
  std::optional<std::int64_t> due_at;
  std::string body;
  std::int64_t version = 0;
  std::int64_t epoch = 0;
  std::string holder;
  std::optional<std::int64_t> lease_until;
  std::optional<std::string> lease_boot;
};

// The store's lease clock as it stands: nanoseconds since the boot that is named.
struct LeaseNow {
  std::string boot;
  BootClock::time_point at{};

  bool lapsed(const RecordRow& row) const { return row.lease_boot != boot || left(row).count() <= 0; }
  std::chrono::nanoseconds left(const RecordRow& row) const {
    return std::chrono::nanoseconds(row.lease_until.value_or(0)) - at.time_since_epoch();
  }
};

struct RecordColumn {
  const char* name;
  bool (*same)(const RecordRow& a, const RecordRow& b);
  void (*bind)(Query& query, const RecordRow& row);
  void (*read)(const Query& query, int column, RecordRow& row);
};

template <auto Member>
constexpr RecordColumn record_column(const char* name) {
  return {name, [](const RecordRow& a, const RecordRow& b) { return a.*Member == b.*Member; },
          [](Query& query, const RecordRow& row) { query.bind(row.*Member); },
          [](const Query& query, int column, RecordRow& row) { query.read(column, row.*Member); }};
}

inline constexpr RecordColumn record_columns[] = {
    record_column<&RecordRow::sequence>("sequence"),
    record_column<&RecordRow::kind>("kind"),
    record_column<&RecordRow::id>("id"),
    record_column<&RecordRow::scope>("scope"),
    record_column<&RecordRow::state>("state"),
    record_column<&RecordRow::priority>("priority"),
    record_column<&RecordRow::subject>("subject"),
    record_column<&RecordRow::unique_key>("unique_key"),
    record_column<&RecordRow::due_at>("due_at"),
    record_column<&RecordRow::body>("body"),
    record_column<&RecordRow::version>("version"),
    record_column<&RecordRow::epoch>("epoch"),
    record_column<&RecordRow::holder>("holder"),
    record_column<&RecordRow::lease_until>("lease_until"),
    record_column<&RecordRow::lease_boot>("lease_boot"),
};

// "SELECT sequence, kind, ... FROM record"; rows of it are read by read_row.
const std::string& select_record();
RecordRow read_row(const Query& query);

// The row that a write makes of the one that is stored (nothing: none), its sequence still that one's. The version and
// lease rules have been checked.
RecordRow row_after(const Write& write, const RecordRow* stored, const LeaseAfter& lease, const LeaseNow& now);

// The record as a reader sees it.
Record record_of(RecordRow row, const LeaseNow& now);

}  // namespace matchrunner
