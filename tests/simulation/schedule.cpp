// SPDX-License-Identifier: Apache-2.0
#include "simulation/schedule.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/random.hpp"
#include "services/pruning.hpp"

namespace matchrunner::simulation {
namespace {

// In the catalogue: a match's record is smaller then, and records are what takes the time.
Game game_of(std::uint32_t attempts) {
  Game game;
  game.name = "solo";
  game.wiring = Wiring::none;
  game.attempts = attempts;
  game.deadline_seconds = 60;
  Seat& seat = game.seats.emplace_back();
  seat.name = "program";
  seat.role = SeatRole::program;
  seat.custom = "{}";
  return game;
}

void one_step_of_a_worker(World& world, VirtualRunner& runner) {
  MatchWorker& worker = *runner.workers[world.below(static_cast<std::uint32_t>(runner.workers.size()))];
  if (!worker.look()) worker.take();
}

}  // namespace

// `step`: something that the runner itself does, and so can be cut short.
struct Schedule::Action {
  const char* name;
  std::uint32_t weight;
  bool step;
  std::function<void(Schedule&, VirtualRunner&)> act;
};

const std::vector<Schedule::Action>& Schedule::actions() {
  using S = Schedule;
  using R = VirtualRunner;
  static const std::vector<Action> table{
      {"works", 24, true, [](S& s, R& r) { one_step_of_a_worker(s.world_, r); }},
      {"collects", 8, true, [](S&, R& r) { r.collector.collect_next(); }},
      {"renews", 10, true, [](S&, R& r) { r.keeper.renew(); }},
      {"fires timers", 5, true, [](S&, R& r) { r.keeper.fire_timers(); }},
      {"takes up what lapsed", 6, true, [](S&, R& r) { r.keeper.take_up_lapsed(); }},
      {"reads the journal", 4, true, [](S&, R& r) { r.keeper.read_journal(); }},
      {"publishes", 6, true, [](S&, R& r) { r.outbox.step(); }},
      {"submits", 6, false, [](S& s, R& r) { s.submit(r); }},
      {"stops a match", 3, false, [](S& s, R& r) { s.stop_something(r); }},
      {"prunes", 2, false, [](S& s, R& r) { s.prune(r); }},
      {"resizes the pool", 2, false, [](S& s, R& r) { (void)r.state.pool.resize(1 + s.world_.below(3), {}); }},
      {"programs end", 12, false, [](S& s, R&) { s.end_something(); }},
      {"a moment", 8, false, [](S& s, R&) { s.world_.pass(milliseconds(1 + s.world_.below(2000))); }},
      {"a third of a lease", 3, false, [](S& s, R&) { s.world_.pass(lease / 3); }},
      {"more than a lease", 2, false, [](S& s, R&) { s.world_.pass(lease + milliseconds(s.world_.below(60'000))); }},
      {"freezes", 2, false, [](S&, R& r) { r.frozen = true; }},
      {"the store is out of reach", 2, false,
       [](S& s, R& r) { r.line->outage = 1 + static_cast<int>(s.world_.below(8)); }},
      {"an answer will be lost", 4, false, [](S&, R& r) { r.line->lose_answer = true; }},
      {"artifacts up or down", 2, false, [](S& s, R&) { s.world_.artifacts_down = !s.world_.artifacts_down; }},
      {"sink up or down", 2, false, [](S& s, R&) { s.world_.sink_down = !s.world_.sink_down; }},
  };
  return table;
}

std::map<std::string, std::size_t>& Schedule::happened() {
  thread_local std::map<std::string, std::size_t> counts;
  return counts;
}

Schedule::Schedule(std::uint32_t seed, const std::string& folder)
    : world_(seed), folder_(folder), long_(world_.below(8) == 0) {
  seed_random(seed);
  wanted_ = 1 + world_.below(long_ ? 3 : 2);
  world_.artifacts_remote = world_.below(2) == 0;
  runners_.resize(1 + world_.below(3));
  for (std::size_t i = 0; i < runners_.size(); ++i) boot(i);
  const Game game = game_of(1 + world_.below(3));
  world_.expect(runners_.front()->state.ledger.add_game(game, {}).has_value(), "a game is added");
}

Schedule::~Schedule() {
  runners_.clear();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored))
    std::filesystem::remove_all(entry.path(), ignored);
}

void Schedule::boot(std::size_t i) {
  const std::string host = "h" + std::to_string(i);
  runners_[i] = std::make_unique<VirtualRunner>(world_, host, host + "." + std::to_string(++lives_), folder_,
                                                1 + world_.below(2));
  VirtualRunner& runner = *runners_[i];
  world_.expect(runner.state.pool.ensure(0, 1 + world_.below(3), {}).has_value(), "a runner opens");
  world_.expect(runner.outbox.enroll().has_value(), "a sink is enrolled");
}

void Schedule::lose_power(std::size_t i) {
  runners_[i].reset();
  boot(i);
}

void Schedule::submit(VirtualRunner& runner) {
  if (wanted_ == 0) return;
  const std::string id = "m" + std::to_string(next_match_);
  MatchRequest request;
  request.id = id;
  request.game = "solo";
  if (!runner.state.ledger.submit(request, {})) return;  // asked again, by whomever
  world_.submitted.insert(id);
  ++next_match_;
  --wanted_;
}

void Schedule::stop_something(VirtualRunner& runner) {
  if (next_match_ == 0) return;
  const std::string id = "m" + std::to_string(world_.below(next_match_));
  (void)runner.state.ledger.request_stop(id, "enough", {});
}

void Schedule::end_something() {
  const auto alive = world_.alive();
  if (alive.empty()) return;
  Programs& programs = *alive[world_.below(static_cast<std::uint32_t>(alive.size()))];
  (world_.chance(15) ? programs.lost : programs.ended) = true;
  world_.tell("   of ", programs.match);
}

void Schedule::prune(VirtualRunner& runner) {
  StateStore& store = *runner.state.options.store;
  const auto remove = [&](const Match&, const Artifact& artifact, const Context&) {
    return runner.state.artifacts.remove(artifact.uri, {});
  };
  (void)prune_matches(store, world_.wall(), remove, {});
  (void)trim_journal(store, world_.wall(), {});
}

void Schedule::act(std::size_t i, bool amid_another) {
  VirtualRunner& runner = *runners_[i];
  const std::string& name = runner.state.options.name;
  if (runner.frozen) {
    runner.frozen = !world_.chance(25);
    if (!runner.frozen) world_.tell(name, " wakes");
    return;
  }
  std::uint32_t all = 0;
  for (const Action& action : actions()) all += action.weight;
  std::uint32_t at = world_.below(all);
  auto action = actions().begin();
  for (; at >= action->weight; ++action) at -= action->weight;
  const bool cut = action->step && world_.chance(4);
  world_.tell(amid_another ? "   meanwhile " : "", name, ": ", action->name, cut ? ", and loses power" : "");
  ++happened()[action->name];

  if (cut) runner.line->cut = world_.chance(50) ? Line::Cut::before_commit : Line::Cut::after_commit;
  busy_.push_back(i);
  runner.line->meanwhile = [this, i, action] {
    const std::size_t other = world_.below(static_cast<std::uint32_t>(runners_.size()));
    if (busy_.size() > 2 || busy_.back() == runners_.size() || !world_.chance(10)) return;
    if (std::find(busy_.begin(), busy_.end(), other) == busy_.end()) return act(other, true);
    if (other != i || busy_.back() != i || std::string(action->name) != "works") return;
    world_.tell("   meanwhile its keeper renews");
    busy_.push_back(runners_.size());  // nobody: no more meanwhile in this
    runners_[i]->keeper.renew();
    busy_.pop_back();
  };
  try {
    action->act(*this, runner);
  } catch (const PowerLoss&) {
    ++happened()["power is lost in a commit"];
  }
  busy_.pop_back();
  world_.check_programs();
  runner.line->meanwhile = nullptr;
  if (cut) lose_power(i);
}

void Schedule::settle_once(VirtualRunner& runner) {
  runner.keeper.read_journal();
  runner.keeper.renew();
  runner.keeper.fire_timers();
  runner.keeper.take_up_lapsed();
  for (const auto& worker : runner.workers)
    if (!worker->look()) worker->take();
  for (const auto& programs : world_.alive()) programs->ended = true;
  for (const auto& worker : runner.workers) worker->look();
  while (runner.collector.collect_next()) {
  }
  while (runner.outbox.step().time == milliseconds(0)) {
  }
}

// From every state, when no more goes wrong, everything ends.
void Schedule::settle() {
  world_.tell("calm");
  world_.calm = true;
  world_.artifacts_down = world_.sink_down = false;
  for (const auto& runner : runners_) {
    runner->frozen = false;
    runner->line->outage = 0;
    runner->line->lose_answer = false;
  }
  constexpr int most = 200;
  for (int round = 0; round < most && world_.broken().empty(); ++round) {
    for (const auto& runner : runners_) settle_once(*runner);
    world_.check_programs();
    if (world_.settled()) return;
    world_.pass(lease / 4);
  }
  world_.expect(false, "not everything ended in calm");
}

std::string Schedule::play() {
  submit(*runners_.front());
  const std::uint32_t steps = long_ ? 10 + world_.below(40) : 4 + world_.below(16);
  for (std::uint32_t step = 0; step < steps && world_.broken().empty(); ++step) {
    act(world_.below(static_cast<std::uint32_t>(runners_.size())), false);
    world_.check_programs();
  }
  if (world_.broken().empty()) settle();
  return world_.broken().empty() ? std::string() : world_.broken() + "\n" + world_.story();
}

}  // namespace matchrunner::simulation
