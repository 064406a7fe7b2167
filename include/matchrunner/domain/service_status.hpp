// SPDX-License-Identifier: Apache-2.0
// ServiceStatus: what a service knows of its matches and parts at one moment; its status page shows it. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/domain/health.hpp"
#include "matchrunner/domain/match_state.hpp"
#include "matchrunner/domain/outcome.hpp"
#include "matchrunner/domain/waiting.hpp"

namespace matchrunner {

// A match that has not ended, of whatever runner on the store.
struct LiveMatch {
  std::string id;
  std::string game;
  MatchState state = MatchState::queued;
  Time queued_at{};  // last
  Time since{};      // in this state
  std::string holder;
  std::string summary;  // once its outcome stands
};

// A match that ended while the service looked.
struct EndedMatch {
  std::string id;
  std::string game;
  MatchState state = MatchState::finished;
  Time at{};
  Fault fault = Fault::none;
  std::string summary;
};

struct ServiceStatus {
  std::string name;  // of its runner
  std::string version;
  Time at{};
  Time started_at{};
  bool ready = false;
  bool draining = false;
  std::vector<std::string> not_ready;  // why
  std::string pool;
  std::uint32_t slots = 0;  // of the pool
  std::uint32_t slots_used = 0;
  std::uint32_t workers = 0;                     // of this process
  std::uint32_t workers_busy = 0;                // likewise
  std::map<std::string, std::uint64_t> matches;  // live ones, by state
  std::vector<LiveMatch> running;                // under way, oldest first; cut
  std::vector<LiveMatch> queued;                 // oldest first; cut
  std::vector<EndedMatch> ended;                 // latest first; cut
  std::vector<OutboxStatus> sinks;
  std::uint64_t waiting_artifacts = 0;  // matches whose artifacts are not all stored
  std::string waiting_artifacts_error;  // of one of them
  std::vector<PartHealth> parts;
};

}  // namespace matchrunner
