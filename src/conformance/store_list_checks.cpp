// SPDX-License-Identifier: Apache-2.0
#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

Record placed(std::string id, std::int64_t priority, std::string state = "queued") {
  Record made = record("match", std::move(id), std::move(state));
  made.priority = priority;
  return made;
}

Time second(int number) { return Time(std::chrono::seconds(number)); }

RecordQuery in_states(std::vector<std::string> states) {
  RecordQuery query = all_of("match");
  query.states = std::move(states);
  return query;
}

void a_list_is_by_priority_then_age(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (const auto& each : {placed("a", 0), placed("b", 5), placed("c", -5), placed("d", 5), placed("e", 0)})
    trial.put(expect, {each});
  expect(trial.list(expect, all_of("match")) == "b d a e c ", "higher first, then older");
  expect(trial.list(expect, all_of("game")).empty(), "of a kind that has no records: nothing");
}

void an_update_keeps_the_place_unless_the_priority_changes(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record first = trial.put(expect, {placed("a", 0)});
  trial.put(expect, {placed("b", 0)});
  first.body = R"({"n": 1})";
  first = trial.put(expect, {first});
  expect(trial.list(expect, all_of("match")) == "a b ", "a body does not move it");
  first.priority = -1;
  trial.put(expect, {first});
  expect(trial.list(expect, all_of("match")) == "b a ", "a priority does");
}

void a_requeued_record_goes_behind_its_equals(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record first = trial.put(expect, {placed("a", 1)});
  trial.put(expect, {placed("b", 1)});
  trial.put(expect, {placed("c", 0)});
  Write again{first};
  again.requeue = true;
  const Record moved = trial.put(expect, again);
  expect(moved.sequence > first.sequence && moved.version == 2, "it has a new sequence");
  expect(trial.list(expect, all_of("match")) == "b a c ", "behind its equals, before lower priorities");
  RecordQuery by_state = in_states({"queued"});
  expect(trial.list(expect, by_state) == "b a c ", "also in the list of its state");
}

void a_sequence_is_never_given_twice(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Write removal{trial.put(expect, {placed("a", 0)})};
  removal.remove = true;
  succeeds(expect, trial.write(removal), "remove");
  expect(trial.put(expect, {placed("b", 0)}).sequence > removal.record.sequence, "not that of a removed record either");
}

void a_list_is_of_the_states_asked_for(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (const auto& each : {placed("a", 0, "queued"), placed("b", 2, "running"), placed("c", 1, "queued"),
                           placed("d", 0, "finished"), placed("e", 3, "running")})
    trial.put(expect, {each});
  expect(trial.list(expect, in_states({"queued"})) == "c a ", "one state");
  expect(trial.list(expect, in_states({"queued", "running"})) == "e b c a ", "two states, in one order");
  expect(trial.list(expect, in_states({"queued", "queued"})) == "c a ", "a state named twice");
  expect(trial.list(expect, in_states({"stopped"})).empty(), "a state that none has");
  Record moved = trial.get(expect, "match", "a");
  moved.state = "running";
  trial.put(expect, {moved});
  expect(trial.list(expect, in_states({"queued"})) == "c ", "a record leaves the list with its state");
  expect(trial.list(expect, in_states({"running"})) == "e b a ", "and stands in that of the new one");
}

// Three records of which one has what the filter names.
void a_list_is_of_scope_subject_and_unique_key(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record marked = record("match", "b");
  marked.scope = "chess";
  marked.subject = "ada";
  marked.unique_key = "one";
  for (const auto& each : {record("match", "a"), marked, record("match", "c")}) trial.put(expect, {each});
  struct Row {
    std::optional<std::string> RecordQuery::*field;
    std::string value;
  };
  for (const auto& [field, value] :
       {Row{&RecordQuery::scope, "chess"}, Row{&RecordQuery::subject, "ada"}, Row{&RecordQuery::unique_key, "one"}}) {
    RecordQuery query = all_of("match");
    query.*field = value;
    expect(trial.list(expect, query) == "b ", "filter " + value);
    query.states = {"queued"};
    expect(trial.list(expect, query) == "b ", "filter " + value + " and state");
    query.states = {"running"};
    expect(trial.list(expect, query).empty(), "filter " + value + " and a state that it has not");
    query.states.clear();
    query.*field = value + "x";
    expect(trial.list(expect, query).empty(), "filter " + value + "x");
    query.*field = "";
    expect(trial.list(expect, query) == "a c ", "an empty value is a value");
  }
}

void a_list_is_of_what_is_due(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (int i = 1; i <= 3; ++i) {
    Record due = record("match", "at" + std::to_string(i));
    due.due_at = second(i);
    trial.put(expect, {due});
  }
  trial.put(expect, {record("match", "never")});
  RecordQuery query = all_of("match");
  query.due_before = second(2);
  expect(trial.list(expect, query) == "at1 at2 ", "the time itself is included, no time is not");
  query.due_before = second(0);
  expect(trial.list(expect, query).empty(), "nothing is due yet");
  Record done = trial.get(expect, "match", "at1");
  done.due_at.reset();
  trial.put(expect, {done});
  query.due_before = second(9);
  expect(trial.list(expect, query) == "at2 at3 ", "a timer that is taken away is not due");
}

void a_list_is_of_what_has_lapsed(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {record("match", "free")});
  trial.put(expect, claim(record("match", "held"), "me", an_hour));
  const Record over = trial.put(expect, claim(record("match", "over"), "me", milliseconds(0)));
  RecordQuery query = all_of("match");
  query.lapsed = true;
  expect(trial.list(expect, query) == "over ", "not what is free or held");
  trial.put(expect, {over, LeaseChange::lapse});
  expect(trial.list(expect, query).empty(), "not what was lapsed");
}

void filters_narrow_each_other(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record whole = record("match", "all");
  whole.scope = "chess";
  whole.subject = "ada";
  whole.unique_key = "one";
  whole.due_at = second(1);
  trial.put(expect, claim(whole, "me", milliseconds(0)));
  Record almost = whole;
  almost.id = "almost";
  almost.unique_key = "two";
  trial.put(expect, {almost});
  RecordQuery query = all_of("match");
  query.scope = "chess";
  query.subject = "ada";
  query.due_before = second(1);
  query.states = {"queued", "running"};
  expect(trial.list(expect, query) == "all almost ", "four filters");
  query.lapsed = true;
  query.unique_key = "one";
  expect(trial.list(expect, query) == "all ", "six filters");
  query.unique_key = "two";
  expect(trial.list(expect, query).empty(), "six filters that no record passes");
}

void pages_hold_every_record_once(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  std::string expected;
  for (int i = 0; i < 7; ++i) {
    const std::string id = "m" + std::to_string(i);
    trial.put(expect, {placed(id, i < 4 ? 1 : 0, i % 2 == 0 ? "queued" : "running")});
    expected += id + " ";
  }
  for (std::uint32_t limit : {1u, 2u, 3u, 7u, 8u, 1000u}) {
    RecordQuery query = all_of("match");
    query.limit = limit;
    expect(trial.list(expect, query) == expected, "pages of " + std::to_string(limit));
    query.states = {"queued", "running"};
    expect(trial.list(expect, query) == expected, "pages of " + std::to_string(limit) + " by state");
  }
  RecordQuery query = all_of("match");
  query.limit = 7;
  const auto page = trial.store().list(query, patient());
  if (succeeds(expect, page, "list")) expect(page->next.empty(), "a last page that is full has no next");
}

void pages_go_on_when_records_come_and_go(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (const char* id : {"a", "b", "c", "d"}) trial.put(expect, {placed(id, 0)});
  RecordQuery query = all_of("match");
  query.limit = 2;
  const auto first = trial.store().list(query, patient());
  if (!succeeds(expect, first, "the first page")) return;
  Write removal{trial.get(expect, "match", "b")};
  removal.remove = true;
  succeeds(expect, trial.write(removal), "remove the last record of the page");
  trial.put(expect, {placed("urgent", 9)});
  trial.put(expect, {placed("e", 0)});
  query.cursor = first->next;
  expect(trial.list(expect, query) == "c d e ", "nothing is missed or seen twice");
}

void a_query_that_cannot_be_meant_is_invalid(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {record("match", "m1")});
  fails(expect, trial.store().list(all_of(""), patient()), ErrorCode::invalid_argument, "no kind");
  for (std::uint32_t limit : {0u, 1001u}) {
    RecordQuery query = all_of("match");
    query.limit = limit;
    fails(expect, trial.store().list(query, patient()), ErrorCode::invalid_argument, "limit " + std::to_string(limit));
  }
  for (const char* cursor : {"x", "1", ".", "-", "1.2.3", "' OR 1=1 --", "99999999999999999999.1"}) {
    RecordQuery query = all_of("match");
    query.cursor = cursor;
    fails(expect, trial.store().list(query, patient()), ErrorCode::invalid_argument, std::string("cursor ") + cursor);
  }
}

}  // namespace

std::span<const StoreCheck> store_list_checks() {
  static constexpr StoreCheck checks[] = {
      {"a_list_is_by_priority_then_age", always, a_list_is_by_priority_then_age},
      {"an_update_keeps_the_place_unless_the_priority_changes", always,
       an_update_keeps_the_place_unless_the_priority_changes},
      {"a_requeued_record_goes_behind_its_equals", always, a_requeued_record_goes_behind_its_equals},
      {"a_sequence_is_never_given_twice", always, a_sequence_is_never_given_twice},
      {"a_list_is_of_the_states_asked_for", always, a_list_is_of_the_states_asked_for},
      {"a_list_is_of_scope_subject_and_unique_key", always, a_list_is_of_scope_subject_and_unique_key},
      {"a_list_is_of_what_is_due", always, a_list_is_of_what_is_due},
      {"a_list_is_of_what_has_lapsed", always, a_list_is_of_what_has_lapsed},
      {"filters_narrow_each_other", always, filters_narrow_each_other},
      {"pages_hold_every_record_once", always, pages_hold_every_record_once},
      {"pages_go_on_when_records_come_and_go", always, pages_go_on_when_records_come_and_go},
      {"a_query_that_cannot_be_meant_is_invalid", always, a_query_that_cannot_be_meant_is_invalid},
  };
  return checks;
}

}  // namespace matchrunner::conformance
