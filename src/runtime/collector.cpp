// SPDX-License-Identifier: Apache-2.0
#include "runtime/collector.hpp"

#include <algorithm>

namespace matchrunner {
namespace {

constexpr std::size_t most_uploads = 8;

// With sinks of matches, which may take any number, as many as there may be.
std::size_t uploads_of(const RunnerState& state) {
  if (!state.options.targets.empty()) return most_uploads;
  return std::min<std::size_t>(state.artifacts.writers(), most_uploads);
}

}  // namespace

Collector::Collector(RunnerState& state) : state_(state), uploads_(uploads_of(state)) {}

void Collector::start() {
  ending_.thread = std::thread([this] { run_ending(); });
  for (std::size_t i = 0; i < uploads_; ++i) storing_.threads.emplace_back([this] { run_storing(); });
}

void Collector::hand_over(std::unique_ptr<MatchClaim> claim) {
  const auto add = [&](auto& lane) {
    const Lock lock(lane.mutex);
    lane.waiting.push_back(std::move(claim));
    lane.changed.notify_all();
  };
  if (claim->match().state == MatchState::collecting)
    add(ending_);
  else
    add(storing_);
}

void Collector::close() {
  const auto tell = [](auto& lane) {
    const Lock lock(lane.mutex);
    lane.closing = true;
    lane.changed.notify_all();
  };
  tell(ending_);  // what it has ended goes to the others
  if (ending_.thread.joinable()) ending_.thread.join();
  tell(storing_);
  if (storing_.threads.empty()) return;
  leave_what_stands_still();
  for (std::thread& thread : storing_.threads) thread.join();
  storing_.threads.clear();
}

// Returns when the uploads have ended, or are told to.
void Collector::leave_what_stands_still() {
  const Lock lock(storing_.mutex);
  for (bool late = false; !storing_.ended && !late;) {
    const std::size_t stored = storing_.stored;
    const auto until = std::chrono::steady_clock::now() + state_.options.collect_timeout;
    while (!storing_.ended && storing_.stored == stored && !late)
      late = storing_.changed.wait_until(storing_.mutex, until) == std::cv_status::timeout;
  }
  if (storing_.ended) return;
  leave_.request_stop();
  storing_.changed.notify_all();  // what waits for a place waits no longer
}

void Collector::run_ending() {
  while (true) {
    {
      const Lock lock(ending_.mutex);
      while (ending_.waiting.empty() && !ending_.closing) ending_.changed.wait(ending_.mutex);
      if (ending_.waiting.empty()) return;
    }
    end_next();
  }
}

bool Collector::end_next() {
  std::unique_ptr<MatchClaim> claim;
  {
    const Lock lock(ending_.mutex);
    if (ending_.waiting.empty()) return false;
    claim = std::move(ending_.waiting.front());
    ending_.waiting.pop_front();
  }
  const bool later = stores_later(state_, claim->match());
  Delivery delivery(state_, std::move(claim), later ? Delivery::Kind::describing : Delivery::Kind::storing, {});
  while (const auto artifact = delivery.take_patiently()) delivery.bring(*artifact);
  end(delivery);
  const Lock lock(storing_.mutex);
  storing_.changed.notify_all();  // there may be places again
  return true;
}

void Collector::run_storing() {
  while (true) {
    Step step;
    {
      const Lock lock(storing_.mutex);
      while (!next_step(step)) {
        const bool idle = storing_.busy == 0 && storing_.waiting.empty() && storing_.under_way.empty();
        if (idle && storing_.closing) {
          storing_.ended = true;
          storing_.changed.notify_all();
          return;
        }
        storing_.changed.wait(storing_.mutex);
      }
    }
    take(std::move(step));
  }
}

bool Collector::store_next() {
  Step step;
  {
    const Lock lock(storing_.mutex);
    if (!next_step(step)) return false;
  }
  take(std::move(step));
  return true;
}

// An artifact of a match that is under way, of the first first, else the next match.
bool Collector::next_step(Step& step) {
  for (const auto& delivery : storing_.under_way) {
    const auto artifact = delivery->take();
    if (!artifact) continue;
    step = {delivery, *artifact, nullptr};
    ++storing_.busy;
    return true;
  }
  if (storing_.waiting.empty() || storing_.under_way.size() + storing_.opening >= uploads_) return false;
  step.claim = std::move(storing_.waiting.front());
  storing_.waiting.pop_front();
  ++storing_.busy;
  ++storing_.opening;
  return true;
}

void Collector::take(Step step) {
  const bool begins = step.claim != nullptr;
  bool stored = false;
  if (begins)
    step.delivery =
        std::make_shared<Delivery>(state_, std::move(step.claim), Delivery::Kind::storing, leave_.get_token());
  else
    stored = step.delivery->bring(step.artifact);
  const bool over = step.delivery->claim_end();
  {
    const Lock lock(storing_.mutex);
    if (begins) --storing_.opening;
    if (over) storing_.under_way.remove(step.delivery);
    if (begins && !over) storing_.under_way.push_back(step.delivery);
    storing_.stored += stored ? 1 : 0;
    storing_.changed.notify_all();
  }
  if (over) end(*step.delivery);
  const Lock lock(storing_.mutex);
  --storing_.busy;
  storing_.changed.notify_all();
}

// Nobody else has it any more.
void Collector::end(Delivery& delivery) {
  MatchClaim& claim = delivery.claim();
  const auto ended = end_try(state_, claim, delivery.collected());
  // Who took the match over finishes it.
  if (!ended && !claim.lease().has(Signal::lost)) state_.given_up.add(claim.match().id, ended.error());
  if (ended && claim.held()) hand_over(delivery.take_claim());
}

}  // namespace matchrunner
