// SPDX-License-Identifier: Apache-2.0
// What a service reads of the journal. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "matchrunner/domain/event.hpp"
#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// What the body of an event about a match says; what it does not say is empty.
struct EventFacts {
  std::string game;
  std::string holder;
  std::string reason;
  std::string error;
  std::string runner;
  std::string message;
  std::string match;
  std::string correlation;
  std::optional<Outcome> outcome;
  std::vector<Artifact> artifacts;
};
EventFacts event_facts(const Event& event);

}  // namespace matchrunner
