// SPDX-License-Identifier: Apache-2.0
#include "conformance/store_trial.hpp"

namespace matchrunner::conformance {
namespace {

Record keyed(std::string id, std::string key) {
  Record made = record("ticket", std::move(id));
  made.unique_key = std::move(key);
  return made;
}

void a_unique_key_is_held_by_one_record(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  const Record holder = trial.put(expect, {keyed("t1", "ada")});
  fails(expect, trial.write({keyed("t2", "ada")}), ErrorCode::already_exists, "an insert with a taken key");
  trial.is_absent(expect, "ticket", "t2");
  Record other = trial.put(expect, {keyed("t3", "bob")});
  other.unique_key = "ada";
  fails(expect, trial.write({other}), ErrorCode::already_exists, "an update to a taken key");
  expect(trial.get(expect, "ticket", "t1") == holder, "who has it keeps it");
}

void a_unique_key_counts_within_its_kind_only(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {keyed("t1", "ada")});
  Record lobby = keyed("l1", "ada");
  lobby.kind = "lobby";
  trial.put(expect, {lobby});
}

void records_without_a_unique_key_do_not_clash(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  trial.put(expect, {keyed("t1", "")});
  trial.put(expect, {keyed("t2", "")});
  expect(trial.list(expect, all_of("ticket")) == "t1 t2 ", "both are there");
}

void an_update_keeps_its_own_unique_key(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record stored = trial.put(expect, {keyed("t1", "ada")});
  stored.state = "confirmed";
  expect(trial.put(expect, {stored}).unique_key == "ada", "the key is still its own");
}

void a_unique_key_given_up_is_free(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Record first = trial.put(expect, {keyed("t1", "ada")});
  first.unique_key.clear();
  trial.put(expect, {first});
  Write removal{trial.put(expect, {keyed("t2", "ada")})};
  removal.remove = true;
  succeeds(expect, trial.write(removal), "remove who has the key");
  trial.put(expect, {keyed("t3", "ada")});
}

void a_unique_key_passes_on_within_a_batch(StoreSubject& subject, Expect& expect) {
  const StoreTrial trial(subject, expect);
  if (!trial) return;
  Write removal{trial.put(expect, {keyed("t1", "ada")})};
  removal.remove = true;
  succeeds(expect, trial.commit({{removal, {keyed("t2", "ada")}}, {}}), "remove, then insert, in one batch");
  expect(trial.list(expect, all_of("ticket")) == "t2 ", "the key has passed on");
  fails(expect, trial.commit({{{keyed("t3", "eve")}, {keyed("t4", "eve")}}, {}}), ErrorCode::already_exists,
        "two records of one batch with the same key");
  trial.is_absent(expect, "ticket", "t3");
}

}  // namespace

std::span<const StoreCheck> store_unique_key_checks() {
  static constexpr StoreCheck checks[] = {
      {"a_unique_key_is_held_by_one_record", always, a_unique_key_is_held_by_one_record},
      {"a_unique_key_counts_within_its_kind_only", always, a_unique_key_counts_within_its_kind_only},
      {"records_without_a_unique_key_do_not_clash", always, records_without_a_unique_key_do_not_clash},
      {"an_update_keeps_its_own_unique_key", always, an_update_keeps_its_own_unique_key},
      {"a_unique_key_given_up_is_free", always, a_unique_key_given_up_is_free},
      {"a_unique_key_passes_on_within_a_batch", always, a_unique_key_passes_on_within_a_batch},
  };
  return checks;
}

}  // namespace matchrunner::conformance
