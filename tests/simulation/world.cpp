// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

#include "codec/match_record.hpp"
#include "services/slot_pool.hpp"

namespace matchrunner::simulation {
namespace {

std::shared_ptr<StateStore> store_of(World& world) {
  MemoryStoreOptions options;
  options.lease_clock = [&world] { return world.now(); };
  options.wall_clock = [&world] { return world.wall(); };
  return make_memory_store(options);
}

bool is_terminal_word(const std::string& state) {
  const auto value = value_of(match_states, state);
  return value && is_terminal(*value);
}

// Anybody may submit a match, ask for its stop, and stop one that waits; what happens to it its holder alone may tell.
bool is_anybodys(const Event& event) {
  return event.type == "submit" || event.type == "stop_requested" || event.type == "stop" || event.type == "prune";
}

}  // namespace

World::World(std::uint32_t seed) : store(store_of(*this)), random_(seed) {}

Time World::wall() const {
  return Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) +
         std::chrono::floor<std::chrono::microseconds>(elapsed_);
}

// Whoever waits lets time pass for everybody.
Clocks World::clocks() {
  return {[this] { return wall(); }, [this] { return now(); },
          [this](milliseconds time, const Context&) { pass(time); }};
}

std::shared_ptr<Programs> World::start(Programs programs) {
  auto started = std::make_shared<Programs>(std::move(programs));
  programs_.push_back(started);
  return started;
}

std::vector<std::shared_ptr<Programs>> World::alive() const {
  std::vector<std::shared_ptr<Programs>> all;
  for (const auto& weak : programs_)
    if (auto programs = weak.lock(); programs && !programs->ended && !programs->lost && now() < programs->deadline)
      all.push_back(std::move(programs));
  return all;
}

void World::committed(const Write& write, std::uint64_t version, std::uint64_t epoch) {
  Known& known = known_[{write.record.kind, write.record.id}];
  if (write.remove) {
    if (write.record.kind == "match") {
      expect(is_terminal_word(known.state), write.record.kind, " ", write.record.id, " was pruned before it had ended");
      pruned_.insert(write.record.id);
    }
    known_.erase({write.record.kind, write.record.id});
    return;
  }
  expect(version == known.version + 1, write.record.kind, " ", write.record.id, ": one write was lost in another");
  expect(epoch >= known.epoch, write.record.kind, " ", write.record.id, ": its epoch fell");
  if (is_terminal_word(known.state))
    expect(write.record.state == known.state, write.record.kind, " ", write.record.id, " was ", known.state,
           " and became ", write.record.state);
  known.version = version;
  known.epoch = epoch;
  known.state = write.record.state;
  if (write.lease == LeaseChange::claim) known.holder = write.record.holder;
  if (write.lease == LeaseChange::release || write.lease == LeaseChange::lapse) known.holder.clear();
}

void World::committed(const std::string& runner, const Batch& batch, const CommitReceipt& receipt) {
  const bool claims = std::any_of(batch.writes.begin(), batch.writes.end(), [](const Write& write) {
    return write.lease == LeaseChange::claim || write.lease == LeaseChange::lapse;
  });
  for (const Event& event : batch.events)
    if (event.kind == "match" && !claims && !is_anybodys(event))
      expect(known_[{"match", event.subject}].holder == runner, event.subject, ": ", event.type, " by ", runner,
             ", which does not hold it");
  for (const Event& event : batch.events) tell("   commit: ", event.subject, " ", event.type);
  for (std::size_t i = 0; i < batch.writes.size(); ++i)
    committed(batch.writes[i], receipt.versions[i], receipt.epochs[i]);
  head_ = std::max(head_, receipt.last_sequence);
  for (const Event& event : batch.events) {
    if (event.kind != "match" || event.type == "prune") continue;
    Known& known = known_[{"match", event.subject}];
    expect(event.epoch == known.epoch, event.subject, ": ", event.type, " by epoch ", event.epoch,
           ", which is fenced out by ", known.epoch);
    if (event.type == "collected" || event.type == "fail" || event.type == "stop")
      expect(++known.outcomes == 1, event.subject, " has a second outcome");
    if (event.type == "ended") expect(++known.ends == 1, event.subject, " ended twice");
    if (event.type == "stored") expect(known.outcomes == 1, event.subject, " was stored before its end");
  }
}

void World::published(const Event& event) {
  expect(event.sequence <= newest_published_ + 1, "the sink got event ", event.sequence, " after ", newest_published_);
  newest_published_ = std::max(newest_published_, event.sequence);
}

void World::check_programs() {
  const auto all = alive();
  if (all.empty()) return;
  const auto pool = SlotPool(*store, "default").status({});
  if (!pool) return expect(false, "the pool is gone");
  expect(all.size() <= pool->slots, all.size(), " matches run at once, in ", pool->slots, " slots");
  std::set<std::string> matches;
  for (const auto& programs : all)
    expect(matches.insert(programs->match).second, programs->match, " runs twice at once");
}

bool World::settled() {
  if (newest_published_ < head_) return false;
  for (const std::string& id : submitted) {
    if (pruned_.count(id) != 0) continue;
    const auto record = store->find({"match", id}, {});
    if (!record || !*record) {
      expect(false, id, " is gone");
      return false;
    }
    if (!is_terminal_word((**record).state) || !(**record).holder.empty()) return false;  // most are not yet: be quick
    const auto match = match_from(**record);
    if (!match || !match->outcome || !match->store_error.empty()) return false;
    for (const Artifact& artifact : match->artifacts)
      expect(artifact.missing != !artifact.uri.empty(), id, ": ", artifact.name, " is neither stored nor missing");
  }
  return true;
}

}  // namespace matchrunner::simulation
