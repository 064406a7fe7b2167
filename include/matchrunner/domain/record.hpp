// SPDX-License-Identifier: Apache-2.0
// Record: how everything is stored, and Batch: the writes and events of one all-or-nothing commit.
// Plain values; the rules they obey stand here and are checked by the StateStore conformance suite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/event.hpp"

namespace matchrunner {

struct RecordKey {
  std::string kind;  // "match", "game", "pool", "slot", "sink", ...
  std::string id;    // unique within its kind

  bool operator==(const RecordKey&) const = default;
};

struct Record {
  std::string kind;
  std::string id;
  std::string scope;  // product, queue, show, pool; may be empty
  std::string state;
  std::int64_t priority = 0;   // listed first: higher priority, ...
  std::uint64_t sequence = 0;  // ... then lower sequence. Given by the store at insert, kept after that
  std::string subject;         // player or host it is about; may be empty
  std::string unique_key;      // not empty: no other record of this kind may have the same
  std::optional<Time> due_at;  // when a timer of it fires
  std::string body;            // JSON text

  std::uint64_t version = 0;  // 1 at insert, +1 with every write. In a Write: the version expected; 0: none exists
  std::uint64_t epoch = 0;    // raised by claim and lapse only
  std::string holder;         // empty: no lease
  std::optional<milliseconds> lease_left;  // by the store's clock when read; zero or less: lapsed. Ignored in a Write

  bool operator==(const Record&) const = default;
};

// What a write does to the lease. Judged inside commit, by the store's clock; any breach is `conflict`.
enum class LeaseChange : unsigned char {
  keep,     // holder, epoch and lease stay as stored
  claim,    // needs: no holder, or its lease has lapsed. holder := record.holder, epoch + 1, lease := now + lease_for
  renew,    // needs: holder and epoch as stored, lease not lapsed. lease := now + lease_for
  release,  // needs: holder and epoch as stored. No holder after it
  lapse,    // needs: a holder whose lease has lapsed. No holder after it, epoch + 1
};

struct Write {
  Record record;
  LeaseChange lease = LeaseChange::keep;
  milliseconds lease_for{0};  // with claim and renew
  bool remove = false;        // delete the record instead (version as expected)
  bool requeue = false;       // give the record a new sequence: it goes behind its equals
};

// The events' sequence and time are set by the store.
struct Batch {
  std::vector<Write> writes;
  std::vector<Event> events;
};

struct CommitReceipt {
  std::vector<std::uint64_t> versions;  // of the written records, in the batch's order; 0 where removed
  std::vector<std::uint64_t> epochs;    // likewise
  std::uint64_t last_sequence = 0;      // of the batch's last event; 0: it had none
  Time at{};                            // the store's wall clock at the commit
};

struct RecordQuery {
  std::string kind;  // required
  std::optional<std::string> scope;
  std::vector<std::string> states;  // any of these; empty: all
  std::optional<std::string> subject;
  std::optional<std::string> unique_key;
  std::optional<Time> due_before;  // due_at set and not later
  bool lapsed = false;             // only with a holder whose lease has lapsed
  std::string cursor;              // RecordPage::next of the page before; empty: from the start
  std::uint32_t limit = 100;       // 1 to 1000
};

struct RecordPage {
  std::vector<Record> records;  // priority descending, then sequence ascending
  std::string next;             // empty: that was all
};

struct EventQuery {
  std::uint64_t after = 0;  // sequence; 0: from the oldest kept
  std::optional<std::string> kind;
  std::optional<std::string> subject;
  std::uint32_t limit = 1000;  // 1 to 10000
};

struct EventPage {
  std::vector<Event> events;  // ascending sequence
  std::uint64_t next_after =
      0;  // pass as EventQuery::after; moves past events that the filter left out, and is never
          // beyond the newest ever written: asking with `after` = 2^64-1 tells where the journal ends
};

}  // namespace matchrunner
