// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

constexpr int thread_count = 8;
constexpr int rounds = 25;

std::string numbered(const char* name, int number) { return name + std::to_string(number); }

void no_update_is_lost_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record counter = record("match", "m1");
  counter.body = "0";
  trial.put(expect, {counter});
  from_threads(thread_count, expect, [&](int, Expect& found) {
    for (int done = 0; done < rounds;) {
      Record next = trial.get(found, "match", "m1");
      if (!found.failures().empty()) return;
      next.body = std::to_string(std::stoi(next.body) + 1);
      const auto written = trial.write({next});
      if (written) ++done;
      if (!written && !fails(found, written, ErrorCode::conflict, "a lost race")) return;
    }
  });
  const Record last = trial.get(expect, "match", "m1");
  expect(last.body == std::to_string(thread_count * rounds), "every update counted, found " + last.body);
  expect(last.version == 1 + thread_count * rounds, "every update raised the version");
}

void one_update_of_a_version_wins_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record current = trial.put(expect, {record("match", "m1")});
  for (int round = 0; round < rounds; ++round) {
    std::atomic<int> winners = 0;
    from_threads(thread_count, expect, [&](int, Expect& found) {
      const auto written = trial.write({current});
      if (written) ++winners;
      if (!written) fails(found, written, ErrorCode::conflict, "an update that lost");
    });
    if (!expect(winners == 1, "one update wins, found " + std::to_string(winners))) return;
    current = trial.get(expect, "match", "m1");
  }
}

void one_claim_wins_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  for (int round = 0; round < rounds; ++round) {
    const Record free = trial.put(expect, {record("match", numbered("m", round))});
    std::atomic<int> winners = 0;
    from_threads(thread_count, expect, [&](int number, Expect& found) {
      const auto claimed = trial.write(claim(free, numbered("runner", number), an_hour));
      if (claimed) ++winners;
      if (!claimed) fails(found, claimed, ErrorCode::conflict, "a claim that lost");
    });
    expect(winners == 1, "one runner has the match, found " + std::to_string(winners));
  }
}

void one_record_takes_a_unique_key_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  std::atomic<int> winners = 0;
  from_threads(thread_count, expect, [&](int number, Expect& found) {
    for (int round = 0; round < rounds; ++round) {
      Record ticket = record("ticket", numbered("t", number) + numbered("r", round));
      ticket.unique_key = numbered("player", round);
      const auto taken = trial.write({ticket});
      if (taken) ++winners;
      if (!taken) fails(found, taken, ErrorCode::already_exists, "a key that is taken");
    }
  });
  expect(winners == rounds, "every key has one record, found " + std::to_string(winners));
}

// Half of the threads write what must be refused, at the same time and so in the same groups.
void a_refused_batch_fails_alone_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  from_threads(thread_count, expect, [&](int number, Expect& found) {
    for (int round = 0; round < rounds; ++round) {
      const std::string id = numbered("m", number) + numbered("r", round);
      Batch batch{{{record("match", id)}}, {event("match", id, "submit")}};
      if (number % 2 == 0) {
        succeeds(found, trial.commit(batch), "a good batch");
        continue;
      }
      batch.writes.push_back({record("match", id + "-absent")});
      batch.writes.back().record.version = 9;
      fails(found, trial.commit(batch), ErrorCode::conflict, "a bad batch");
      trial.is_absent(found, "match", id);
    }
  });
  EventQuery query;
  query.limit = 10000;
  const EventPage page = trial.events(expect, query);
  expect(page.events.size() == thread_count / 2 * rounds, "the journal has the good batches only");
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    if (!expect(page.events[i].sequence == i + 1, "without a gap")) break;
    trial.get(expect, "match", page.events[i].subject);
  }
}

void events_appear_in_order_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  constexpr std::uint64_t total = std::uint64_t{thread_count - 1} * rounds * 2;
  from_threads(thread_count, expect, [&](int number, Expect& found) {
    for (int round = 0; number != 0 && round < rounds; ++round) {
      const Event told = event("match", numbered("m", number), numbered("", round));
      if (!succeeds(found, trial.commit({{}, {told, told}}), "commit")) return;
    }
    EventQuery query;
    while (number == 0 && query.after < total) {  // the reader
      const EventPage page = trial.events(found, query);
      if (!found.failures().empty()) return;
      for (const Event& each : page.events)
        if (!found(each.sequence == ++query.after, "the next event has the next number")) return;
    }
  });
}

// A record that goes to and fro between two states is in one of them whenever a list of both is read.
void a_list_is_one_moment_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {record("match", "m1", "queued")});
  RecordQuery query = all_of("match");
  query.states = {"queued", "running"};
  from_threads(2, expect, [&](int number, Expect& found) {
    for (int round = 0; round < rounds * 4; ++round) {
      if (number == 0) {
        found(trial.list(found, query) == "m1 ", "it is listed once");
        continue;
      }
      Record moved = trial.get(found, "match", "m1");
      moved.state = round % 2 == 0 ? "running" : "queued";
      succeeds(found, trial.write({moved}), "move");
    }
  });
}

void a_trim_between_commits_loses_nothing_from_threads(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  std::atomic<std::uint64_t> dropped = 0;
  from_threads(thread_count, expect, [&](int number, Expect& found) {
    for (int round = 0; round < rounds; ++round) {
      if (number != 0) {
        succeeds(found, trial.commit({{}, {event("match", "m", "told")}}), "commit");
        continue;
      }
      const auto some = trial.store().trim(static_cast<std::uint64_t>(round), patient());
      if (succeeds(found, some, "trim")) dropped += *some;
    }
  });
  const EventPage page = trial.events(expect, {});
  expect(page.events.size() + dropped == std::size_t{thread_count - 1} * rounds, "each event is kept or counted");
}

}  // namespace

std::span<const StoreCheck> store_thread_checks() {
  static constexpr StoreCheck checks[] = {
      {"no_update_is_lost_from_threads", always, no_update_is_lost_from_threads},
      {"one_update_of_a_version_wins_from_threads", always, one_update_of_a_version_wins_from_threads},
      {"one_claim_wins_from_threads", always, one_claim_wins_from_threads},
      {"one_record_takes_a_unique_key_from_threads", always, one_record_takes_a_unique_key_from_threads},
      {"a_refused_batch_fails_alone_from_threads", always, a_refused_batch_fails_alone_from_threads},
      {"events_appear_in_order_from_threads", always, events_appear_in_order_from_threads},
      {"a_list_is_one_moment_from_threads", always, a_list_is_one_moment_from_threads},
      {"a_trim_between_commits_loses_nothing_from_threads", always, a_trim_between_commits_loses_nothing_from_threads},
  };
  return checks;
}

}  // namespace matchrunner::conformance
