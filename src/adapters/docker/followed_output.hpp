// SPDX-License-Identifier: Apache-2.0
// FollowedOutput: copies what a seat has left in its output folder so far out of its container, again and again while
// it goes on, so that what grows there can be streamed. On a thread of its own with a connection of its own: while an
// engine packs, it answers nothing else about the container.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

#include "adapters/docker/engine.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

class FollowedOutput {
 public:
  // `path`: of the container, which has been started.
  FollowedOutput(const Engine& engine, const std::string& path, const MatchPlan& plan, const Seat& seat);
  ~FollowedOutput() = default;  // the engine packs no more, and nothing is written any more
  FollowedOutput(const FollowedOutput&) = delete;
  FollowedOutput& operator=(const FollowedOutput&) = delete;

 private:
  void follow(const std::stop_token& stop) const;
  void copy(http::Session& session, const Context& context) const;

  const http::SessionOptions options_;
  const http::Request request_;
  const std::string spool_;
  const Limits limits_;
  std::jthread thread_;  // the last: what it uses is there before
};

}  // namespace matchrunner::docker
