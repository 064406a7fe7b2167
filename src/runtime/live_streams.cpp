// SPDX-License-Identifier: Apache-2.0
#include "runtime/live_streams.hpp"

#include <algorithm>
#include <utility>

#include "base/wildcard.hpp"
#include "codec/event_body.hpp"
#include "codec/sealed_secrets.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds look_every{100};

}  // namespace

void LiveStreams::begin(const Match& match) {
  StreamList streams(state_.options.streams.begin(), state_.options.streams.end());
  if (!match.request.streams.empty())
    if (const auto request = request_with_secrets(match, state_.ledger.keys()))
      streams.insert(streams.end(), request->streams.begin(), request->streams.end());
  if (streams.empty()) return;
  auto run = std::make_shared<FollowedRun>(match, std::move(streams), state_.spool.folder());
  const Lock lock(mutex_);
  if (closing_) return;
  rows_.push_back({std::move(run)});
  if (!thread_.joinable()) thread_ = std::thread([this] { this->run(); });
}

bool LiveStreams::want_output(const Match& match) const {
  const auto wanted = [](const auto& stream) { return may_match_below("output/", stream.first); };
  return std::any_of(state_.options.streams.begin(), state_.options.streams.end(), wanted) ||
         std::any_of(match.request.streams.begin(), match.request.streams.end(), wanted);
}

void LiveStreams::end(const Match& match) {
  std::shared_ptr<FollowedRun> run;
  {
    const Lock lock(mutex_);
    // The latest: an adopted run that was gone was begun anew under the same epoch.
    const auto row = std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& one) {
      return one.run->match() == match.id && one.run->epoch() == match.epoch;
    });
    if (row == rows_.rend()) return;
    run = row->run;
  }
  run->end();
  const Lock lock(mutex_);
  for (Row& row : rows_)
    if (row.run == run) row.until = std::min(row.until, state_.clocks.boot() + state_.options.stream_grace);
  news_ = true;
  changed_.notify_all();
}

void LiveStreams::close() {
  std::thread thread;
  {
    const Lock lock(mutex_);
    closing_ = true;
    news_ = true;
    changed_.notify_all();
    thread = std::exchange(thread_, {});
  }
  if (thread.joinable()) thread.join();
}

// The rows to look at next: at once, or when there is news or it is time to look at what grows. None: it is over.
std::vector<LiveStreams::Row> LiveStreams::wait(bool at_once) {
  const Lock lock(mutex_);
  while (!closing_ && rows_.empty()) changed_.wait(mutex_);
  const auto until = std::chrono::steady_clock::now() + look_every;
  while (!at_once && !news_ && changed_.wait_until(mutex_, until) != std::cv_status::timeout) {
  }
  news_ = false;
  if (closing_)  // a run that nobody ended has lost its runner
    for (Row& row : rows_) row.until = std::min(row.until, state_.clocks.boot() + state_.options.stream_grace);
  return rows_;
}

void LiveStreams::run() {
  StreamTargets targets(state_.clocks);
  bool more = false;
  while (true) {
    const std::vector<Row> rows = wait(more);
    if (rows.empty()) return;
    more = false;
    for (const Row& row : rows) {
      const bool gets_on = row.run->advance(*state_.options.store, state_.news->head(), targets);
      more = more || gets_on;
      // What gets on may go on: it may have waited for a target of others.
      if (!row.run->complete() && (gets_on || state_.clocks.boot() < row.until)) continue;
      tell(*row.run);
      const Lock lock(mutex_);
      std::erase_if(rows_, [&](const Row& one) { return one.run == row.run; });
    }
    targets.close_unused();
  }
}

void LiveStreams::tell(const FollowedRun& run) {
  const std::vector<StreamOutcome> streams = run.outcomes();
  if (streams.empty()) return;
  const Context context = Context::within(store_patience);
  auto stored = state_.ledger.find(run.match(), context);
  if (!stored || !*stored) return;
  Match match = std::move((*stored)->match);
  match.epoch = run.epoch();
  const bool whole =
      std::all_of(streams.begin(), streams.end(), [](const StreamOutcome& stream) { return stream.dropped == 0; });
  [[maybe_unused]] const auto receipt =
      state_.commit({{}, {match_event(match, whole ? "streamed" : "stream_dropped", streams_body(streams))}}, context);
}

}  // namespace matchrunner
