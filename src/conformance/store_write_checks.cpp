// SPDX-License-Identifier: Apache-2.0
#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

void insert_gives_version_one(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const auto receipt = trial.write({record("match", "m1")});
  if (!succeeds(expect, receipt, "insert")) return;
  expect(receipt->versions == std::vector<std::uint64_t>{1}, "the receipt gives version 1");
  expect(receipt->epochs == std::vector<std::uint64_t>{0}, "the receipt gives epoch 0");
  expect(receipt->last_sequence == 0, "a batch without events has no last sequence");
  expect(receipt->at > Time{}, "the receipt gives the store's time");
}

void find_gives_what_was_written(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record written = record("match", "m1", "running");
  written.scope = "chess";
  written.priority = -7;
  written.subject = "player \"x\"; DROP TABLE record; --";
  written.unique_key = "\xc3\xa9\xe2\x82\xac \n'";
  written.due_at = Time(std::chrono::microseconds(1234567890123456));
  written.body = R"({"text": "a\u0000b", "list": [1, 2.5, null]})";
  Record stored = trial.put(expect, {written});
  expect(stored.sequence > 0, "the store gives a sequence");
  written.version = 1;
  written.sequence = stored.sequence;
  expect(stored == written, "every field is as it was written");
}

void find_of_nothing_is_empty(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {record("match", "m1")});
  trial.is_absent(expect, "match", "m2");
  trial.is_absent(expect, "game", "m1");
  trial.is_absent(expect, "", "");
}

void update_raises_the_version(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record stored = trial.put(expect, {record("match", "m1")});
  stored.state = "running";
  stored.due_at = Time(std::chrono::seconds(5));
  stored.body = R"({"n": 1})";
  const Record again = trial.put(expect, {stored});
  stored.version = 2;
  expect(again == stored, "the new values stand, with version 2 and the sequence kept");
  stored.due_at.reset();
  expect(!trial.put(expect, {stored}).due_at.has_value(), "due_at can be taken away");
}

void another_version_is_a_conflict(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record first = trial.put(expect, {record("match", "m1")});
  const Record second = trial.put(expect, {first});
  fails(expect, trial.write({first}), ErrorCode::conflict, "a write of an older version");
  fails(expect, trial.write({record("match", "m1")}), ErrorCode::conflict, "an insert of what exists");
  Record future = second;
  future.version = 99;
  fails(expect, trial.write({future}), ErrorCode::conflict, "a write of a version to come");
  Record absent = record("match", "m2");
  absent.version = 1;
  fails(expect, trial.write({absent}), ErrorCode::conflict, "an update of what does not exist");
  expect(trial.get(expect, "match", "m1") == second, "the record is as it was");
}

void remove_deletes_the_expected_version(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record first = trial.put(expect, {record("match", "m1")});
  const Record second = trial.put(expect, {first});
  Write removal{first};
  removal.remove = true;
  fails(expect, trial.write(removal), ErrorCode::conflict, "removing an older version");
  removal.record = second;
  const auto receipt = trial.write(removal);
  if (succeeds(expect, receipt, "remove"))
    expect(receipt->versions == std::vector<std::uint64_t>{0}, "the receipt gives version 0 for what is removed");
  trial.is_absent(expect, "match", "m1");
  fails(expect, trial.write(removal), ErrorCode::conflict, "removing it again");
  removal.record = record("match", "m1");
  fails(expect, trial.write(removal), ErrorCode::conflict, "removing what does not exist");
  expect(trial.put(expect, {record("match", "m1")}).version == 1, "its id is free, and begins with version 1");
}

void commit_is_all_or_nothing(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record kept = trial.put(expect, {record("match", "m1")});
  Record changed = kept;
  changed.state = "running";
  Write removal{trial.put(expect, {record("match", "m2")})};
  removal.remove = true;
  Record stale = record("match", "m3");
  stale.version = 7;
  const Batch batch{{{changed}, removal, {record("match", "m4")}, {stale}}, {event("match", "m1", "started")}};
  fails(expect, trial.commit(batch), ErrorCode::conflict, "a batch whose last write is refused");
  expect(trial.get(expect, "match", "m1") == kept, "its update left no trace");
  trial.get(expect, "match", "m2");
  trial.is_absent(expect, "match", "m4");
  expect(trial.events(expect, {}).events.empty(), "its event is not in the journal");
  expect(trial.list(expect, all_of("match")) == "m1 m2 ", "lists know nothing of it");
}

void receipt_is_in_the_order_of_the_batch(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record second = trial.put(expect, {trial.put(expect, {record("match", "m1")})});
  Write removal{trial.put(expect, {record("match", "m2")})};
  removal.remove = true;
  const auto receipt = trial.commit({{{second}, removal, claim(record("slot", "s1"), "me", an_hour)},
                                     {event("match", "m1", "a"), event("", "", "")}});
  if (!succeeds(expect, receipt, "commit")) return;
  expect(receipt->versions == std::vector<std::uint64_t>{3, 0, 1}, "versions");
  expect(receipt->epochs == std::vector<std::uint64_t>{0, 0, 1}, "epochs");
  expect(receipt->last_sequence == 2, "last_sequence is that of the last event");
}

void a_record_without_kind_or_id_is_invalid(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  fails(expect, trial.write({record("", "m1")}), ErrorCode::invalid_argument, "no kind");
  fails(expect, trial.write({record("match", "")}), ErrorCode::invalid_argument, "no id");
}

void a_record_written_twice_in_a_batch_is_invalid(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record next = record("match", "m1");
  next.version = 1;
  fails(expect, trial.commit({{{record("match", "m1")}, {next}}, {}}), ErrorCode::invalid_argument, "twice");
  trial.is_absent(expect, "match", "m1");
}

void an_id_is_unique_within_its_kind_only(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {record("match", "same", "a")});
  trial.put(expect, {record("game", "same", "b")});
  expect(trial.get(expect, "match", "same").state == "a", "the match is its own record");
  expect(trial.get(expect, "game", "same").state == "b", "the game is its own record");
  trial.put(expect, {record("match", "Same")});
  expect(trial.list(expect, all_of("match")) == "same Same ", "capital letters count");
}

void an_empty_batch_succeeds(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const auto receipt = trial.commit({});
  if (succeeds(expect, receipt, "an empty batch"))
    expect(receipt->versions.empty() && receipt->last_sequence == 0, "its receipt is empty");
}

void a_large_body_is_kept(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record large = record("match", "m1");
  large.body = "\"" + std::string(4 << 20, 'x') + "\"";
  expect(trial.put(expect, {large}).body == large.body, "4 MiB come back as they were");
}

void a_call_that_is_stopped_or_late_does_nothing(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Batch batch{{{record("match", "m1")}}, {event("match", "m1", "submit")}};
  fails(expect, trial.store().commit(batch, stopped()), ErrorCode::cancelled, "commit, stopped");
  fails(expect, trial.store().commit(batch, past()), ErrorCode::timeout, "commit, late");
  fails(expect, trial.store().find({"match", "m1"}, stopped()), ErrorCode::cancelled, "find, stopped");
  fails(expect, trial.store().list(all_of("match"), past()), ErrorCode::timeout, "list, late");
  fails(expect, trial.store().events({}, stopped()), ErrorCode::cancelled, "events, stopped");
  fails(expect, trial.store().trim(1, past()), ErrorCode::timeout, "trim, late");
  trial.is_absent(expect, "match", "m1");
}

void what_was_committed_is_there_after_reopening(StoreSubject& subject, Expect& expect) {
  Record written;
  {
    const StoreTrial trial(subject, expect);
    if (!trial) return;
    written = trial.put(expect, {record("match", "m1")});
    trial.put(expect, claim(record("slot", "s1"), "me", an_hour));
    succeeds(expect, trial.commit({{}, {event("match", "m1", "submit"), event("match", "m1", "claim")}}), "events");
    succeeds(expect, trial.store().trim(2, patient()), "trim");
  }
  const StoreTrial trial(subject, expect, false);
  if (!trial) return;
  expect(trial.get(expect, "match", "m1") == written, "the record is as it was");
  const Record slot = trial.get(expect, "slot", "s1");
  expect(slot.holder == "me" && slot.lease_left > milliseconds(0), "the lease goes on");
  const auto receipt = trial.commit({{{record("match", "m2")}}, {event("match", "m2", "submit")}});
  if (succeeds(expect, receipt, "commit")) expect(receipt->last_sequence == 3, "the journal's numbers go on");
  expect(trial.list(expect, all_of("match")) == "m1 m2 ", "and so does the order");
}

}  // namespace

std::span<const StoreCheck> store_write_checks() {
  static constexpr StoreCheck checks[] = {
      {"insert_gives_version_one", always, insert_gives_version_one},
      {"find_gives_what_was_written", always, find_gives_what_was_written},
      {"find_of_nothing_is_empty", always, find_of_nothing_is_empty},
      {"update_raises_the_version", always, update_raises_the_version},
      {"another_version_is_a_conflict", always, another_version_is_a_conflict},
      {"remove_deletes_the_expected_version", always, remove_deletes_the_expected_version},
      {"commit_is_all_or_nothing", always, commit_is_all_or_nothing},
      {"receipt_is_in_the_order_of_the_batch", always, receipt_is_in_the_order_of_the_batch},
      {"a_record_without_kind_or_id_is_invalid", always, a_record_without_kind_or_id_is_invalid},
      {"a_record_written_twice_in_a_batch_is_invalid", always, a_record_written_twice_in_a_batch_is_invalid},
      {"an_id_is_unique_within_its_kind_only", always, an_id_is_unique_within_its_kind_only},
      {"an_empty_batch_succeeds", always, an_empty_batch_succeeds},
      {"a_large_body_is_kept", always, a_large_body_is_kept},
      {"a_call_that_is_stopped_or_late_does_nothing", always, a_call_that_is_stopped_or_late_does_nothing},
      {"what_was_committed_is_there_after_reopening",
       [](const StateStoreCapabilities& store) { return store.survives_reopen; },
       what_was_committed_is_there_after_reopening},
  };
  return checks;
}

}  // namespace matchrunner::conformance
