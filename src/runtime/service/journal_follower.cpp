// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/journal_follower.hpp"

#include <algorithm>

#include "base/clocks.hpp"

namespace matchrunner {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds look_at_parts_every{500};
constexpr milliseconds look_at_store_every{2000};
constexpr milliseconds store_read_time{5000};
constexpr std::uint32_t live_a_page = 500;

// Events of a match that the log tells of, besides those that end it.
struct ToldEvent {
  std::string_view type;
  LogLevel level;
  std::string_view words;
  std::string EventFacts::*why;  // told behind the words; may be nullptr
};
constexpr ToldEvent told_events[] = {
    {"submit", LogLevel::info, "is queued: ", &EventFacts::game},
    {"claim", LogLevel::info, "begins", nullptr},
    {"prepared", LogLevel::debug, "is prepared", nullptr},
    {"started", LogLevel::debug, "has started", nullptr},
    {"adopted", LogLevel::info, "goes on, as its run has outlived its runner", nullptr},
    {"stop_requested", LogLevel::info, "is to be stopped: ", &EventFacts::reason},
    {"lapse", LogLevel::warning, "goes back: ", &EventFacts::reason},
    {"stored", LogLevel::debug, "has its artifacts stored", nullptr},
    {"store_failed", LogLevel::error, "loses artifacts: ", &EventFacts::error},
};

LogLevel level_of_end(const MatchBoard::Step& step, const EventFacts& facts) {
  const bool host = facts.outcome && facts.outcome->fault == Fault::infrastructure;
  return step.after.state == MatchState::failed && host ? LogLevel::error : LogLevel::info;
}

}  // namespace

Result<void> JournalFollower::start() {
  EventFilter from_now;
  from_now.from_now = true;
  auto stream = runner_.events(from_now);
  if (!stream) return stream.error();
  stream_ = *std::move(stream);
  MatchFilter live;
  live.limit = live_a_page;
  for (const auto& [state, text] : match_states)
    if (!is_terminal(state)) live.states.push_back(state);
  do {
    const auto page = runner_.list_matches(live);
    if (!page) return page.error();
    for (const Match& match : page->matches) board_.add(match);
    live.cursor = page->next;
  } while (!live.cursor.empty());
  look_at_store();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

void JournalFollower::join() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

void JournalFollower::stop() {
  thread_.request_stop();
  join();
}

void JournalFollower::run(const std::stop_token& stop) {
  auto store_due = steady_clock::now() + look_at_store_every;
  while (!stop.stop_requested()) {
    const auto event = stream_->next(Context::within(look_at_parts_every, stop));
    if (!event && (ending_ || event.error().code == ErrorCode::cancelled)) return;
    if (event && *event) follow(**event);
    if (event && *event && steady_clock::now() < store_due) continue;
    look_at_parts();
    if (steady_clock::now() >= store_due) {
      look_at_store();
      store_due = steady_clock::now() + look_at_store_every;
    }
    // A store that is out of reach may say so at once.
    if (!event) let_pass(look_at_parts_every, Context{Context::Clock::time_point::max(), stop});
  }
}

void JournalFollower::follow(const Event& event) {
  const EventFacts facts = event_facts(event);
  const auto step = board_.follow(event, facts);
  const bool by_us = step && step->by == holder_;
  const bool ours = by_us || (step && step->before.holder == holder_);  // or was: who was frozen reads of it later
  if (by_us) counters_.count(*step, facts);
  if (by_us && is_terminal(step->after.state)) not_stored_.insert(event.subject);
  if (event.type == "stored" && not_stored_.erase(event.subject) != 0) counters_.count_stored(facts);
  if (event.type == "store_failed" || event.type == "prune") not_stored_.erase(event.subject);
  if (event.kind == "match") tell(event, facts, step ? &*step : nullptr, ours);
  if (event.kind == "command" && event.type == "reply" && facts.runner == holder_) tell_answer(event, facts);
  if (event.kind == "command" && event.type == "shutdown" && facts.runner == holder_) asked_to_end_();
}

void JournalFollower::tell_answer(const Event& event, const EventFacts& facts) {
  std::string line = "command " + event.subject;
  if (!facts.correlation.empty()) line += " (" + facts.correlation + ")";
  line += ": " + (facts.error.empty() ? facts.message : facts.error);
  log_.put(facts.error.empty() ? LogLevel::info : LogLevel::warning, std::move(line), facts.match);
}

void JournalFollower::tell(const Event& event, const EventFacts& facts, const MatchBoard::Step* step, bool ours) {
  if (step != nullptr && is_terminal(step->after.state)) {
    const bool queued = step->before.state == MatchState::queued;  // stopped before anybody had it
    log_.put(ours || queued ? level_of_end(*step, facts) : LogLevel::debug,
             "is " + std::string(to_string(step->after.state)) + ": " + step->after.summary, event.subject);
    return;
  }
  const auto row = std::find_if(std::begin(told_events), std::end(told_events),
                                [&](const ToldEvent& told) { return told.type == event.type; });
  if (row == std::end(told_events)) return;
  std::string message(row->words);
  if (row->why != nullptr) message += facts.*row->why;
  log_.put(ours || step == nullptr ? row->level : LogLevel::debug, std::move(message), event.subject);
}

void JournalFollower::look_at_store() {
  StoreFacts seen = facts();
  if (auto pools = runner_.list_pools()) seen.pools = *std::move(pools);
  if (auto artifacts = runner_.waiting_artifacts()) seen.artifacts = *std::move(artifacts);
  if (auto sinks = runner_.outbox()) {
    seen.sinks = *std::move(sinks);
    seen.oldest_waiting.clear();
    for (const OutboxStatus& sink : seen.sinks) {
      if (sink.waiting == 0) continue;
      EventQuery first;
      first.after = sink.published;
      first.limit = 1;
      const auto page = store_->events(first, Context::within(store_read_time));
      if (page && !page->events.empty()) seen.oldest_waiting[sink.sink] = page->events.front().at;
    }
  }
  const Lock lock(mutex_);
  facts_ = std::move(seen);
}

// When a part begins to fail, and when it answers again.
void JournalFollower::look_at_parts() {
  const auto health = runner_.health();
  if (!health) return;
  for (const PartHealth& part : health->parts) {
    bool& failing = failing_[part.name];
    const bool fails = part.failures != 0;
    if (fails && !failing) log_.put(LogLevel::warning, part.name + " fails: " + part.last_error);
    if (!fails && failing) log_.put(LogLevel::info, part.name + " answers again");
    failing = fails;
  }
}

StoreFacts JournalFollower::facts() const {
  const Lock lock(mutex_);
  return facts_;
}

}  // namespace matchrunner
