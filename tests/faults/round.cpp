// SPDX-License-Identifier: Apache-2.0
#include "faults/round.hpp"

#include <poll.h>

#include <array>

#include "base/digest.hpp"
#include "base/wakeup.hpp"
#include "faults/round_member.hpp"
#include "matchrunner/open.hpp"

namespace matchrunner::test {
namespace {

constexpr milliseconds tick{25};
constexpr std::chrono::seconds longest_end{20};
constexpr std::chrono::minutes patience{2};  // without any news: it stands still

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

FleetPlan plan_for(const RoundOptions& options) {
  FleetPlan plan;
  plan.folder = options.folder;
  plan.store_url = replaced(options.store, "{folder}", options.folder);
  plan.artifacts_url = replaced(options.artifacts, "{folder}", options.folder);
  plan.runners = options.runners;
  plan.slots = options.slots;
  plan.lease = options.lease;
  return plan;
}

}  // namespace

Round::Round(RoundOptions options, Tally& tally)
    : options_(std::move(options)),
      tally_(tally),
      random_(options_.seed),
      prefix_("fleet-" + random_hex(4) + "-"),
      places_(options_.folder + "/places", options_.slots),
      plan_(plan_for(options_)),
      artifacts_(open_artifact_sink(plan_.artifacts_url).value()),
      journal_(open_state_store(plan_.store_url).value()) {
  RunnerOptions desk;
  desk.store = open_state_store(plan_.store_url).value();
  desk.artifacts = artifacts_;
  desk.workers = 0;
  desk_ = Runner::open(desk).value();
  for (int i = 0; i < options_.runners; ++i) {
    fleet_.push_back(std::make_unique<Member>());
    fleet_.back()->index = i;
  }
}

Round::~Round() = default;

void Round::play() {
  submit();
  const auto almost_all = ids_.size() * 9 / 10;
  while (journal_.done() < almost_all) {
    if (!step(milliseconds(random(static_cast<std::uint32_t>(options_.lease.count()) * 2)))) break;
    injure();
  }
  let_end();
  check();
}

// Most are short; some last longer than a lease, so that they are there when a stopped runner's is over.
void Round::submit() {
  for (int i = 0; i < options_.matches; ++i) {
    const int length = static_cast<int>(random(16) == 0 ? options_.lease.count() * 3 / 2 : random(300));
    ids_.push_back(prefix_ + std::to_string(i));
    desk_->submit_match(places_.request(ids_.back(), length)).value();
  }
  tally_.add("matches submitted", ids_.size());
}

bool Round::step(milliseconds time) {
  const Context all = Context::within(time);
  do {
    Context now = Context::within(tick);
    now.deadline = std::min(now.deadline, all.deadline);
    std::array<pollfd, 1> fds{{{places_.fd(), POLLIN, 0}}};
    [[maybe_unused]] const auto waited = wait_for(fds, now);
    for (GameReport& report : places_.take_reports()) reports_.push_back(std::move(report));
    for (const auto& member : fleet_) look_after(*member);
    if (journal_.read()) news_at_ = Clock::now();
    tally_.add("matches played", journal_.done() - std::exchange(done_before_, journal_.done()));
    if (options_.progress) options_.progress();
  } while (all.check());
  return Clock::now() - news_at_ < patience;
}

void Round::look_after(Member& member) {
  const auto now = Clock::now();
  if (!member.runner) {
    if (now >= member.start_at) member.runner = std::make_unique<FleetRunner>(plan_, member.index);
    return;
  }
  if (std::string why = member.runner->ended_by_itself(); !why.empty()) {
    tally_.violation(std::move(why));
    return remove(member);
  }
  if (!member.sleep) return;
  Sleep& sleep = *member.sleep;
  if (now >= sleep.look_at && !sleep.looked && !look_for_gone(member)) return;
  if (now < sleep.wake_at) return;
  member.runner->wake();
  let_matches_end(sleep);
  member.sleep.reset();
}

// The lease of a stopped runner is over: its launchers have ended what it had, or do so before it goes on. Whether that
// was in time the games themselves see: a launcher may have to wait for a busy machine. false: look again.
bool Round::look_for_gone(Member& member) {
  Sleep& sleep = *member.sleep;
  const auto gone = [](const Process& process) { return process.gone(); };
  const bool all_gone = std::all_of(sleep.processes.begin(), sleep.processes.end(), gone);
  if (!all_gone && Clock::now() < sleep.look_at + longest_end) return false;
  if (!all_gone)
    tally_.violation(*sleep.matches.begin() + " still runs, and the lease of its runner, which is stopped, is over");
  if (!sleep.processes.empty()) tally_.add("... past their lease with a game");
  sleep.looked = true;
  let_matches_end(sleep);
  return true;
}

bool Round::until(const std::function<bool()>& condition, const std::string& what) {
  news_at_ = Clock::now();
  while (!condition()) {
    if (step(tick)) continue;
    tally_.violation(what);
    return false;
  }
  return true;
}

// Nothing is done to them any more: all matches end, all sinks get everything, every slot is free.
void Round::let_end() {
  const auto all_done = [this] { return journal_.done() == ids_.size(); };
  until(all_done, "some matches do not end");
  const auto all_free = [this] {
    const auto pools = desk_->list_pools();
    return pools && std::all_of(pools->begin(), pools->end(), [](const PoolStatus& pool) { return pool.busy.empty(); });
  };
  until(all_free, "some slots do not become free");
  const auto all_sent = [this] {
    const auto sinks = desk_->outbox();
    if (!sinks || sinks->size() != plan_.sinks().size()) return false;
    return std::all_of(sinks->begin(), sinks->end(), [](const OutboxStatus& sink) { return sink.waiting == 0; });
  };
  until(all_sent, "some sinks do not get everything");
  see_launchers();
  fleet_.clear();
}

void Round::check() {
  check_nothing_is_left();
  Aftermath aftermath;
  for (const std::string& id : ids_) aftermath.matches.push_back(desk_->get_match(id).value());
  aftermath.journal = journal_.events();
  aftermath.reports = reports_;
  for (const std::string& sink : plan_.sinks()) aftermath.sink_paths[sink] = plan_.sink_path(sink);
  aftermath.artifacts = artifacts_;
  check_invariants(aftermath, tally_);
}

// The fleet is gone, and its launchers need a moment to see that.
void Round::check_nothing_is_left() {
  const auto nothing = [this] {
    return matches_with_processes(prefix_).empty() &&
           std::all_of(launchers_.begin(), launchers_.end(), [](const Process& launcher) { return launcher.gone(); });
  };
  until(nothing, "processes of matches, or launchers, are left");
}

}  // namespace matchrunner::test
