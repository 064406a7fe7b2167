// SPDX-License-Identifier: Apache-2.0
// FollowedOutput: copies what a seat has left in its output folder so far out of its container, again and again while
// it goes on, so that what grows there can be streamed. While an engine packs, it does nothing else with the container:
// a copy under way goes with this object, which whoever wants anything of the container destroys first. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/seat_archive.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

class FollowedOutput {
 public:
  // `path`: of the container. `session` outlives it.
  FollowedOutput(const Engine& engine, const std::string& path, const MatchPlan& plan, const Seat& seat,
                 http::Session& session);
  ~FollowedOutput() { give_up(); }
  FollowedOutput(const FollowedOutput&) = delete;
  FollowedOutput& operator=(const FollowedOutput&) = delete;

  // Begins a copy when it is time for one, and gives up one that takes long.
  void look();
  // The copy has come; false: it is none of its.
  bool take(const http::Session::Done& done);

 private:
  using Clock = std::chrono::steady_clock;

  void give_up();
  void pause();

  http::Session& session_;
  const http::Request request_;
  const std::string spool_;
  const Limits limits_;
  std::optional<http::Session::Id> copy_;
  std::optional<Archive> archive_;  // that it goes into
  Clock::time_point began_{};
  Clock::time_point next_;
};

}  // namespace matchrunner::docker
