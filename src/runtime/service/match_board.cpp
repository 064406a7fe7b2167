// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/match_board.hpp"

#include <algorithm>

namespace matchrunner {
namespace {

constexpr std::size_t most_shown = 100;
constexpr std::size_t most_ended = 25;

bool holds_slot(MatchState state) {
  return state == MatchState::preparing || state == MatchState::starting || state == MatchState::running;
}

void cut_to_oldest(std::vector<LiveMatch>& matches) {
  std::sort(matches.begin(), matches.end(), [](const LiveMatch& a, const LiveMatch& b) {
    return std::tie(a.queued_at, a.id) < std::tie(b.queued_at, b.id);
  });
  if (matches.size() > most_shown) matches.resize(most_shown);
}

}  // namespace

void MatchBoard::add(const Match& match) {
  if (is_terminal(match.state)) return;
  LiveMatch live;
  live.id = match.id;
  live.game = match.game.name;
  live.state = match.state;
  live.holder = match.holder;
  if (match.outcome) live.summary = match.outcome->summary;
  for (const StateTime& time : match.times) {
    if (time.state == MatchState::queued) live.queued_at = time.at;
    if (time.state == match.state) live.since = time.at;
  }
  const Lock lock(mutex_);
  live_.emplace(match.id, std::move(live));
}

void MatchBoard::begin(const Event& event, const EventFacts& facts) {
  LiveMatch live;
  live.id = event.subject;
  live.game = facts.game;
  live.queued_at = live.since = event.at;
  live_.emplace(event.subject, std::move(live));
}

void MatchBoard::end(const LiveMatch& match, const EventFacts& facts) {
  EndedMatch ended{match.id, match.game, match.state, match.since, Fault::none, match.summary};
  if (facts.outcome) ended.fault = facts.outcome->fault;
  ended_.push_front(std::move(ended));
  if (ended_.size() > most_ended) ended_.pop_back();
}

std::optional<MatchBoard::Step> MatchBoard::follow(const Event& event, const EventFacts& facts) {
  if (event.kind != "match") return std::nullopt;
  const Lock lock(mutex_);
  if (event.type == "submit") begin(event, facts);
  const auto word = value_of(match_events, event.type);
  const auto found = live_.find(event.subject);
  if (!word || found == live_.end()) return std::nullopt;
  LiveMatch& live = found->second;
  const auto to = next_state(live.state, *word);
  if (!to) return std::nullopt;
  Step step{*word, live, {}, {}};
  live.state = *to;
  live.since = event.at;
  if (*word == MatchEvent::claim) live.holder = facts.holder;
  if (*word == MatchEvent::lapse) live.holder = facts.runner;
  step.by = facts.runner.empty() ? live.holder : facts.runner;
  if (facts.outcome) live.summary = facts.outcome->summary;
  if (*to == MatchState::queued) {
    if (step.before.state == MatchState::running) live.queued_at = event.at;  // else it still waits for its run
    live.holder.clear();
  }
  step.after = live;
  if (is_terminal(*to)) {
    end(live, facts);
    live_.erase(found);
  }
  return step;
}

void MatchBoard::show(ServiceStatus& status, const std::string& holder) const {
  const Lock lock(mutex_);
  for (const auto& [state, text] : match_states)
    if (!is_terminal(state)) status.matches[std::string(text)] = 0;
  for (const auto& [id, live] : live_) {
    status.matches[std::string(to_string(live.state))] += 1;
    if (holds_slot(live.state) && live.holder == holder) status.workers_busy += 1;
    (live.state == MatchState::queued ? status.queued : status.running).push_back(live);
  }
  cut_to_oldest(status.running);
  cut_to_oldest(status.queued);
  status.ended.assign(ended_.begin(), ended_.end());
}

std::optional<Time> MatchBoard::oldest_queued() const {
  const Lock lock(mutex_);
  std::optional<Time> oldest;
  for (const auto& [id, live] : live_)
    if (live.state == MatchState::queued && (!oldest || live.queued_at < *oldest)) oldest = live.queued_at;
  return oldest;
}

}  // namespace matchrunner
