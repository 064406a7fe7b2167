// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

constexpr std::uint64_t the_end = std::numeric_limits<std::uint64_t>::max();

// Commits one event for each letter, about the subject of that letter; the kind is "match", of capitals "game".
void tell(const StoreTrial& trial, Expect& expect, const std::string& letters) {
  for (const char letter : letters) {
    const bool capital = letter >= 'A' && letter <= 'Z';
    succeeds(expect, trial.commit({{}, {event(capital ? "game" : "match", std::string(1, letter), "told")}}), "commit");
  }
}

std::string subjects(const EventPage& page) {
  std::string letters;
  for (const Event& each : page.events) letters += each.subject;
  return letters;
}

void events_are_numbered_without_gaps(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  succeeds(expect, trial.commit({{}, {event("match", "a", "one"), event("match", "a", "two")}}), "two events");
  Record stale = record("match", "none");
  stale.version = 1;
  fails(expect, trial.commit({{{stale}}, {event("match", "a", "lost")}}), ErrorCode::conflict, "a refused batch");
  succeeds(expect, trial.commit({{}, {event("match", "a", "three")}}), "one event");
  const EventPage page = trial.events(expect, {});
  if (!expect(page.events.size() == 3, "three events are in the journal")) return;
  for (std::size_t i = 0; i < 3; ++i)
    expect(page.events[i].sequence == i + 1, "event " + std::to_string(i + 1) + " has that number");
  expect(page.events[2].type == "three", "a refused batch leaves no gap");
  expect(page.next_after == 3, "next_after is the newest");
}

void an_event_is_kept_as_it_was_told(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Event told = event("match", "'m1' \xe2\x82\xac", "progress");
  told.epoch = 3;
  told.body = R"({"text": "line\nline", "n": [1, 2]})";
  told.sequence = 77;
  told.at = Time(std::chrono::seconds(1));
  const auto receipt = trial.commit({{}, {told}});
  if (!succeeds(expect, receipt, "commit")) return;
  const EventPage page = trial.events(expect, {});
  if (!expect(page.events.size() == 1, "it is there")) return;
  told.sequence = 1;
  told.at = receipt->at;
  expect(page.events.front() == told, "sequence and time are the store's, the rest is the caller's");
}

void events_after_a_sequence_are_the_later_ones(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "abcde");
  EventQuery query;
  query.after = 3;
  expect(subjects(trial.events(expect, query)) == "de", "later than 3");
  query.after = 5;
  const EventPage none = trial.events(expect, query);
  expect(none.events.empty() && none.next_after == 5, "later than the newest: nothing, and next_after stays");
}

void pages_of_events_follow_each_other(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "abcde");
  EventQuery query;
  query.limit = 2;
  std::string seen;
  for (int page_number = 0; page_number < 4; ++page_number) {
    const EventPage page = trial.events(expect, query);
    seen += subjects(page) + "|";
    query.after = page.next_after;
  }
  expect(seen == "ab|cd|e||", "pages of two: found " + seen);
}

void events_are_of_the_kind_and_subject_asked_for(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "aAbBa");
  EventQuery query;
  query.kind = "game";
  expect(subjects(trial.events(expect, query)) == "AB", "by kind");
  query.kind.reset();
  query.subject = "a";
  expect(subjects(trial.events(expect, query)) == "aa", "by subject");
  query.kind = "game";
  expect(trial.events(expect, query).events.empty(), "by both");
  query.subject = "";
  expect(trial.events(expect, query).events.empty(), "an empty subject is a subject");
}

void next_after_moves_past_what_the_filter_leaves_out(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "abbaabb");
  EventQuery query;
  query.subject = "a";
  query.limit = 2;
  const EventPage first = trial.events(expect, query);
  expect(subjects(first) == "aa" && first.next_after == 4, "a full page ends with its last event");
  query.after = first.next_after;
  const EventPage last = trial.events(expect, query);
  expect(subjects(last) == "a" && last.next_after == 7, "one that is not full ends with the journal");
  query.after = 0;
  query.subject = "nobody";
  expect(trial.events(expect, query).next_after == 7, "also when it is empty");
}

void asking_from_the_end_tells_where_the_journal_ends(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  EventQuery query;
  query.after = the_end;
  const EventPage empty = trial.events(expect, query);
  expect(empty.events.empty() && empty.next_after == 0, "an empty journal ends at 0");
  tell(trial, expect, "abc");
  const EventPage page = trial.events(expect, query);
  expect(page.events.empty() && page.next_after == 3, "never beyond the newest ever written");
}

void trim_drops_the_oldest(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "abcde");
  const auto trimmed = trial.store().trim(3, patient());
  if (succeeds(expect, trimmed, "trim")) expect(*trimmed == 3, "it tells how many");
  const EventPage page = trial.events(expect, {});
  expect(subjects(page) == "de" && page.next_after == 5, "the others stay, with their numbers");
  const auto again = trial.store().trim(3, patient());
  if (succeeds(expect, again, "trim again")) expect(*again == 0, "there is nothing left to drop");
}

void numbers_go_on_when_everything_is_trimmed(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  tell(trial, expect, "abc");
  const auto trimmed = trial.store().trim(the_end, patient());
  if (succeeds(expect, trimmed, "trim")) expect(*trimmed == 3, "all of them");
  EventQuery query;
  query.after = the_end;
  expect(trial.events(expect, query).next_after == 3, "the journal still ends where it ended");
  tell(trial, expect, "d");
  const EventPage page = trial.events(expect, {});
  expect(subjects(page) == "d" && page.events.front().sequence == 4, "the next event has the next number");
}

void a_long_journal_is_trimmed_whole(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  constexpr std::size_t count = 25000;
  const Batch many{{}, std::vector<Event>(count, event("match", "m", "progress"))};
  succeeds(expect, trial.commit(many), "many events in one batch");
  EventQuery query;
  query.limit = 10000;
  query.after = 5000;
  const EventPage page = trial.events(expect, query);
  expect(page.events.size() == 10000 && page.next_after == 15000, "a page of the longest length");
  const auto trimmed = trial.store().trim(count - 1, patient());
  if (succeeds(expect, trimmed, "trim")) expect(*trimmed == count - 1, "all but one go");
}

void a_limit_out_of_range_is_invalid(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (std::uint32_t limit : {0u, 10001u}) {
    EventQuery query;
    query.limit = limit;
    fails(expect, trial.store().events(query, patient()), ErrorCode::invalid_argument,
          "limit " + std::to_string(limit));
  }
}

}  // namespace

std::span<const StoreCheck> store_event_checks() {
  static constexpr StoreCheck checks[] = {
      {"events_are_numbered_without_gaps", always, events_are_numbered_without_gaps},
      {"an_event_is_kept_as_it_was_told", always, an_event_is_kept_as_it_was_told},
      {"events_after_a_sequence_are_the_later_ones", always, events_after_a_sequence_are_the_later_ones},
      {"pages_of_events_follow_each_other", always, pages_of_events_follow_each_other},
      {"events_are_of_the_kind_and_subject_asked_for", always, events_are_of_the_kind_and_subject_asked_for},
      {"next_after_moves_past_what_the_filter_leaves_out", always, next_after_moves_past_what_the_filter_leaves_out},
      {"asking_from_the_end_tells_where_the_journal_ends", always, asking_from_the_end_tells_where_the_journal_ends},
      {"trim_drops_the_oldest", always, trim_drops_the_oldest},
      {"numbers_go_on_when_everything_is_trimmed", always, numbers_go_on_when_everything_is_trimmed},
      {"a_long_journal_is_trimmed_whole", always, a_long_journal_is_trimmed_whole},
      {"a_limit_out_of_range_is_invalid", always, a_limit_out_of_range_is_invalid},
  };
  return checks;
}

}  // namespace matchrunner::conformance
