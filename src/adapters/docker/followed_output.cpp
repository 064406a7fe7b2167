// SPDX-License-Identifier: Apache-2.0
// States:
//   pauses  until next_, so long that an engine packs for a tenth of the time at most
//   copies  the archive comes into a file of no name; then what its files have more than those in the spool is added
//   there
// Ended or killed in any of them: what is fetched when the seat has ended comes in place of all of it. One that fails
// is none: the next is as good.
#include "adapters/docker/followed_output.hpp"

#include <algorithm>

#include "adapters/docker/kept_files.hpp"

namespace matchrunner::docker {
namespace {

constexpr milliseconds shortest_pause{2000};
constexpr milliseconds longest_copy{4000};  // well below what an engine is given for any other answer
constexpr int pauses_for = 9;               // times as long as the last copy took

}  // namespace

FollowedOutput::FollowedOutput(const Engine& engine, const std::string& path, const MatchPlan& plan, const Seat& seat,
                               http::Session& session)
    : session_(session),
      request_(kept_request(engine, path)),
      spool_(plan.spool_folder),
      limits_(merged(seat.limits, default_limits())),
      next_(Clock::now() + shortest_pause) {}

void FollowedOutput::look() {
  const auto now = Clock::now();
  if (copy_ && now >= began_ + longest_copy) give_up();
  if (copy_ || now < next_) return;
  auto archive = Archive::make(spool_ + "/work");
  began_ = now;
  if (!archive) return pause();
  archive_.emplace(*std::move(archive));
  http::Request request = request_;
  request.body_sink = into(*archive_, limits_);
  copy_ = session_.start(std::move(request));
}

bool FollowedOutput::take(const http::Session::Done& done) {
  if (copy_ != done.id) return false;
  copy_.reset();
  constexpr int ok = 200;
  if (done.answer && done.answer->status == ok) [[maybe_unused]]
    const auto unpacked = unpack_kept(*archive_, spool_, *limits_.artifact_bytes, Kept::more_output);
  pause();
  return true;
}

void FollowedOutput::give_up() {
  if (!copy_) return;
  session_.cancel(*copy_);
  copy_.reset();
  pause();
}

void FollowedOutput::pause() {
  archive_.reset();
  const auto now = Clock::now();
  next_ = now + std::max<Clock::duration>(shortest_pause, pauses_for * (now - began_));
}

}  // namespace matchrunner::docker
