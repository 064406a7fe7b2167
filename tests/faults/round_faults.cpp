// SPDX-License-Identifier: Apache-2.0
// What is done to the processes of a fleet.
#include <unistd.h>

#include <numeric>

#include "faults/round_member.hpp"

namespace matchrunner::test {
namespace {

constexpr std::uint32_t longest_absence_ms = 400;
constexpr int endless_ms = 3'600'000;
constexpr int short_ms = 50;

}  // namespace

const Round::FaultRow Round::fault_rows[] = {
    {"runners killed", 6, &Round::kill_runner},     {"launchers killed", 4, &Round::kill_launcher},
    {"inits killed", 4, &Round::kill_init},         {"runners stopped", 6, &Round::stop_runner},
    {"whole fleets killed", 1, &Round::kill_fleet},
};

void Round::injure() {
  see_launchers();
  const auto weigh = [](std::uint32_t sum, const FaultRow& row) { return sum + row.weight; };
  std::uint32_t chosen = random(std::accumulate(std::begin(fault_rows), std::end(fault_rows), 0U, weigh));
  for (const FaultRow& row : fault_rows) {
    if (chosen < row.weight) {
      if ((this->*row.injure)()) tally_.add(row.name);
      return;
    }
    chosen -= row.weight;
  }
}

void Round::remove(Member& member) {
  member.runner.reset();
  if (member.sleep) let_matches_end(*member.sleep);
  member.sleep.reset();
  member.start_at = Clock::now() + milliseconds(random(longest_absence_ms));
}

bool Round::kill_runner() {
  Member& member = *fleet_[random(static_cast<std::uint32_t>(fleet_.size()))];
  const bool there = member.runner != nullptr;
  if (there) remove(member);
  return there;
}

bool Round::kill_fleet() {
  for (const auto& member : fleet_) remove(*member);
  return true;
}

// Mostly past its lease: whatever it had is another's by the time it goes on. Sometimes just not, or at that moment.
// Its games would go on for ever: only its launchers can end them.
bool Round::stop_runner() {
  Member& member = *fleet_[random(static_cast<std::uint32_t>(fleet_.size()))];
  if (!member.runner || member.sleep || !member.runner->works(milliseconds(0))) return false;
  member.runner->stop();
  if (!member.runner->stopped()) return false;
  const auto now = Clock::now();
  Sleep& sleep = member.sleep.emplace();
  sleep.look_at = now + options_.lease * 5 / 4;
  sleep.wake_at =
      now + options_.lease / 2 + milliseconds(random(static_cast<std::uint32_t>(options_.lease.count()) * 2));
  for (const auto& [pid, match] : processes_of_matches(prefix_)) {
    Process process(pid);
    const auto found = desk_->find_match(match);
    if (!found || !*found || (*found)->holder != member.runner->name()) continue;
    places_.set_length(match, endless_ms);
    sleep.matches.insert(match);
    sleep.processes.push_back(std::move(process));
  }
  return true;
}

// Another runner may play them already.
void Round::let_matches_end(const Sleep& sleep) {
  for (const std::string& match : sleep.matches) places_.set_length(match, short_ms);
}

// An init of an ordinary user is within reach of its seat: there its end is the seat's own doing.
bool Round::kill_init() {
  const auto holders = holders_of_matches(prefix_);
  if (holders.empty() || ::geteuid() != 0) return false;
  return Process(holders[random(static_cast<std::uint32_t>(holders.size()))].init).kill();
}

void Round::see_launchers() {
  std::erase_if(launchers_, [](const Process& known) { return known.gone(); });
  for (const Holder& holder : holders_of_matches(prefix_)) {
    const auto same = [&](const Process& known) { return known.pid() == holder.launcher && !known.gone(); };
    if (std::none_of(launchers_.begin(), launchers_.end(), same)) launchers_.emplace_back(holder.launcher);
  }
}

// One that plays now, or one that has played and may wait for its next match.
bool Round::kill_launcher() {
  return !launchers_.empty() && launchers_[random(static_cast<std::uint32_t>(launchers_.size()))].kill();
}

}  // namespace matchrunner::test
