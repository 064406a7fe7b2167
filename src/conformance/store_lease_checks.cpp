// SPDX-License-Identifier: Apache-2.0
// Leases of no length have lapsed when they are taken, so no check waits for a clock.
#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

constexpr milliseconds at_once{0};

Record take(const StoreTrial& trial, Expect& expect, milliseconds lease_for) {
  return trial.put(expect, claim(trial.put(expect, {record("match", "m1")}), "me", lease_for));
}

bool is_leased(const Record& held, const std::string& holder, std::uint64_t epoch) {
  return held.holder == holder && held.epoch == epoch && held.lease_left.has_value();
}

void a_claim_takes_a_free_record(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record free = trial.put(expect, {record("match", "m1")});
  expect(!free.lease_left.has_value(), "without a holder nothing is left of a lease");
  const Record held = trial.put(expect, claim(free, "me", an_hour));
  expect(is_leased(held, "me", 1) && held.version == 2, "it has the holder, epoch 1 and the next version");
  expect(held.lease_left > milliseconds(0) && held.lease_left <= an_hour, "the lease runs for the time asked for");
}

void a_new_record_can_be_claimed_as_it_is_made(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record held = trial.put(expect, claim(record("match", "m1"), "me", an_hour));
  expect(is_leased(held, "me", 1) && held.version == 1, "it has the holder, epoch 1 and version 1");
}

void a_held_record_cannot_be_claimed(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record held = take(trial, expect, an_hour);
  fails(expect, trial.write(claim(held, "you", an_hour)), ErrorCode::conflict, "a claim by another");
  fails(expect, trial.write(claim(held, "me", an_hour)), ErrorCode::conflict, "a claim by its holder");
}

void a_lapsed_record_can_be_claimed(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record lapsed = take(trial, expect, at_once);
  expect(lapsed.lease_left <= milliseconds(0), "a lapsed lease has nothing left");
  expect(is_leased(trial.put(expect, claim(lapsed, "you", an_hour)), "you", 2), "the epoch rises with the new holder");
}

void a_claim_without_a_holder_is_invalid(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  fails(expect, trial.write(claim(record("match", "m1"), "", an_hour)), ErrorCode::invalid_argument, "no holder");
}

void only_its_holder_renews_a_lease(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record held = take(trial, expect, an_hour);
  Write renewal{held, LeaseChange::renew, an_hour * 2};
  const Record renewed = trial.put(expect, renewal);
  expect(is_leased(renewed, "me", 1) && renewed.lease_left > an_hour, "it runs anew, in the same epoch");
  renewal.record = renewed;
  renewal.record.holder = "you";
  fails(expect, trial.write(renewal), ErrorCode::conflict, "a renewal by another");
  renewal.record = renewed;
  renewal.record.epoch = 2;
  fails(expect, trial.write(renewal), ErrorCode::conflict, "a renewal of another epoch");
  renewal.record = trial.put(expect, {record("match", "m2")});
  fails(expect, trial.write(renewal), ErrorCode::conflict, "a renewal of what is not leased");
  renewal.record = record("match", "m3");
  fails(expect, trial.write(renewal), ErrorCode::conflict, "a renewal of what does not exist");
}

void a_lapsed_lease_cannot_be_renewed(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record lapsed = take(trial, expect, at_once);
  fails(expect, trial.write({lapsed, LeaseChange::renew, an_hour}), ErrorCode::conflict,
        "a renewal by its last holder");
}

void only_its_holder_releases_a_lease(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record held = take(trial, expect, an_hour);
  Write release{held, LeaseChange::release};
  release.record.holder = "you";
  fails(expect, trial.write(release), ErrorCode::conflict, "a release by another");
  release.record = held;
  release.record.epoch = 0;
  fails(expect, trial.write(release), ErrorCode::conflict, "a release of another epoch");
  release.record = held;
  const Record free = trial.put(expect, release);
  expect(free.holder.empty() && free.epoch == 1 && !free.lease_left, "it has no holder, and its epoch stays");
  release.record = free;
  fails(expect, trial.write(release), ErrorCode::conflict, "a release of what is not leased");
  expect(is_leased(trial.put(expect, claim(free, "you", an_hour)), "you", 2), "it can be claimed again");
}

void a_lapsed_lease_can_be_released_by_its_holder(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record lapsed = take(trial, expect, at_once);
  const Record free = trial.put(expect, {lapsed, LeaseChange::release});
  expect(free.holder.empty() && free.epoch == 1, "nobody had taken it: it ends well");
}

void only_a_lapsed_lease_lapses(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record free = trial.put(expect, {record("match", "m1")});
  fails(expect, trial.write({free, LeaseChange::lapse}), ErrorCode::conflict, "without a holder");
  const Record held = trial.put(expect, claim(free, "me", an_hour));
  fails(expect, trial.write({held, LeaseChange::lapse}), ErrorCode::conflict, "a lease that runs");
  Write other{record("match", "m2"), LeaseChange::lapse};
  fails(expect, trial.write(other), ErrorCode::conflict, "what does not exist");
}

void a_lapse_frees_the_record_and_raises_the_epoch(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record lapsed = take(trial, expect, at_once);
  const Record free = trial.put(expect, {lapsed, LeaseChange::lapse});
  expect(free.holder.empty() && free.epoch == 2 && !free.lease_left, "it has no holder and epoch 2");
}

void anyone_may_write_and_leave_the_lease_alone(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record request = take(trial, expect, an_hour);
  request.holder = "you";
  request.epoch = 9;
  request.body = R"({"stop": true})";
  const Record written = trial.put(expect, {request});
  expect(is_leased(written, "me", 1) && written.lease_left > milliseconds(0), "holder, epoch and lease are as before");
  expect(written.body == request.body && written.version == 3, "the rest is written");
  trial.put(expect, {written, LeaseChange::renew, an_hour});
}

void a_write_cannot_make_up_a_lease(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record forged = record("match", "m1");
  forged.holder = "me";
  forged.epoch = 5;
  forged.lease_left = an_hour;
  const Record stored = trial.put(expect, {forged});
  expect(stored.holder.empty() && stored.epoch == 0 && !stored.lease_left, "the store alone gives holder and epoch");
}

void an_endless_lease_is_a_long_one(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record held = trial.put(expect, claim(record("match", "m1"), "me", milliseconds::max()));
  expect(held.lease_left > an_hour, "a lease of the longest time has not lapsed");
  const Record over = trial.put(expect, claim(record("match", "m2"), "me", milliseconds::min()));
  expect(over.lease_left <= milliseconds(0), "a lease of less than no time has");
}

}  // namespace

std::span<const StoreCheck> store_lease_checks() {
  static constexpr StoreCheck checks[] = {
      {"a_claim_takes_a_free_record", always, a_claim_takes_a_free_record},
      {"a_new_record_can_be_claimed_as_it_is_made", always, a_new_record_can_be_claimed_as_it_is_made},
      {"a_held_record_cannot_be_claimed", always, a_held_record_cannot_be_claimed},
      {"a_lapsed_record_can_be_claimed", always, a_lapsed_record_can_be_claimed},
      {"a_claim_without_a_holder_is_invalid", always, a_claim_without_a_holder_is_invalid},
      {"only_its_holder_renews_a_lease", always, only_its_holder_renews_a_lease},
      {"a_lapsed_lease_cannot_be_renewed", always, a_lapsed_lease_cannot_be_renewed},
      {"only_its_holder_releases_a_lease", always, only_its_holder_releases_a_lease},
      {"a_lapsed_lease_can_be_released_by_its_holder", always, a_lapsed_lease_can_be_released_by_its_holder},
      {"only_a_lapsed_lease_lapses", always, only_a_lapsed_lease_lapses},
      {"a_lapse_frees_the_record_and_raises_the_epoch", always, a_lapse_frees_the_record_and_raises_the_epoch},
      {"anyone_may_write_and_leave_the_lease_alone", always, anyone_may_write_and_leave_the_lease_alone},
      {"a_write_cannot_make_up_a_lease", always, a_write_cannot_make_up_a_lease},
      {"an_endless_lease_is_a_long_one", always, an_endless_lease_is_a_long_one},
  };
  return checks;
}

}  // namespace matchrunner::conformance
