// SPDX-License-Identifier: Apache-2.0
// States of a copy:
//   waits    until it is time: an engine packs for a tenth of the time at most
//   fetched  the archive so far is in a file of no name
//   spooled  its files are in the spool, each as long as it was then; result.json only counts at the end
// Ended or killed in any of them: what came at last, or what is fetched when the seat has ended, goes over it.
#include "adapters/docker/followed_output.hpp"

#include <algorithm>

#include "adapters/docker/kept_files.hpp"
#include "base/clocks.hpp"

namespace matchrunner::docker {
namespace {

constexpr milliseconds look_every{2000};
constexpr milliseconds longest_copy{4000};  // well below what an engine is given for any other answer
constexpr int pauses_for = 9;               // times as long as the last copy took

}  // namespace

FollowedOutput::FollowedOutput(const Engine& engine, const std::string& path, const MatchPlan& plan, const Seat& seat)
    : options_(engine.address().session),
      request_(kept_request(engine, path)),
      spool_(plan.spool_folder),
      limits_(merged(seat.limits, default_limits())),
      thread_([this](const std::stop_token& stop) { follow(stop); }) {}

void FollowedOutput::follow(const std::stop_token& stop) const {
  http::Session session(options_);
  milliseconds pause = look_every;
  while (!stop.stop_requested()) {
    let_pass(pause, {Context::Clock::time_point::max(), stop});
    if (stop.stop_requested()) return;
    const auto began = Context::Clock::now();
    copy(session, Context::within(longest_copy, stop));
    const auto took = std::chrono::ceil<milliseconds>(Context::Clock::now() - began);
    pause = std::max(look_every, pauses_for * took);
  }
}

// One that fails is none: the next is as good.
void FollowedOutput::copy(http::Session& session, const Context& context) const {
  auto archive = Archive::make(spool_ + "/work");
  if (!archive) return;
  http::Request request = request_;
  request.body_sink = into(*archive, limits_);
  const auto answer = session.perform(std::move(request), context);
  constexpr int ok = 200;
  if (!answer || answer->status != ok) return;
  [[maybe_unused]] const auto unpacked = unpack_kept(*archive, spool_, *limits_.artifact_bytes, Kept::output);
}

}  // namespace matchrunner::docker
