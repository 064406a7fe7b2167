// SPDX-License-Identifier: Apache-2.0
#include "services/match_step.hpp"

#include <algorithm>
#include <string>

namespace matchrunner {

Result<void> step(Match& match, MatchEvent event, Time now) {
  const auto to = next_state(match.state, event);
  if (!to)
    return Error{ErrorCode::conflict, "match " + match.id + " is " + std::string(to_string(match.state)) + ": cannot " +
                                          std::string(to_string(event))};
  match.state = *to;
  enter(match, *to, now);
  return {};
}

void enter(Match& match, MatchState state, Time now) {
  std::erase_if(match.times, [&](const StateTime& time) { return time.state == state; });
  match.times.push_back({state, now});
}

}  // namespace matchrunner
